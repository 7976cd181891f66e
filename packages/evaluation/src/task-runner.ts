/**
 * Runs tasks of one kind, oldest first, and survives crashes and stops.
 *
 * INVARIANT: a task changes status only by compare-and-set on the store, so that runner, canceller and other processes
 * agree. A task that is PROCESSING belongs to whoever has refreshed its `updatedAt` last; one that nobody refreshes is
 * taken up again. The work must be repeatable: done twice it must give what it gives once.
 */
import {
  type Clock,
  type JobError,
  Problem,
  type Scope,
  type Task,
  type TaskId,
  type TaskStatus,
} from '@muster/audience';
import type { TaskStore } from '@muster/store';
import { abandonedError, attemptsMax, isWorthRepeating } from './attempts.ts';
import type { JobLog } from './job-log.ts';
import { WorkQueue } from './work-queue.ts';

/** Does the work of a task. Must stop soon after `signal` aborts, by throwing. `onProgress` takes 0 to 1. */
export type RunTask<Request, Outcome> = (
  scope: Scope,
  task: Task<Request, Outcome>,
  options: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
) => Promise<Outcome>;

/** What a runner of tasks needs, and its limits. */
export interface TaskRunnerOptions<Request, Outcome> {
  /** What the tasks are called in the log and in errors: `preview`. */
  readonly name: string;
  readonly store: TaskStore<Request, Outcome>;
  readonly run: RunTask<Request, Outcome>;
  readonly clock: Clock;
  readonly log: JobLog;
  /** Whether the time of a task has come; always, unless given. */
  readonly isDue?: (task: Task<Request, Outcome>) => boolean;
  /** Tasks at the same time. */
  readonly concurrency: number;
  /** A PROCESSING task that nobody has refreshed for so long is taken up again; 0 when no other process runs tasks. */
  readonly abandonedAfterMs: number;
}

/** A runner of tasks. */
export interface TaskRunner {
  /** Takes up what an earlier process left, then whatever comes. */
  start(): void;
  /** Looks for tasks now: call it after creating one. */
  wake(): void;
  /** Stops the work on a task whose stored status is CANCELLING, if it runs here. */
  abort(id: TaskId): void;
  /** Resolves when no task is running or waiting here. */
  whenIdle(): Promise<void>;
  /** Aborts running tasks, leaves them to be resumed, and resolves when they have let go. */
  stop(): Promise<void>;
}

const pollIntervalMs = 2_000;
const heartbeatMs = 1_000;

function errorOf(error: unknown, name: string, id: TaskId): JobError {
  if (error instanceof Problem) {
    const messages = error.details.map((detail) => detail.message);
    return { code: error.definition.code, message: [error.definition.title, ...messages].join(' ') };
  }
  return {
    code: 'MUSTER-100100-500',
    message: `the ${name} failed unexpectedly; the log has the cause under its id \`${id}\``,
  };
}

