/**
 * Runs evaluation jobs, oldest first, and survives crashes and stops.
 *
 * INVARIANT: a job changes status only by compare-and-set on the store, so that runner, canceller and other processes
 * agree. A job that is PROCESSING belongs to whoever has refreshed its `updatedAt` last; one that nobody refreshes is
 * taken up again. An evaluation must be repeatable: the same job run twice gives the memberships of one run.
 */
import {
  type AudienceMetrics,
  type Clock,
  type EvaluationJob,
  type JobError,
  type JobId,
  type JobMetrics,
  type JobStatus,
  Problem,
  type Scope,
} from '@muster/audience';
import type { ControlStore } from '@muster/store';
import { abandonedError, attemptsMax, isWorthRepeating } from './attempts.ts';
import type { BatchEvaluation } from './evaluate-batch.ts';
import type { JobLog } from './job-log.ts';
import { WorkQueue } from './work-queue.ts';

/** Computes a job. Must stop soon after `signal` aborts, by throwing. `onProgress` takes 0 to 1. */
export type EvaluateJob = (
  scope: Scope,
  job: EvaluationJob,
  options: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
) => Promise<BatchEvaluation>;

/** What a runner needs, and its limits. */
export interface JobRunnerOptions {
  readonly control: Pick<ControlStore, 'audiences' | 'jobs'>;
  readonly evaluate: EvaluateJob;
  readonly clock: Clock;
  readonly log: JobLog;
  /** Jobs at the same time; 1 unless given. */
  readonly concurrency?: number;
  /** A PROCESSING job that nobody has refreshed for so long is taken up again; 0 when no other process runs jobs. */
  readonly abandonedAfterMs?: number;
  /** How long to wait before a job that lost the engine is tried again; four times as long the time after. */
  readonly retryPauseMs?: number;
  /** How often to look for jobs that other processes made. */
  readonly pollIntervalMs?: number;
}

/** A running job runner. */
export interface JobRunner {
  /** Takes up what an earlier process left, then whatever comes. */
  start(): void;
  /** Looks for jobs now: call it after creating one. */
  wake(): void;
  /** Stops the evaluation of a job whose stored status is CANCELLING, if it runs here. */
  abort(id: JobId): void;
  /** Resolves when no job is running or waiting here. */
  whenIdle(): Promise<void>;
  /** Aborts running jobs, leaves them to be resumed, and resolves when they have let go. */
  stop(): Promise<void>;
}

const retryPauseMsDefault = 1_000;
const pollIntervalMsDefault = 2_000;
/** Progress is stored at most this often. */
const progressIntervalMs = 1_000;

interface Unfinished {
  readonly scope: Scope;
  readonly job: EvaluationJob;
}

/** What a job keeps of its errors: a change of the schema can make every rule of a sandbox wrong at once. */
export const jobErrorLimits = {
  /** Audiences that say why they could not be evaluated. */
  errorsMax: 100,
  /** Findings about one of them. */
  findingsMax: 10,
} as const;

function errorOf(error: unknown, id: JobId): JobError {
  if (error instanceof Problem) {
    const { findingsMax } = jobErrorLimits;
    const messages = error.details.slice(0, findingsMax).map((detail) => detail.message);
    const rest = error.details.length - messages.length;
    if (rest > 0) messages.push(`(and ${rest} more)`);
    return { code: error.definition.code, message: [error.definition.title, ...messages].join(' ') };
  }
  return {
    code: 'MUSTER-100100-500',
    message: `the evaluation failed unexpectedly; the log has the cause under job \`${id}\``,
  };
}

/** The errors of a job that left audiences out; the last one counts those that are not named. */
function errorsOf(problems: readonly Problem[], id: JobId): readonly JobError[] {
  const named = problems.slice(0, jobErrorLimits.errorsMax);
  const errors = named.map((problem) => errorOf(problem, id));
  const [first, ...others] = problems.slice(named.length);
  if (first === undefined) return errors;
  const message = `${others.length + 1} more audiences could not be evaluated`;
  return [...errors, { code: first.definition.code, message }];
}

