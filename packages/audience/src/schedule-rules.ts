/** What schedules may be, and when their runs are due. Pure: the time is an argument. */
import { type Cron, runsPerDay } from './cron/cron.ts';
import { type Frequency, frequencyOf } from './cron/frequency.ts';
import { nextRun } from './cron/next-run.ts';
import { parseCron } from './cron/parse-cron.ts';
import type { ActorId, AudienceId, EpochMs, ScheduleId } from './ids.ts';
import { Problem, type ProblemDetail } from './problem.ts';
import type { Schedule, ScheduledAudiences, ScheduleState, ScheduleType } from './schedule.ts';

/** Sizes of schedules. Lengths count UTF-16 code units. */
export const scheduleLimits = {
  cronLengthMax: 200,
  scheduleNameLengthMax: 1_000,
  scheduledAudiencesMax: 1_500,
  schedulesMax: 100,
  /** Active schedules of all audiences in a sandbox. */
  classicSchedulesMax: 1,
  /** Runs in a day of a schedule of all audiences. */
  classicRunsPerDayMax: 1,
  /** Runs in a day of all active schedules of a sandbox together. */
  scheduledRunsPerDayMax: 4,
} as const;

/** Schedules that name no time run at one o'clock every night. */
export const cronDefault = '0 0 1 * * ?';

/** A schedule as a client describes it. */
export interface ScheduleDraft {
  readonly name: string;
  readonly type: ScheduleType;
  readonly state: ScheduleState;
  readonly cron: string;
  readonly audiences: ScheduledAudiences;
}

/** What the service, not the client, says of a new schedule. */
export interface ScheduleOrigin {
  readonly id: ScheduleId;
  readonly actor: ActorId;
  readonly at: EpochMs;
}

/** What a client may change of a schedule. */
export interface ScheduleChange {
  readonly state?: ScheduleState;
  readonly cron?: string;
}

/** Where in a request a schedule's values stand, as JSON pointers. */
export interface ScheduleFields {
  readonly cron: string;
  readonly state: string;
}

const bodyFields: ScheduleFields = { cron: '/schedule', state: '/state' };

const refusal = (...details: readonly ProblemDetail[]): Problem => new Problem('scheduleInvalid', details);

/** The expression of a stored schedule. Throws a bug when it is none. */
function cronOf({ id, cron }: Schedule): Cron {
  const parsed = parseCron(cron);
  if ('faults' in parsed) throw new Error(`schedule ${id} has the cron expression \`${cron}\``);
  return parsed;
}

/** How often a schedule runs, in a word. */
export const scheduleFrequency = (schedule: Schedule): Frequency => frequencyOf(cronOf(schedule));

function decideDensity(cron: Cron, audiences: ScheduledAudiences, field: string): Problem | null {
  const { classicRunsPerDayMax, scheduledRunsPerDayMax } = scheduleLimits;
  const runsMax = audiences.kind === 'all' ? classicRunsPerDayMax : scheduledRunsPerDayMax;
  const runs = runsPerDay(cron);
  if (runs <= runsMax) return null;
  return refusal({
    message: `the cron expression has ${runs} runs in a day`,
    field,
    expected: `at most ${runsMax} in 24 hours for a schedule of ${audiences.kind === 'all' ? 'all' : 'named'} audiences`,
    suggestion: 'give seconds, minutes and hours one value each, such as `0 0 1 * * ?`',
  });
}

/** The expression in `text` if runs of `audiences` may come as often as it says and one comes at all. */
function decideCron(text: string, audiences: ScheduledAudiences, at: EpochMs, field: string): Cron | Problem {
  const cron = parseCron(text);
  if ('faults' in cron) return refusal(...cron.faults.map((fault) => ({ ...fault, field })));
  const tooDense = decideDensity(cron, audiences, field);
  if (tooDense !== null) return tooDense;
  if (nextRun(cron, at) !== null) return cron;
  return refusal({ message: 'the cron expression names no moment to come', field, expected: 'a day that exists' });
}

/** Null when a schedule may be in its state. */
function decideState(type: ScheduleType, state: ScheduleState, field: string): Problem | null {
  if (state === 'inactive' || type === 'batch_segmentation') return null;
  return refusal({
    message: 'schedules of type `export` are kept, but cannot be active',
    field,
    expected: '`inactive`',
    suggestion: 'start exports with `POST /export/jobs`',
  });
}

