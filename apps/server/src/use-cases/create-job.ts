import {
  type Audience,
  type EpochMs,
  type EvaluationJob,
  Problem,
  type ProblemDetail,
  type Scope,
} from '@muster/audience';
import type { JobAudiences } from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';
import { objectionToEvaluation, prepareJob, storeJob } from './prepare-job.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'runner'>;

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
    const message = objectionToEvaluation(audience);
    return message === null ? [] : [{ message, field: '/segmentId' }];
  });
  if (details.length > 0) throw new Problem('audienceInvalid', details);
  return found;
}

/** A request for a job. */
export interface JobRequest {
  readonly audiences: JobAudiences;
  /** Null for now. */
  readonly asOf: EpochMs | null;
  readonly requestId: string;
  readonly jobsInProgressMax: number;
}

/**
 * Makes a job that evaluates audiences as of a moment, now unless given, and starts it as soon as a runner is free.
 *
 * Throws `audienceNotFound` and `audienceInvalid` naming the audiences, or `tooManyJobs`.
 */
export async function createJob(deps: Dependencies, scope: Scope, request: JobRequest): Promise<EvaluationJob> {
  const audiences = await resolveAudiences(deps, scope, request.audiences);
  const { asOf, requestId } = request;
  const job = await prepareJob(deps, scope, audiences, { asOf, requestId, scheduledRun: null });
  await storeJob(deps, scope, job, request.jobsInProgressMax);
  return job;
}
