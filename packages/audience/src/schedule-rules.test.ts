import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actorId, audienceId, epochMs, scheduleId } from './ids.ts';
import { Problem } from './problem.ts';
import type { Schedule, ScheduledAudiences } from './schedule.ts';
import {
  addAudiences,
  decideBesides,
  decideSchedule,
  decideScheduleChange,
  isRunDue,
  removeAudiences,
  runAfter,
  type ScheduleDraft,
  scheduleFrequency,
  scheduleLimits,
} from './schedule-rules.ts';

const time = (text: string) => epochMs(Date.parse(text));
const at = time('2024-02-28T12:00:00Z');
const origin = { id: scheduleId('s'), actor: actorId('someone'), at };
const named: ScheduledAudiences = { kind: 'named', ids: [audienceId('a')] };
const draft: ScheduleDraft = {
  name: 'Nightly',
  type: 'batch_segmentation',
  state: 'active',
  cron: '0 0 1 * * ?',
  audiences: { kind: 'all' },
};

function scheduleOf(changes: Partial<ScheduleDraft> = {}): Schedule {
  const schedule = decideSchedule({ ...draft, ...changes }, origin);
  assert.ok(!(schedule instanceof Problem), String(schedule));
  return schedule;
}

/** The places that a refusal names. */
function refusedFields(decision: unknown): readonly (string | undefined)[] {
  assert.ok(decision instanceof Problem);
  assert.equal(decision.problem, 'scheduleInvalid');
  return decision.details.map(({ field }) => field);
}

test('an active schedule has a next run, an inactive one has none', () => {
  assert.equal(scheduleOf().nextRunAt, time('2024-02-29T01:00:00Z'));
  assert.equal(scheduleOf({ state: 'inactive' }).nextRunAt, null);
  assert.equal(scheduleFrequency(scheduleOf()), 'daily');
});

test('a schedule of all audiences runs at most once in 24 hours, one of named audiences four times', () => {
  const hourly = { cron: '0 0 * * * ?' };
  const fourTimes = { cron: '0 0 0/6 * * ?' };
  assert.deepEqual(refusedFields(decideSchedule({ ...draft, ...hourly }, origin)), ['/schedule']);
  assert.deepEqual(refusedFields(decideSchedule({ ...draft, ...fourTimes }, origin)), ['/schedule']);
  assert.deepEqual(refusedFields(decideSchedule({ ...draft, ...hourly, audiences: named }, origin)), ['/schedule']);
  assert.equal(scheduleOf({ ...fourTimes, audiences: named }).nextRunAt, time('2024-02-28T18:00:00Z'));
});

test('an expression that is wrong or never comes is refused with its place', () => {
  const check = (cron: string, count = 1): void => {
    const fields = refusedFields(decideSchedule({ ...draft, cron }, origin));
    assert.deepEqual(
      fields,
      Array.from({ length: count }, () => '/schedule'),
      cron,
    );
  };
  check('0 0 1 * *');
  check('0 99 25 * * ?', 2);
  check('0 0 1 30 2 ?');
  check('0 0 1 1 1 ? 2020');
});

test('a change of time moves the next run, a change of nothing leaves a run that is due', () => {
  const later = time('2024-03-05T12:00:00Z');
  const change = (schedule: Schedule, changes: object): Schedule => {
    const changed = decideScheduleChange(schedule, changes, later);
    assert.ok(!(changed instanceof Problem));
    assert.equal(changed.updatedAt, later);
    return changed;
  };
  const schedule = scheduleOf();
  assert.equal(change(schedule, { cron: '0 0 5 * * ?' }).nextRunAt, time('2024-03-06T05:00:00Z'));
  assert.equal(change(schedule, { state: 'active' }).nextRunAt, schedule.nextRunAt);
  const off = change(schedule, { state: 'inactive' });
  assert.equal(off.nextRunAt, null);
  assert.equal(change(off, { cron: '0 0 5 * * ?' }).nextRunAt, null);
  // What was missed while it was off is not made up for.
  assert.equal(change(off, { state: 'active' }).nextRunAt, time('2024-03-06T01:00:00Z'));
  assert.deepEqual(refusedFields(decideScheduleChange(schedule, { cron: 'x' }, later)), ['/schedule']);
});

test('schedules of exports are kept but not active', () => {
  const exports = { type: 'export', state: 'inactive' } as const;
  const schedule = scheduleOf(exports);
  assert.deepEqual(refusedFields(decideSchedule({ ...draft, type: 'export' }, origin)), ['/state']);
  assert.deepEqual(refusedFields(decideScheduleChange(schedule, { state: 'active' }, at)), ['/state']);
});

test('a sandbox has one active schedule of all audiences, beside any that are inactive or name theirs', () => {
  const besides = [scheduleOf({ state: 'inactive' }), scheduleOf({ audiences: named })];
  assert.equal(decideBesides(scheduleOf(), besides), null);
  assert.deepEqual(refusedFields(decideBesides(scheduleOf(), [...besides, scheduleOf()])), ['/state']);
  assert.equal(decideBesides(scheduleOf({ state: 'inactive' }), [scheduleOf()]), null);
  assert.equal(decideBesides(scheduleOf({ audiences: named }), [scheduleOf()]), null);
});

test('the active schedules of a sandbox have four runs a day together, and there is an end to their number', () => {
  const three = scheduleOf({ cron: '0 0 1,9,17 * * ?', audiences: named });
  assert.equal(decideBesides(scheduleOf(), [three]), null);
  assert.deepEqual(refusedFields(decideBesides(scheduleOf({ audiences: named }), [three, scheduleOf()])), ['/state']);
  assert.equal(decideBesides(scheduleOf({ state: 'inactive' }), [three, scheduleOf()]), null);
  const many = Array.from({ length: scheduleLimits.schedulesMax }, () => scheduleOf({ state: 'inactive' }));
  assert.deepEqual(refusedFields(decideBesides(scheduleOf({ state: 'inactive' }), many)), [undefined]);
});

test('a run is due from its time on, and one run stands for all that were missed', () => {
  const schedule = scheduleOf();
  const due = time('2024-02-29T01:00:00Z');
  assert.equal(isRunDue(schedule, epochMs(due - 1)), false);
  assert.equal(isRunDue(schedule, due), true);
  assert.equal(isRunDue(scheduleOf({ state: 'inactive' }), due), false);
  const daysLater = time('2024-03-05T12:00:00Z');
  assert.equal(isRunDue(schedule, daysLater), true);
  assert.equal(runAfter(schedule, daysLater), time('2024-03-06T01:00:00Z'));
});

test('audiences are added once and removed once', () => {
  const [a, b, c] = [audienceId('a'), audienceId('b'), audienceId('c')];
  assert.deepEqual(addAudiences([a, b], [b, c]), { ids: [a, b, c], changed: [c], unchanged: [b] });
  assert.deepEqual(removeAudiences([a, b], [b, c]), { ids: [a], changed: [b], unchanged: [c] });
});