/** What an evaluation says of each audience. */
export function metricsOf(
  job: Pick<EvaluationJob, 'id'>,
  metrics: JobMetrics,
): ReadonlyMap<JobMetrics['counts'][number]['audienceId'], AudienceMetrics> {
  return new Map(
    metrics.counts.map((count) => [
      count.audienceId,
      {
        jobId: job.id,
        evaluatedAt: metrics.endedAt,
        totalProfiles: count.total,
        totalProfilesByNamespace: count.byNamespace,
        totalProfilesByStatus: { realized: count.realized, existing: count.existing, exited: count.exited },
      },
    ]),
  );
}

/** The stored side of one running job: its writes happen one after the other, the end last. */
class JobRecord {
  readonly #options: JobRunnerOptions;
  readonly #scope: Scope;
  #job: EvaluationJob;
  #savedAt: number;
  #saving: Promise<boolean> = Promise.resolve(true);

  constructor(options: JobRunnerOptions, { scope, job }: Unfinished) {
    this.#options = options;
    this.#scope = scope;
    this.#job = job;
    this.#savedAt = options.clock.now();
  }

  get job(): EvaluationJob {
    return this.#job;
  }

  /** Changes the job if its stored status is one of `from`; false when it is not. */
  async change(change: Partial<EvaluationJob>, from: readonly JobStatus[]): Promise<boolean> {
    const write = this.#saving
      .catch(() => true)
      .then(async () => {
        const changed = { ...this.#job, ...change, updatedAt: this.#options.clock.now() };
        const isDone = await this.#options.control.jobs.transition(this.#scope, changed, from);
        if (isDone) this.#job = changed;
        return isDone;
      });
    this.#saving = write;
    return write;
  }

  /** Whether a second has passed since progress was last stored; starts the next second if so. */
  isProgressDue(): boolean {
    const now = this.#options.clock.now();
    if (now - this.#savedAt < progressIntervalMs) return false;
    this.#savedAt = now;
    return true;
  }
}

/** Stores progress and shows other processes that the job is alive; aborts when the job is no longer PROCESSING. */
function watchProgress(options: JobRunnerOptions, record: JobRecord, controller: AbortController) {
  let progress = 0;
  const save = (): void => {
    if (!record.isProgressDue()) return;
    record.change({ progress }, ['PROCESSING']).then(
      (isOurs) => {
        if (!isOurs) controller.abort(new Error('the job is no longer to be processed'));
      },
      (error: unknown) => options.log.error({ err: error, jobId: record.job.id }, 'progress could not be stored'),
    );
  };
  const heartbeat = setInterval(save, progressIntervalMs);
  heartbeat.unref();
  return {
    onProgress(done: number): void {
      progress = Math.max(progress, Math.min(1, done));
      save();
    },
    end: (): void => clearInterval(heartbeat),
  };
}

/** Gives an engine that went away time to come back. Ends early when the job is aborted. */
async function pauseBeforeRetry(options: JobRunnerOptions, attempt: number, signal: AbortSignal): Promise<void> {
  const pauseMs = (options.retryPauseMs ?? retryPauseMsDefault) * 4 ** (attempt - 1);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** How a job without a result goes on: cancelled, resumed after a stop or a loss of the engine, or failed. */
async function endWithoutResult(
  options: JobRunnerOptions,
  record: JobRecord,
  error: unknown,
  isStopping: boolean,
): Promise<void> {
  const { job } = record;
  if (await record.change({ status: 'CANCELLED' }, ['CANCELLING'])) {
    options.log.info({ jobId: job.id }, 'job cancelled');
  } else if (isStopping) {
    // A clean stop is no failed attempt.
    await record.change({ status: 'QUEUED', attempts: job.attempts - 1, progress: 0 }, ['PROCESSING']);
    options.log.info({ jobId: job.id }, 'job left to be resumed');
  } else if (isWorthRepeating(error, job.attempts)) {
    await record.change({ status: 'QUEUED', progress: 0 }, ['PROCESSING']);
    options.log.info({ jobId: job.id, err: error, attempt: job.attempts }, 'job lost the engine and is tried again');
  } else {
    await record.change({ status: 'FAILED', errors: [...job.errors, errorOf(error, job.id)] }, ['PROCESSING']);
    options.log.error({ jobId: job.id, err: error }, 'job failed');
  }
}

async function runJob(
  options: JobRunnerOptions,
  unfinished: Unfinished,
  controller: AbortController,
  isStopping: () => boolean,
): Promise<void> {
  const { scope, job } = unfinished;
  const record = new JobRecord(options, unfinished);
  if (!(await record.change({ status: 'PROCESSING', attempts: job.attempts + 1, progress: 0 }, ['NEW', 'QUEUED'])))
    return;
  options.log.info({ jobId: job.id, audiences: job.audiences.length, attempt: record.job.attempts }, 'job started');
  const watch = watchProgress(options, record, controller);
  try {
    const { metrics, problems, isFailure } = await options.evaluate(scope, record.job, {
      signal: controller.signal,
      onProgress: watch.onProgress,
    });
    watch.end();
    // Metrics first: a crash in between repeats the job; the other order would lose them.
    await options.control.audiences.saveMetrics(scope, metricsOf(job, metrics));
    const errors = [...record.job.errors, ...errorsOf(problems, job.id)];
    const status = isFailure ? 'FAILED' : 'SUCCEEDED';
    // The work is done, so a job that was being cancelled has ended all the same.
    await record.change({ status, progress: 1, metrics, errors }, ['PROCESSING', 'CANCELLING']);
    const { totalProfiles } = metrics;
    options.log.info({ jobId: job.id, status, totalProfiles, problems: problems.length }, 'job ended');
  } catch (error) {
    watch.end();
    const { signal } = controller;
    if (!signal.aborted && isWorthRepeating(error, record.job.attempts))
      await pauseBeforeRetry(options, record.job.attempts, signal);
    await endWithoutResult(options, record, error, isStopping());
  }
}

/** Gives jobs back that a vanished process had, or ends them. */
async function settleAbandoned(options: JobRunnerOptions, unfinished: Unfinished): Promise<void> {
  const record = new JobRecord(options, unfinished);
  const { job } = unfinished;
  if (job.status === 'CANCELLING') {
    await record.change({ status: 'CANCELLED' }, ['CANCELLING']);
  } else if (job.attempts >= attemptsMax) {
    await record.change({ status: 'FAILED', errors: [...job.errors, abandonedError('job')] }, ['PROCESSING']);
  } else {
    await record.change({ status: 'QUEUED', progress: 0 }, ['PROCESSING']);
  }
  options.log.info({ jobId: job.id, attempts: job.attempts }, 'job of a vanished process settled');
}

class QueueRunner implements JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #queue: WorkQueue<JobId>;

  constructor(options: JobRunnerOptions) {
    const { log, pollIntervalMs = pollIntervalMsDefault, concurrency = 1 } = options;
    this.#options = options;
    this.#queue = new WorkQueue({ name: 'job', look: () => this.#look(), log, pollIntervalMs, concurrency });
  }

  start(): void {
    this.#queue.start();
  }

  wake(): void {
    this.#queue.wake();
  }

  abort(id: JobId): void {
    this.#queue.abort(id);
  }

  whenIdle(): Promise<void> {
    return this.#queue.whenIdle();
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(): Promise<void> {
    const { control } = this.#options;
    const all = await control.jobs.listUnfinishedEverywhere();
    const abandoned = all.filter(({ job }) => this.#isAbandoned(job));
    for (const unfinished of abandoned) await settleAbandoned(this.#options, unfinished);
    const current = abandoned.length === 0 ? all : await control.jobs.listUnfinishedEverywhere();
    for (const unfinished of current) {
      if (!this.#queue.hasRoom) return;
      const { id, status } = unfinished.job;
      if ((status !== 'NEW' && status !== 'QUEUED') || this.#queue.isRunning(id)) continue;
      this.#queue.launch(id, (controller) =>
        runJob(this.#options, unfinished, controller, () => this.#queue.isStopping),
      );
    }
  }

  #isAbandoned(job: EvaluationJob): boolean {
    const { clock, abandonedAfterMs = 0 } = this.#options;
    const isTaken = job.status === 'PROCESSING' || job.status === 'CANCELLING';
    return isTaken && !this.#queue.isRunning(job.id) && job.updatedAt + abandonedAfterMs <= clock.now();
  }
}

/** A runner of jobs over a control store. It does nothing before `start`. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  return new QueueRunner(options);
}
