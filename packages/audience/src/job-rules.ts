/** The moves an evaluation job may make between its states, and who may still stop it. */
import { type EvaluationJob, type JobStatus, jobStatuses } from './evaluation-job.ts';
import { Problem } from './problem.ts';

/**
 * The states that may follow each state.
 *
 * `PROCESSING` to `QUEUED` is the way of a job whose runner died: another takes it up. A job that is being cancelled may
 * still end by itself, when its last result was stored before the runner saw the wish.
 */
const nextStatuses: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  NEW: ['QUEUED', 'PROCESSING', 'CANCELLED', 'FAILED'],
  QUEUED: ['PROCESSING', 'CANCELLED', 'FAILED'],
  PROCESSING: ['PROCESSING', 'QUEUED', 'CANCELLING', 'FAILED', 'SUCCEEDED'],
  CANCELLING: ['CANCELLED', 'FAILED', 'SUCCEEDED'],
  CANCELLED: [],
  FAILED: [],
  SUCCEEDED: [],
};

/** Whether a job in this state has ended and will not change again. */
export const isFinalJobStatus = (status: JobStatus): boolean => nextStatuses[status].length === 0;

/** The states in which a job still has work to do, in the order of its life. */
export const unfinishedJobStatuses: readonly JobStatus[] = jobStatuses.filter((status) => !isFinalJobStatus(status));

/** Whether a job may go from one state to the other. Staying is legal while it is processed: progress is stored. */
export const isJobTransition = (from: JobStatus, to: JobStatus): boolean => nextStatuses[from].includes(to);

/** The states from which a job may reach `to`: what a store's compare-and-swap takes as `from`. */
export const jobStatusesBefore = (to: JobStatus): readonly JobStatus[] =>
  jobStatuses.filter((from) => isJobTransition(from, to));

/**
 * The state of a job after a wish to cancel it, or the refusal when it has ended already.
 *
 * A job nobody works on is cancelled at once; one that runs has to be asked; asking twice changes nothing.
 */
export function decideCancellation(job: EvaluationJob): 'CANCELLED' | 'CANCELLING' | Problem {
  if (isFinalJobStatus(job.status)) {
    return new Problem('jobNotCancellable', [{ message: `the job \`${job.id}\` has the status \`${job.status}\`` }]);
  }
  return job.status === 'PROCESSING' || job.status === 'CANCELLING' ? 'CANCELLING' : 'CANCELLED';
}
