/** Work that outlives its request, in the control plane: one store for each kind of it. */
import type { EpochMs, NewTask, Scope, Task, TaskId, TaskStatus } from '@muster/audience';

/** Which tasks; absent members do not restrict. */
export interface TaskQuery {
  /** Any of these. */
  readonly statuses?: readonly TaskStatus[];
  readonly subject?: string;
  /** Made at this moment or later. */
  readonly createdSince?: EpochMs;
}

/** A page of a list: at most `limit` tasks with numbers below `before`. */
export interface TaskPage {
  readonly before: number | null;
  readonly limit: number;
}

/** The tasks of one kind. */
export interface TaskStore<Request, Outcome> {
  /** Gives the task with its number: one more than the greatest of its kind in the sandbox. */
  create(scope: Scope, made: NewTask<Request>): Promise<Task<Request, Outcome>>;
  find(scope: Scope, id: TaskId): Promise<Task<Request, Outcome> | null>;
  findByNumber(scope: Scope, number: number): Promise<Task<Request, Outcome> | null>;
  /** Newest first. */
  list(scope: Scope, query: TaskQuery, page: TaskPage): Promise<readonly Task<Request, Outcome>[]>;
  count(scope: Scope, query: TaskQuery): Promise<number>;
  /**
   * Replaces the task if its stored status is one of `from`; false, and nothing changed, when it is another or the task
   * is gone. What a task was made of stays as created.
   */
  transition(scope: Scope, task: Task<Request, Outcome>, from: readonly TaskStatus[]): Promise<boolean>;
  /** Forgets a task; nothing happens when it is not there. */
  delete(scope: Scope, id: TaskId): Promise<void>;
  /** Tasks that have not ended, in every organisation and sandbox, oldest first: for the runner. */
  listUnfinishedEverywhere(): Promise<readonly { readonly scope: Scope; readonly task: Task<Request, Outcome> }[]>;
}
