import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { createClock } from './settable-clock.ts';

test('a clock goes with the machine, away from it, or not at all', () => {
  let machine = 1_000;
  const clock = createClock({ mode: 'system', at: null }, () => machine);
  const after = (ms: number): number => {
    machine += ms;
    return clock.now();
  };
  assert.equal(after(5), 1_005);
  clock.moveTo(epochMs(2_000));
  assert.deepEqual([clock.mode, clock.now(), after(5)], ['running', 2_000, 2_005]);
  clock.set({ mode: 'fixed', at: epochMs(300) });
  assert.deepEqual([clock.mode, clock.now(), after(5)], ['fixed', 300, 300]);
  clock.moveTo(epochMs(400));
  assert.deepEqual([clock.mode, after(5)], ['fixed', 400]);
  clock.set({ mode: 'running', at: epochMs(50) });
  assert.deepEqual([clock.now(), after(5)], [50, 55]);
  clock.set({ mode: 'system', at: null });
  assert.equal(clock.now(), machine);
});
