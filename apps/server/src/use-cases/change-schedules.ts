/** Schedules: made, and changed in state and time. */
import {
  type Audience,
  type AudienceId,
  decideBesides,
  decideSchedule,
  decideScheduleChange,
  Problem,
  type ProblemDetail,
  type Schedule,
  type ScheduleChange,
  type ScheduleDraft,
  type ScheduleFields,
  type ScheduleId,
  type Scope,
  scheduleId,
} from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids'>;

/** Why an audience cannot be on a schedule of its own; null when it can. */
function objectionTo(audience: Audience | undefined, id: AudienceId): string | null {
  if (audience === undefined) return `audience \`${id}\` does not exist`;
  if (audience.kind === 'external') return `audience \`${id}\` is external: it has no rule to evaluate`;
  const { streaming, edge } = audience.evaluation;
  if (streaming || edge) return `audience \`${id}\` is not evaluated by batch alone: it stays with schedules of all`;
  return null;
}

/** Of `ids`, in their order, what keeps each from being scheduled: null for those that can be. */
export async function findSchedulingObjections(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<ReadonlyMap<AudienceId, string | null>> {
  const found = new Map((await control.audiences.findMany(scope, ids)).map((audience) => [audience.id, audience]));
  return new Map(ids.map((id) => [id, objectionTo(found.get(id), id)]));
}

async function assertAudiencesFit(deps: Dependencies, scope: Scope, draft: ScheduleDraft): Promise<void> {
  if (draft.audiences.kind === 'all') return;
  const objections = [...(await findSchedulingObjections(deps, scope, draft.audiences.ids)).values()];
  const details = objections.flatMap((message, index): readonly ProblemDetail[] =>
    message === null ? [] : [{ message, field: `/properties/segments/${index}` }],
  );
  if (details.length > 0) throw new Problem('scheduleInvalid', details);
}

/** `decision`, unless it is a refusal or its neighbours refuse it; then throws. */
function settle(decision: Schedule | Problem, others: readonly Schedule[]): Schedule {
  if (decision instanceof Problem) throw decision;
  const refused = decideBesides(decision, others);
  if (refused !== null) throw refused;
  return decision;
}

/** Makes a schedule. Throws `scheduleInvalid` with everything that is wrong with its time, its audiences or its state. */
export async function createSchedule(deps: Dependencies, scope: Scope, draft: ScheduleDraft): Promise<Schedule> {
  await assertAudiencesFit(deps, scope, draft);
  const origin = { id: scheduleId(deps.ids.uuid()), actor: scope.actor, at: deps.clock.now() };
  return deps.control.schedules.create(scope, (others) => settle(decideSchedule(draft, origin), others));
}

/**
 * Changes the state, the time or both, or neither when one is refused. Throws `scheduleNotFound` or `scheduleInvalid`,
 * which names the `fields` of the request.
 */
export async function changeSchedule(
  deps: Dependencies,
  scope: Scope,
  id: ScheduleId,
  { change, fields }: { readonly change: ScheduleChange; readonly fields: ScheduleFields },
): Promise<Schedule> {
  const now = deps.clock.now();
  return deps.control.schedules.update(scope, id, (stored, others) =>
    settle(decideScheduleChange(stored, change, now, fields), others),
  );
}