/** One task while it runs: progress goes to the store, and the store's word that it was cancelled comes back. */
class RunningTask<Request, Outcome> {
  readonly #options: TaskRunnerOptions<Request, Outcome>;
  readonly #scope: Scope;
  readonly #controller: AbortController;
  #task: Task<Request, Outcome>;
  #progress = 0;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(
    options: TaskRunnerOptions<Request, Outcome>,
    scope: Scope,
    task: Task<Request, Outcome>,
    controller: AbortController,
  ) {
    this.#options = options;
    this.#scope = scope;
    this.#task = task;
    this.#controller = controller;
  }

  async run(isStopping: () => boolean): Promise<void> {
    const { clock, log, name, run } = this.#options;
    const { attempts, id } = this.#task;
    const taken: Partial<Task<Request, Outcome>> = { status: 'PROCESSING', attempts: attempts + 1, progress: 0 };
    if (!(await this.#change({ ...taken, startedAt: clock.now() }, ['NEW']))) return;
    const heartbeat = setInterval(() => this.#refresh(), heartbeatMs);
    heartbeat.unref();
    try {
      const outcome = await run(this.#scope, this.#task, {
        signal: this.#controller.signal,
        onProgress: (done) => {
          this.#progress = Math.max(this.#progress, Math.min(1, done));
        },
      });
      // A result that came before the wish to cancel was seen is a result.
      const end = { status: 'SUCCEEDED', outcome, progress: 1, endedAt: clock.now() } as const;
      await this.#change(end, ['PROCESSING', 'CANCELLING']);
      log.info({ taskId: id }, `${name} succeeded`);
    } catch (error) {
      await this.#endWithoutResult(error, isStopping());
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #endWithoutResult(error: unknown, isStopping: boolean): Promise<void> {
    const { clock, log, name } = this.#options;
    const { attempts, id } = this.#task;
    if (await this.#change({ status: 'CANCELLED', endedAt: clock.now() }, ['CANCELLING'])) {
      log.info({ taskId: id }, `${name} cancelled`);
    } else if (isStopping) {
      // A clean stop is no failed attempt.
      await this.#change({ status: 'NEW', attempts: attempts - 1, progress: 0 }, ['PROCESSING']);
    } else if (isWorthRepeating(error, attempts)) {
      await this.#change({ status: 'NEW', progress: 0 }, ['PROCESSING']);
      log.info({ taskId: id, err: error }, `${name} lost the engine and is tried again`);
    } else {
      const failure = { status: 'FAILED', error: errorOf(error, name, id), endedAt: clock.now() } as const;
      await this.#change(failure, ['PROCESSING']);
      log.error({ taskId: id, err: error }, `${name} failed`);
    }
  }

  /** Stores progress and shows other processes that the task is alive. */
  #refresh(): void {
    this.#change({ progress: this.#progress }, ['PROCESSING']).then(
      (isOurs) => {
        if (!isOurs) this.#controller.abort(new Error('the task is no longer to be processed'));
      },
      (error: unknown) => this.#options.log.error({ err: error }, 'progress could not be stored'),
    );
  }

  /** Changes the task if its stored status is one of `from`. Writes happen one after the other, the end last. */
  #change(change: Partial<Task<Request, Outcome>>, from: readonly TaskStatus[]): Promise<boolean> {
    const write = this.#saving
      .catch(() => true)
      .then(async () => {
        const changed = { ...this.#task, ...change, updatedAt: this.#options.clock.now() };
        const isDone = await this.#options.store.transition(this.#scope, changed, from);
        if (isDone) this.#task = changed;
        return isDone;
      });
    this.#saving = write;
    return write;
  }
}

class QueueRunner<Request, Outcome> implements TaskRunner {
  readonly #options: TaskRunnerOptions<Request, Outcome>;
  readonly #queue: WorkQueue<TaskId>;

  constructor(options: TaskRunnerOptions<Request, Outcome>) {
    const { log, concurrency } = options;
    this.#options = options;
    this.#queue = new WorkQueue({ name: 'task', look: () => this.#look(), log, pollIntervalMs, concurrency });
  }

  start(): void {
    this.#queue.start();
  }

  wake(): void {
    this.#queue.wake();
  }

  abort(id: TaskId): void {
    this.#queue.abort(id);
  }

  whenIdle(): Promise<void> {
    return this.#queue.whenIdle();
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(): Promise<void> {
    for (const { scope, task } of await this.#options.store.listUnfinishedEverywhere()) {
      const current = this.#isAbandoned(task) ? await this.#settle(scope, task) : task;
      if (this.#options.isDue?.(current) === false) continue;
      if (!this.#queue.hasRoom) return;
      if (current.status !== 'NEW' || this.#queue.isRunning(current.id)) continue;
      this.#queue.launch(current.id, (controller) =>
        new RunningTask(this.#options, scope, current, controller).run(() => this.#queue.isStopping),
      );
    }
  }

  #isAbandoned(task: Task<Request, Outcome>): boolean {
    const { clock, abandonedAfterMs } = this.#options;
    if (task.status === 'NEW' || this.#queue.isRunning(task.id)) return false;
    return task.updatedAt + abandonedAfterMs <= clock.now();
  }

  /** What becomes of a task whose process ended: cancelled if it was to be, failed after the last attempt, else new. */
  async #settle(scope: Scope, task: Task<Request, Outcome>): Promise<Task<Request, Outcome>> {
    const { clock, name, store } = this.#options;
    const at = clock.now();
    const settled: Task<Request, Outcome> =
      task.status === 'CANCELLING'
        ? { ...task, status: 'CANCELLED', updatedAt: at, endedAt: at }
        : task.attempts >= attemptsMax
          ? { ...task, status: 'FAILED', error: abandonedError(name), updatedAt: at, endedAt: at }
          : { ...task, status: 'NEW', progress: 0, updatedAt: at };
    return (await store.transition(scope, settled, [task.status])) ? settled : task;
  }
}

/** A runner of the tasks of one store. It does nothing before `start`. */
export function createTaskRunner<Request, Outcome>(options: TaskRunnerOptions<Request, Outcome>): TaskRunner {
  return new QueueRunner(options);
}
