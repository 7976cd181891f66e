/** Jobs before they are stored: which audiences they have, and whether there is room for them. */
import {
  type Audience,
  type EpochMs,
  type EvaluationJob,
  type JobAudience,
  jobId,
  Problem,
  type ScheduledRun,
  type Scope,
} from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids'>;

/** Why an audience cannot be evaluated; null when it can. */
export function objectionToEvaluation(audience: Audience): string | null {
  if (audience.kind === 'external') return `audience \`${audience.id}\` is external: it has no rule to evaluate`;
  if (audience.lifecycleState === 'inactive') return `audience \`${audience.id}\` is inactive`;
  return null;
}

/**
 * The audiences and those their rules refer to, directly or over others: members as of one moment, not of two. External
 * audiences have no rule, and inactive ones keep the members they have.
 */
export async function withDependencies(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  wanted: readonly Audience[],
): Promise<readonly Audience[]> {
  const included = new Map(wanted.map((audience) => [audience.id, audience]));
  let added = wanted;
  while (added.length > 0) {
    const needed = new Set(added.flatMap((audience) => (audience.kind === 'platform' ? audience.dependencies : [])));
    const missing = [...needed].filter((id) => !included.has(id));
    const found = await control.audiences.findMany(scope, missing);
    added = found.filter((audience) => objectionToEvaluation(audience) === null);
    for (const audience of added) included.set(audience.id, audience);
  }
  return [...included.values()];
}

/** The audience as the job sees it, whatever becomes of it later. */
function snapshot(audience: Audience): readonly JobAudience[] {
  if (audience.kind === 'external') return [];
  return [{ audienceId: audience.id, expression: audience.expression, mergePolicyId: audience.mergePolicyId }];
}

/** Whether the sandbox may have one more job that has not ended. The answer may be old by the time it is used. */
export async function hasRoomForJob(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  jobsInProgressMax: number,
): Promise<boolean> {
  return (await control.jobs.countUnfinished(scope)) < jobsInProgressMax;
}

/** Stores a new job and has it run. Throws `tooManyJobs` when as many jobs of the sandbox as may be have not ended. */
export async function storeJob(
  { control, runner }: Pick<UseCaseDependencies, 'control' | 'runner'>,
  scope: Scope,
  job: EvaluationJob,
  jobsInProgressMax: number,
): Promise<void> {
  if (await control.jobs.createWithin(scope, job, jobsInProgressMax)) {
    runner.wake();
    return;
  }
  throw new Problem('tooManyJobs', [
    {
      message: `${jobsInProgressMax} segment jobs have not ended yet`,
      expected: `fewer than ${jobsInProgressMax}`,
      suggestion: 'wait for one to end, or cancel one',
    },
  ]);
}

/** What a job is made for. */
export interface JobReason {
  /** `now` of the run; the clock when null. */
  readonly asOf: EpochMs | null;
  readonly requestId: string;
  readonly scheduledRun: ScheduledRun | null;
}

/** A new job that evaluates audiences, and the ones that their rules refer to. Not stored yet. */
export async function prepareJob(
  deps: Dependencies,
  scope: Scope,
  audiences: readonly Audience[],
  { asOf, requestId, scheduledRun }: JobReason,
): Promise<EvaluationJob> {
  const included = await withDependencies(deps, scope, audiences);
  const now = deps.clock.now();
  return {
    id: jobId(deps.ids.uuid()),
    source: scheduledRun === null ? 'api' : 'scheduler',
    requestId,
    scheduledRun,
    status: 'NEW',
    asOf: asOf ?? now,
    audiences: included.flatMap(snapshot),
    createdBy: scope.actor,
    createdAt: now,
    updatedAt: now,
    attempts: 0,
    progress: 0,
    metrics: null,
    errors: [],
  };
}
