import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NamedMutex } from './named-mutex.ts';

test('work under one name runs one at a time, in the order asked for', async () => {
  const mutex = new NamedMutex();
  const steps: string[] = [];
  const work = (label: string) => async () => {
    steps.push(`${label} starts`);
    await nextTurn();
    steps.push(`${label} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((label) => mutex.run('one', work(label))));
  assert.deepEqual(steps, ['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
});

test('work under different names runs at the same time', async () => {
  const mutex = new NamedMutex();
  const meeting = Promise.withResolvers<void>();
  await Promise.all([mutex.run('left', () => meeting.promise), mutex.run('right', async () => meeting.resolve())]);
});

test('work that fails gives the next one its turn', async () => {
  const mutex = new NamedMutex();
  const failing = mutex.run('one', () => Promise.reject(new Error('broken')));
  const next = mutex.run('one', async () => 'done');
  await assert.rejects(failing, /broken/);
  assert.equal(await next, 'done');
});
