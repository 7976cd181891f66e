/**
 * Work of this process on what a store holds: looks for it, does so much at a time, and lets go of it.
 *
 * What there is, whose it is and how it ends is the business of those who look; the queue knows ids and what runs here.
 */
import type { JobLog } from './job-log.ts';

/** What a queue needs. */
export interface WorkQueueOptions {
  /** What the work is called in the log and in the reasons of aborts: `job`. */
  readonly name: string;
  /** Finds work and launches it, as long as there is room. */
  readonly look: () => Promise<void>;
  readonly log: JobLog;
  /** How often to look for what other processes made. */
  readonly pollIntervalMs: number;
  /** Pieces of work at the same time. */
  readonly concurrency: number;
}

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** Pieces of work by id. It does nothing before `start`. */
export class WorkQueue<Id extends string> {
  readonly #options: WorkQueueOptions;
  readonly #running = new Map<Id, Running>();
  #state: 'created' | 'started' | 'stopped' = 'created';
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #poll: NodeJS.Timeout | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Whether more work can be launched. */
  get hasRoom(): boolean {
    return this.#state === 'started' && this.#running.size < this.#options.concurrency;
  }

  /** Whether work was aborted because the queue stops. */
  get isStopping(): boolean {
    return this.#state === 'stopped';
  }

  /** Whether the work with this id is under way here. */
  isRunning(id: Id): boolean {
    return this.#running.has(id);
  }

  /** Looks now, and from now on. */
  start(): void {
    this.#state = 'started';
    this.#poll = setInterval(() => this.wake(), this.#options.pollIntervalMs);
    this.#poll.unref();
    this.wake();
  }

  /** Looks now; when it is looking already, once more afterwards. */
  wake(): void {
    if (this.#state !== 'started') return;
    const { log, name } = this.#options;
    this.#lookAgain = true;
    this.#looking ??= this.#lookUntilQuiet()
      .catch((error: unknown) => log.error({ err: error }, `${name}s could not be read; the next look tries again`))
      .finally(() => {
        this.#looking = null;
        // A wake between the last look and this line found a look in progress.
        if (this.#lookAgain) this.wake();
      });
  }

  /** Does a piece of work until it has ended, and looks again then. */
  launch(id: Id, work: (controller: AbortController) => Promise<void>): void {
    const { log, name } = this.#options;
    const controller = new AbortController();
    const ended = work(controller)
      .catch((error: unknown) =>
        log.error({ err: error, [`${name}Id`]: id }, `the end of a ${name} could not be stored`),
      )
      .then(() => {
        this.#running.delete(id);
        this.wake();
      });
    this.#running.set(id, { controller, ended });
  }

  /** Aborts a piece of work, if it is under way here. */
  abort(id: Id): void {
    this.#running.get(id)?.controller.abort(new Error(`the ${this.#options.name} is cancelled`));
  }

  /** Resolves when nothing is looked for and nothing runs. */
  async whenIdle(): Promise<void> {
    while (this.#looking !== null || this.#running.size > 0) {
      await this.#looking;
      await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    }
  }

  /** Aborts everything, and resolves when it has let go. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    clearInterval(this.#poll);
    for (const { controller } of this.#running.values()) controller.abort(new Error('the server stops'));
    await this.whenIdle();
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#lookAgain && this.#state === 'started') {
      this.#lookAgain = false;
      await this.#options.look();
    }
    this.#lookAgain = false;
  }
}
