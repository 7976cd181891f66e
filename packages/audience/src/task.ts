/** Work that outlives the request which asked for it: previews, exports, uploads. */
import type { JobError } from './evaluation-job.ts';
import type { ActorId, EpochMs, TaskId } from './ids.ts';

/** The states of a task. The last three are final. */
export const taskStatuses = ['NEW', 'PROCESSING', 'CANCELLING', 'CANCELLED', 'FAILED', 'SUCCEEDED'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** The states in which a task still has work to do. */
export const unfinishedTaskStatuses = ['NEW', 'PROCESSING', 'CANCELLING'] as const satisfies readonly TaskStatus[];

/** Whether a task in this state has ended and will not change again. */
export const isFinalTaskStatus = (status: TaskStatus): boolean =>
  !unfinishedTaskStatuses.some((unfinished) => unfinished === status);

/** The state of a task after a wish to cancel it; null when there is nothing to do any more. */
export function cancelledTaskStatus(status: TaskStatus): TaskStatus | null {
  if (status === 'NEW') return 'CANCELLED';
  return status === 'PROCESSING' ? 'CANCELLING' : null;
}

/** A piece of work. `Request` is fixed when it is made; `Outcome` is what it gives. Both are JSON all the way down. */
export interface Task<Request, Outcome> {
  readonly id: TaskId;
  /** Counts the tasks of a kind in a sandbox, from 1, in the order of their making. */
  readonly number: number;
  /** What the task is about, such as an audience: lists can be narrowed to it. Empty when it is about nothing else. */
  readonly subject: string;
  readonly status: TaskStatus;
  readonly request: Request;
  readonly outcome: Outcome | null;
  /** Why it failed; null unless it did. */
  readonly error: JobError | null;
  /** Share of the work done, 0 to 1. */
  readonly progress: number;
  /** How often a runner has taken it up; more than one after a crash. */
  readonly attempts: number;
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  /** When a runner took it up last; null before. */
  readonly startedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
}

/** What a task is made of; its number is given by the store. */
export interface NewTask<Request> {
  readonly id: TaskId;
  readonly subject: string;
  readonly request: Request;
  readonly createdBy: ActorId;
  readonly createdAt: EpochMs;
}

/** The task as it is before anybody takes it up. */
export function startTask<Request>(made: NewTask<Request>, number: number): Task<Request, never> {
  return {
    ...made,
    number,
    status: 'NEW',
    outcome: null,
    error: null,
    progress: 0,
    attempts: 0,
    updatedAt: made.createdAt,
    startedAt: null,
    endedAt: null,
  };
}
