/** Which audiences are on which schedules. */
import {
  type AudienceId,
  type AudiencesChange,
  addAudiences,
  Problem,
  removeAudiences,
  type Schedule,
  type ScheduleId,
  type Scope,
  scheduleLimits,
} from '@muster/audience';
import { findSchedulingObjections } from './change-schedules.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock'>;

/** What became of a wish to add or remove audiences. */
export interface ScheduleAudiencesOutcome extends AudiencesChange {
  /** Those that no schedule can have. */
  readonly invalid: readonly AudienceId[];
  readonly countBefore: number;
}

/** The ids of a schedule of named audiences. Throws `scheduleInvalid` for any other. */
function idsOf({ audiences }: Schedule): readonly AudienceId[] {
  if (audiences.kind === 'named') return audiences.ids;
  throw new Problem('scheduleInvalid', [
    {
      message: 'the schedule evaluates all audiences: none can be added or removed',
      field: '/id',
      suggestion: 'make a schedule with `properties.segments` that names audiences',
    },
  ]);
}

async function changeAudiences(
  deps: Dependencies,
  scope: Scope,
  id: ScheduleId,
  wanted: readonly AudienceId[],
  change: (ids: readonly AudienceId[], valid: readonly AudienceId[]) => AudiencesChange,
): Promise<ScheduleAudiencesOutcome> {
  const objections = await findSchedulingObjections(deps, scope, wanted);
  const valid = wanted.filter((audience) => objections.get(audience) === null);
  let outcome: ScheduleAudiencesOutcome | null = null;
  await deps.control.schedules.update(scope, id, (stored) => {
    const before = idsOf(stored);
    const present = new Set(before);
    // What is on the schedule can be taken off whatever has become of it.
    const changed = change(before, [...new Set([...valid, ...wanted.filter((audience) => present.has(audience))])]);
    if (changed.ids.length > scheduleLimits.scheduledAudiencesMax) {
      throw new Problem('scheduleInvalid', [
        {
          message: `the schedule would have ${changed.ids.length} audiences`,
          field: '/segments',
          expected: `at most ${scheduleLimits.scheduledAudiencesMax}`,
        },
      ]);
    }
    const invalid = wanted.filter((audience) => objections.get(audience) !== null && !present.has(audience));
    outcome = { ...changed, invalid, countBefore: before.length };
    if (changed.changed.length === 0) return stored;
    return { ...stored, audiences: { kind: 'named', ids: changed.ids }, updatedAt: deps.clock.now() };
  });
  if (outcome === null) throw new Error(`schedule ${id} was changed without an outcome`);
  return outcome;
}

/** Puts audiences on a schedule of named audiences. Throws `scheduleNotFound` or `scheduleInvalid`. */
export function addToSchedule(
  deps: Dependencies,
  scope: Scope,
  id: ScheduleId,
  wanted: readonly AudienceId[],
): Promise<ScheduleAudiencesOutcome> {
  return changeAudiences(deps, scope, id, wanted, addAudiences);
}

/** Takes audiences off a schedule of named audiences. Throws `scheduleNotFound` or `scheduleInvalid`. */
export function removeFromSchedule(
  deps: Dependencies,
  scope: Scope,
  id: ScheduleId,
  wanted: readonly AudienceId[],
): Promise<ScheduleAudiencesOutcome> {
  return changeAudiences(deps, scope, id, wanted, removeAudiences);
}

/** The schedules that evaluate each of `ids`, those of all audiences included; empty lists for ids that none does. */
export async function findSchedulesOf(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<ReadonlyMap<AudienceId, readonly Schedule[]>> {
  const known = new Set((await control.audiences.findMany(scope, ids)).map(({ id }) => id));
  const schedules = await control.schedules.listAll(scope);
  const covers = ({ audiences }: Schedule, id: AudienceId): boolean =>
    audiences.kind === 'all' ? known.has(id) : audiences.ids.includes(id);
  return new Map(ids.map((id) => [id, schedules.filter((schedule) => covers(schedule, id))]));
}
