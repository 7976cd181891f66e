import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actorId, decideSchedule, epochMs, Problem, type Schedule, scheduleId } from '@muster/audience';
import { testScope } from '../testing/test-scope.ts';
import { RunFailures } from './run-failures.ts';

const start = 1_700_000_000_000;
const pauses = { firstMs: 2_000, longestMs: 60_000 };

function scheduleChangedAt(time: number): Schedule {
  const schedule = decideSchedule(
    { name: 's', type: 'batch_segmentation', state: 'active', cron: '0 0 1 * * ?', audiences: { kind: 'all' } },
    { id: scheduleId('s'), actor: actorId('someone'), at: epochMs(time) },
  );
  assert.ok(!(schedule instanceof Problem));
  return schedule;
}

const scope = testScope('ONE@AdobeOrg');
const schedule = scheduleChangedAt(start);

test('a run that cannot start is tried again after pauses that double, up to a minute', () => {
  const failures = new RunFailures(pauses);
  const tries: number[] = [];
  for (let second = 0; second <= 240; second += 1) {
    const now = epochMs(start + second * 1_000);
    if (failures.isPausing(scope, schedule, now)) continue;
    tries.push(second);
    failures.add(scope, schedule, new Error('no'), now);
  }
  assert.deepEqual(tries, [0, 2, 6, 14, 30, 62, 122, 182]);
});

test('a failure is told once for each reason', () => {
  const failures = new RunFailures(pauses);
  const reasons = ['one', 'one', 'two', 'two', 'one'];
  const told = reasons.map((reason) => failures.add(scope, schedule, new Error(reason), epochMs(start)));
  assert.deepEqual(told, [true, false, true, false, true]);
});

test('a schedule that was changed, has run or belongs to others is tried and told at once', () => {
  const failures = new RunFailures(pauses);
  const now = epochMs(start + 1);
  failures.add(scope, schedule, new Error('no'), now);
  assert.equal(failures.isPausing(scope, schedule, now), true);
  assert.equal(failures.isPausing(testScope('TWO@AdobeOrg'), schedule, now), false);
  const changed = scheduleChangedAt(start + 1);
  assert.equal(failures.isPausing(scope, changed, now), false);
  assert.equal(failures.add(scope, changed, new Error('no'), now), true);
  failures.keepOnly([{ scope, schedule: changed }]);
  assert.equal(failures.isPausing(scope, changed, now), true);
  failures.keepOnly([]);
  assert.equal(failures.isPausing(scope, changed, now), false);
});