/** The schedule a draft describes, or why it cannot be. */
export function decideSchedule(draft: ScheduleDraft, origin: ScheduleOrigin): Schedule | Problem {
  const cron = decideCron(draft.cron, draft.audiences, origin.at, bodyFields.cron);
  if (cron instanceof Problem) return cron;
  return (
    decideState(draft.type, draft.state, bodyFields.state) ?? {
      ...draft,
      id: origin.id,
      createdBy: origin.actor,
      createdAt: origin.at,
      updatedAt: origin.at,
      nextRunAt: draft.state === 'active' ? nextRun(cron, origin.at) : null,
    }
  );
}

/**
 * The schedule after a change, or why it cannot be so.
 *
 * A run that is due already stays due while the schedule stays active and keeps its time. Activating starts nothing by
 * itself: the next run is the first one to come.
 */
export function decideScheduleChange(
  schedule: Schedule,
  change: ScheduleChange,
  at: EpochMs,
  fields: ScheduleFields = bodyFields,
): Schedule | Problem {
  const changed = { ...schedule, ...change, updatedAt: at };
  const refused = decideState(changed.type, changed.state, fields.state);
  if (refused !== null) return refused;
  const isSame = changed.cron === schedule.cron;
  const cron = isSame ? cronOf(schedule) : decideCron(changed.cron, changed.audiences, at, fields.cron);
  if (cron instanceof Problem) return cron;
  if (changed.state === 'inactive') return { ...changed, nextRunAt: null };
  return isSame && schedule.state === 'active' ? changed : { ...changed, nextRunAt: nextRun(cron, at) };
}

const isOfAll = ({ state, audiences }: Schedule): boolean => state === 'active' && audiences.kind === 'all';

/** Null when a sandbox may have a schedule beside its `others`: one active schedule of all audiences, and few runs a day. */
export function decideBesides(schedule: Schedule, others: readonly Schedule[]): Problem | null {
  const { schedulesMax, classicSchedulesMax, scheduledRunsPerDayMax } = scheduleLimits;
  if (others.length >= schedulesMax) {
    return refusal({
      message: `the sandbox has ${others.length} other schedules`,
      expected: `at most ${schedulesMax} schedules in a sandbox`,
      suggestion: 'delete one that is not needed',
    });
  }
  const ofAll = others.filter(isOfAll);
  const [first] = ofAll;
  if (isOfAll(schedule) && first !== undefined && ofAll.length >= classicSchedulesMax) {
    return refusal({
      message: `schedule \`${first.id}\` evaluates all audiences of the sandbox already`,
      field: bodyFields.state,
      expected: `at most ${classicSchedulesMax} active schedule of \`["*"]\` in a sandbox`,
      suggestion: 'make the other one `inactive` first, or name audiences in `properties.segments`',
    });
  }
  const active = [schedule, ...others].filter(({ state }) => state === 'active');
  const runs = active.reduce((sum, each) => sum + runsPerDay(cronOf(each)), 0);
  if (schedule.state === 'inactive' || runs <= scheduledRunsPerDayMax) return null;
  return refusal({
    message: `the active schedules of the sandbox would have ${runs} runs in a day`,
    field: bodyFields.state,
    expected: `at most ${scheduledRunsPerDayMax} together`,
    suggestion: 'make another schedule `inactive` first',
  });
}

/** Whether a run of a schedule should have started by `now`. */
export function isRunDue({ state, nextRunAt }: Schedule, now: EpochMs): boolean {
  return state === 'active' && nextRunAt !== null && nextRunAt <= now;
}

/** When the run after one that starts `now` is due. What was missed until now is over: one run stands for all. */
export const runAfter = (schedule: Schedule, now: EpochMs): EpochMs | null => nextRun(cronOf(schedule), now);

/** What a request to add or remove audiences came to. */
export interface AudiencesChange {
  readonly ids: readonly AudienceId[];
  /** Added, or removed. */
  readonly changed: readonly AudienceId[];
  /** Those whose place did not change. */
  readonly unchanged: readonly AudienceId[];
}

/** The audiences of a schedule with `added`, in their order. */
export function addAudiences(ids: readonly AudienceId[], added: readonly AudienceId[]): AudiencesChange {
  const present = new Set(ids);
  const changed = added.filter((id) => !present.has(id));
  return { ids: [...ids, ...changed], changed, unchanged: added.filter((id) => present.has(id)) };
}

/** The audiences of a schedule without `removed`. */
export function removeAudiences(ids: readonly AudienceId[], removed: readonly AudienceId[]): AudiencesChange {
  const present = new Set(ids);
  const gone = new Set(removed);
  return {
    ids: ids.filter((id) => !gone.has(id)),
    changed: removed.filter((id) => present.has(id)),
    unchanged: removed.filter((id) => !present.has(id)),
  };
}
