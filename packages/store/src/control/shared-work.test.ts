import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedWork } from './shared-work.ts';

test('work is done once while it goes on, for all who ask, whether it succeeds or fails', async () => {
  const shared = new SharedWork<number>();
  const begun: PromiseWithResolvers<number>[] = [];
  const begin = (): Promise<number> => {
    const work = Promise.withResolvers<number>();
    begun.push(work);
    return work.promise;
  };
  const [first, second, other] = [shared.run('a', begin), shared.run('a', begin), shared.run('b', begin)];
  assert.equal(begun.length, 2);
  begun[0]?.reject(new Error('failed'));
  begun[1]?.resolve(2);
  await assert.rejects(first, /failed/);
  await assert.rejects(second, /failed/);
  assert.equal(await other, 2);
  const again = shared.run('a', begin);
  begun[2]?.resolve(3);
  assert.equal(await again, 3);
});
