import assert from 'node:assert/strict';
import { audienceId, epochMs, etag, type OnceRequest, onceLimits } from '@muster/audience';
import { sampleExternal, samplePlatform, sampleScope, sampleTime } from '../testing/samples.ts';
import { type ContractCase, countSuccesses, expectProblem } from './contract-case.ts';

const request = (key: string, changes: Partial<OnceRequest> = {}): OnceRequest => ({
  key,
  digest: 'a digest',
  at: sampleTime,
  ...changes,
});

const hoursLater = (hours: number) => epochMs(sampleTime + hours * 3_600_000);

/** What creating once promises. */
export const onceCases: readonly ContractCase[] = [
  {
    name: 'a request that is repeated creates nothing and gives what was created, as it was then',
    run: async ({ store, scope }) => {
      const first = samplePlatform('first');
      assert.deepEqual(await store.audiences.createOnce(scope, first, request('k')), first);
      assert.deepEqual(await store.audiences.createOnce(scope, samplePlatform('second'), request('k')), first);
      assert.equal(await store.audiences.find(scope, audienceId('second')), null);
      await store.audiences.replace(scope, samplePlatform('first', { name: 'new', etag: etag('"2"') }), first.etag);
      await store.audiences.delete(scope, first.id);
      assert.deepEqual(await store.audiences.findOnce(scope, request('k')), first);
      assert.equal(await store.audiences.findOnce(scope, request('K')), null);
      assert.equal(await store.audiences.findOnce(sampleScope(scope.org, 'other'), request('k')), null);
    },
  },
  {
    name: 'another request under the same key is refused',
    run: async ({ store, scope }) => {
      await store.audiences.createOnce(scope, samplePlatform('a'), request('k'));
      const other = request('k', { digest: 'another digest' });
      await expectProblem(store.audiences.findOnce(scope, other), 'idempotencyKeyReused');
      await expectProblem(store.audiences.createOnce(scope, samplePlatform('b'), other), 'idempotencyKeyReused');
    },
  },
  {
    name: 'a creation that is refused leaves its key free',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, sampleExternal('a', { externalId: 'x' }));
      const taken = sampleExternal('b', { externalId: 'x' });
      await expectProblem(store.audiences.createOnce(scope, taken, request('k')), 'audienceExists');
      assert.equal(await store.audiences.findOnce(scope, request('k')), null);
      const free = sampleExternal('b', { externalId: 'y' });
      await store.audiences.createOnce(scope, free, request('k', { digest: 'another digest' }));
    },
  },
  {
    name: 'a key is forgotten when its time is over',
    run: async ({ store, scope }) => {
      const first = samplePlatform('first');
      await store.audiences.createOnce(scope, first, request('k'));
      const justBefore = epochMs(hoursLater(onceLimits.lifetimeHours) - 1);
      assert.deepEqual(await store.audiences.findOnce(scope, request('k', { at: justBefore })), first);
      const after = request('k', { at: hoursLater(onceLimits.lifetimeHours), digest: 'another digest' });
      assert.equal(await store.audiences.findOnce(scope, after), null);
      const second = samplePlatform('second');
      assert.deepEqual(await store.audiences.createOnce(scope, second, after), second);
    },
  },
  {
    name: 'of many that send the same request at once one creates, and all get what it created',
    run: async ({ store, peer, scope }) => {
      const works = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : peer).audiences.createOnce(scope, samplePlatform(`try-${index}`), request('k')),
      );
      assert.equal(await countSuccesses(works, []), works.length);
      const ids = new Set((await Promise.all(works)).map((audience) => audience.id));
      assert.equal(ids.size, 1);
      const sort = [{ key: 'createdAt', direction: 'asc' }] as const;
      assert.equal((await store.audiences.list(scope, { sort }, { offset: 0, limit: 1 })).totalCount, 1);
    },
  },
];
