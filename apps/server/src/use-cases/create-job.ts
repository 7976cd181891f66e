import {
  type Audience,
  type EpochMs,
  type EvaluationJob,
  type JobAudience,
  jobId,
  Problem,
  type ProblemDetail,
  type Scope,
} from '@muster/audience';
import type { JobAudiences } from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'runner'>;

/** Why an audience cannot be evaluated; null when it can. */
function objectionTo(audience: Audience): string | null {
  if (audience.kind === 'external') return `audience \`${audience.id}\` is external: it has no rule to evaluate`;
  if (audience.lifecycleState === 'inactive') return `audience \`${audience.id}\` is inactive`;
  return null;
}

async function resolveAudiences(
  { control }: Dependencies,
  scope: Scope,
  wanted: JobAudiences,
): Promise<readonly Audience[]> {
  if (wanted.kind === 'all') return control.audiences.listForBatch(scope);
  const found = await control.audiences.findMany(scope, wanted.ids);
  const known = new Set(found.map((audience) => audience.id));
  const missing = wanted.ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    throw new Problem(
      'audienceNotFound',
      missing.map((id) => ({ message: `audience \`${id}\` does not exist`, field: '/segmentId' })),
    );
  }
  const details = found.flatMap((audience): readonly ProblemDetail[] => {
    const message = objectionTo(audience);
    return message === null ? [] : [{ message, field: '/segmentId' }];
  });
  if (details.length > 0) throw new Problem('audienceInvalid', details);
  return withDependencies(control, scope, found);
}

/**
 * The audiences and those their rules refer to, directly or over others: members as of one moment, not of two. External
 * audiences have no rule, and inactive ones keep the members they have.
 */
async function withDependencies(
  control: Dependencies['control'],
  scope: Scope,
  wanted: readonly Audience[],
): Promise<readonly Audience[]> {
  const included = new Map(wanted.map((audience) => [audience.id, audience]));
  let added = wanted;
  while (added.length > 0) {
    const needed = new Set(added.flatMap((audience) => (audience.kind === 'platform' ? audience.dependencies : [])));
    const missing = [...needed].filter((id) => !included.has(id));
    added = (await control.audiences.findMany(scope, missing)).filter((audience) => objectionTo(audience) === null);
    for (const audience of added) included.set(audience.id, audience);
  }
  return [...included.values()];
}

/** The audience as the job sees it, whatever becomes of it later. */
function snapshot(audience: Audience): readonly JobAudience[] {
  if (audience.kind === 'external') return [];
  return [{ audienceId: audience.id, expression: audience.expression, mergePolicyId: audience.mergePolicyId }];
}

/**
 * Makes a job that evaluates audiences as of a moment, now unless given, and starts it as soon as a runner is free.
 *
 * Throws `audienceNotFound` and `audienceInvalid` naming the audiences, or `tooManyJobs`.
 */
export async function createJob(
  deps: Dependencies,
  scope: Scope,
  request: { readonly audiences: JobAudiences; readonly asOf: EpochMs | null; readonly jobsInProgressMax: number },
): Promise<EvaluationJob> {
  const inProgress = await deps.control.jobs.countUnfinished(scope);
  if (inProgress >= request.jobsInProgressMax) {
    throw new Problem('tooManyJobs', [
      {
        message: `${inProgress} segment jobs have not ended yet`,
        expected: `fewer than ${request.jobsInProgressMax}`,
        suggestion: 'wait for one to end, or cancel one',
      },
    ]);
  }
  const audiences = await resolveAudiences(deps, scope, request.audiences);
  const now = deps.clock.now();
  const job: EvaluationJob = {
    id: jobId(deps.ids.uuid()),
    source: 'api',
    status: 'NEW',
    asOf: request.asOf ?? now,
    audiences: audiences.flatMap(snapshot),
    createdBy: scope.actor,
    createdAt: now,
    updatedAt: now,
    attempts: 0,
    progress: 0,
    metrics: null,
    errors: [],
  };
  await deps.control.jobs.create(scope, job);
  deps.runner.wake();
  return job;
}
