import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from './repeat.ts';

test('work is repeated after a failure, never twice at once, until it is stopped', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  let isRunning = false;
  const enough = Promise.withResolvers<void>();
  const repetition = repeat(
    async () => {
      assert.equal(isRunning, false);
      isRunning = true;
      runs += 1;
      await Promise.resolve();
      isRunning = false;
      if (runs === 1) throw new Error('once');
      if (runs === 3) enough.resolve();
    },
    0,
    (error) => errors.push(error),
  );
  // The timer does not keep the process alive; this one does.
  const alive = setInterval(() => undefined, 60_000);
  await enough.promise;
  await repetition.stop();
  clearInterval(alive);
  assert.deepEqual(errors, [new Error('once')]);
  const after = runs;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(runs, after);
});

test('stopping waits for work that is under way', async () => {
  const work = Promise.withResolvers<void>();
  const repetition = repeat(
    () => work.promise,
    0,
    () => assert.fail('the work does not fail'),
  );
  let isStopped = false;
  const stopped = repetition.stop().then(() => {
    isStopped = true;
  });
  await Promise.resolve();
  assert.equal(isStopped, false);
  work.resolve();
  await stopped;
});
