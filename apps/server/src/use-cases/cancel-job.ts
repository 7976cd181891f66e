import { type EvaluationJob, type JobId, type JobStatus, Problem, type Scope } from '@muster/audience';
import { findJob } from './find-job.ts';
import type { UseCaseDependencies } from './ports.ts';

/** What cancelling makes of a job in each state; null: nothing to do any more. */
const cancelled: Readonly<Record<JobStatus, JobStatus | null>> = {
  NEW: 'CANCELLED',
  QUEUED: 'CANCELLED',
  PROCESSING: 'CANCELLING',
  CANCELLING: null,
  CANCELLED: null,
  FAILED: null,
  SUCCEEDED: null,
};

const hasEnded = (job: EvaluationJob): boolean => job.status === 'SUCCEEDED' || job.status === 'FAILED';

/** A job passes through few states, so a decision made on a stale one is repeated a few times at most. */
const triesMax = 10;

/**
 * Cancels a job. One that is being evaluated is CANCELLING until its runner has let go. Cancelling twice is fine.
 *
 * Throws `jobNotFound`, or `jobNotCancellable` when there is a result already.
 */
export async function cancelJob(
  deps: Pick<UseCaseDependencies, 'control' | 'clock' | 'runner'>,
  scope: Scope,
  id: JobId,
): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const job = await findJob(deps, scope, id);
    if (hasEnded(job)) {
      throw new Problem('jobNotCancellable', [
        { message: `the job is \`${job.status}\``, suggestion: 'make a new job' },
      ]);
    }
    const status = cancelled[job.status];
    if (status === null) return;
    const changed = { ...job, status, updatedAt: deps.clock.now() };
    if (await deps.control.jobs.transition(scope, changed, [job.status])) {
      if (status === 'CANCELLING') deps.runner.abort(id);
      return;
    }
  }
  throw new Error(`job ${id} changed its status more than ${triesMax} times while it was cancelled`);
}
