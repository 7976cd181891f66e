/** Runs that schedules start: when they are due, or when somebody triggers them. */
import {
  type Audience,
  type EpochMs,
  type EvaluationJob,
  isRunDue,
  Problem,
  runAfter,
  type Schedule,
  type ScheduleId,
  type Scope,
} from '@muster/audience';
import { findSchedule } from './find-schedule.ts';
import type { UseCaseDependencies } from './ports.ts';
import { hasRoomForJob, prepareJob, storeJob } from './prepare-job.ts';
import type { RunFailures } from './run-failures.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'runner'>;

/** What a run evaluates: of the audiences named those that are there and published when it starts. */
async function audiencesOf({ control }: Dependencies, scope: Scope, schedule: Schedule): Promise<readonly Audience[]> {
  const { audiences } = schedule;
  if (audiences.kind === 'all') return control.audiences.listForBatch(scope);
  const found = await control.audiences.findMany(scope, audiences.ids);
  return found.filter(({ kind, lifecycleState }) => kind === 'platform' && lifecycleState === 'published');
}

/** The job of the run that is, or was, due at `dueAt`. It sees the world as of now. */
async function prepareRun(
  deps: Dependencies,
  scope: Scope,
  schedule: Schedule,
  dueAt: EpochMs,
): Promise<EvaluationJob> {
  return prepareJob(deps, scope, await audiencesOf(deps, scope, schedule), {
    asOf: null,
    requestId: `${schedule.id}-${dueAt}`,
    scheduledRun: { scheduleId: schedule.id, runId: deps.ids.uuid() },
  });
}

/** Starts the run of one schedule; false when another process did or there is no room for it yet. */
async function startRun(
  deps: Dependencies,
  scope: Scope,
  schedule: Schedule,
  jobsInProgressMax: number,
): Promise<boolean> {
  const now = deps.clock.now();
  const { nextRunAt } = schedule;
  if (nextRunAt === null || !isRunDue(schedule, now)) return false;
  // Without room it stays due, and the next look tries again.
  if (!(await hasRoomForJob(deps, scope, jobsInProgressMax))) return false;
  const job = await prepareRun(deps, scope, schedule, nextRunAt);
  return deps.control.schedules.startRun(scope, schedule, runAfter(schedule, now), job);
}

/**
 * Starts the runs that are due, each once however many processes look, and gives how many it started.
 *
 * Runs that were missed, because no server was there, are one run now. A schedule that cannot be run does not keep the
 * others from theirs; `onFailure` is told once for each reason, and it is tried again after pauses that grow.
 */
export async function startDueRuns(
  deps: Dependencies,
  options: {
    readonly jobsInProgressMax: number;
    /** What earlier looks of this process could not start. */
    readonly failures: RunFailures;
    readonly onFailure: (schedule: Schedule, error: unknown) => void;
  },
): Promise<number> {
  const { failures, jobsInProgressMax, onFailure } = options;
  const due = await deps.control.schedules.listDueEverywhere(deps.clock.now());
  failures.keepOnly(due);
  let started = 0;
  for (const { scope, schedule } of due) {
    if (failures.isPausing(scope, schedule, deps.clock.now())) continue;
    try {
      if (await startRun(deps, scope, schedule, jobsInProgressMax)) started += 1;
    } catch (error) {
      if (failures.add(scope, schedule, error, deps.clock.now())) onFailure(schedule, error);
    }
  }
  if (started > 0) deps.runner.wake();
  return started;
}

/**
 * Starts a run of a schedule now, beside those that are due, whatever its state. Throws `scheduleNotFound`,
 * `scheduleInvalid` when it is no schedule of evaluations, or `tooManyJobs`.
 */
export async function triggerSchedule(
  deps: Dependencies,
  scope: Scope,
  id: ScheduleId,
  jobsInProgressMax: number,
): Promise<EvaluationJob> {
  const schedule = await findSchedule(deps, scope, id);
  if (schedule.type !== 'batch_segmentation') {
    throw new Problem('scheduleInvalid', [
      { message: `a schedule of type \`${schedule.type}\` starts no evaluation`, field: '/id' },
    ]);
  }
  const job = await prepareRun(deps, scope, schedule, deps.clock.now());
  await storeJob(deps, scope, job, jobsInProgressMax);
  return job;
}
