/** A batch evaluation, from request to result. */
import type { Expression } from './audience.ts';
import type { ActorId, AudienceId, EpochMs, JobId, ScheduleId } from './ids.ts';

/** The states of a job. The last three are final. */
export const jobStatuses = ['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** One audience of a job as it was when the job was made. */
export interface JobAudience {
  readonly audienceId: AudienceId;
  readonly expression: Expression;
  readonly mergePolicyId: string;
}

/** What a run found for one audience. */
export interface AudienceCount {
  readonly audienceId: AudienceId;
  readonly total: number;
  /** Entered with this run. */
  readonly realized: number;
  /** Were members before and still are. */
  readonly existing: number;
  readonly exited: number;
  /** Members by the namespace of their primary identity. */
  readonly byNamespace: { readonly [namespace: string]: number };
}

/** The measures of a finished run. Times are epoch milliseconds. */
export interface JobMetrics {
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs;
  readonly totalProfiles: number;
  readonly counts: readonly AudienceCount[];
}

/** Why a job failed, or why it has no counts of an audience. */
export interface JobError {
  readonly code: string;
  readonly message: string;
}

/** Which run of which schedule a job is. */
export interface ScheduledRun {
  readonly scheduleId: ScheduleId;
  readonly runId: string;
}

/** A batch evaluation job. */
export interface EvaluationJob {
  readonly id: JobId;
  readonly source: 'api' | 'scheduler';
  /** What asked for it: the id of a request, or the schedule's id and the time the run was due. */
  readonly requestId: string;
  /** Null for jobs that no schedule started. */
  readonly scheduledRun: ScheduledRun | null;
  readonly status: JobStatus;
  /** `now` of every expression of the run. */
  readonly asOf: EpochMs;
  readonly audiences: readonly JobAudience[];
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** How often a runner has taken it up; more than one after a crash. */
  readonly attempts: number;
  /** Share of the work done, 0 to 1. */
  readonly progress: number;
  readonly metrics: JobMetrics | null;
  readonly errors: readonly JobError[];
}
