/** Sandboxes that are emptied, or removed with all that is in them. */
import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMs, Problem, type Sandbox, type Scope, type Task, unfinishedTaskStatuses } from '@muster/audience';
import type { SandboxRemoval, TaskStore } from '@muster/store';
import { cancelJob } from './cancel-job.ts';
import { cancelTask } from './cancel-task.ts';
import type { TaskDoor, UseCaseDependencies } from './ports.ts';

/** What a removal needs. */
export interface RemovalDependencies
  extends Pick<
    UseCaseDependencies,
    'control' | 'data' | 'clock' | 'runner' | 'previewRunner' | 'exportRunner' | 'exportFiles' | 'externalRunner'
  > {
  /** Does `work` while no request is inside the sandbox. Throws `sandboxBusy` when they do not leave in time. */
  readonly whileClosed: <Result>(scope: Scope, work: () => Promise<Result>) => Promise<Result>;
  /** How long other processes, if any share the store, may take to learn that a sandbox is being removed. */
  readonly noticeMs: number;
  /** How long the jobs of the sandbox get to end. */
  readonly drainMs: number;
}

/** How often the store is asked whether jobs have ended that other processes run. */
const lookMs = 20;

const isSameSandbox = (one: Scope, other: Scope): boolean => one.org === other.org && one.sandbox === other.sandbox;

/** Nothing starts by itself any more. */
async function removeSchedules({ control }: RemovalDependencies, scope: Scope): Promise<void> {
  for (const { id } of await control.schedules.listAll(scope)) await control.schedules.delete(scope, id);
}

/** Cancels the jobs that have not ended; gives how many there were. */
async function cancelJobs(deps: RemovalDependencies, scope: Scope): Promise<number> {
  const unfinished = await deps.control.jobs.listUnfinishedEverywhere();
  const own = unfinished.filter((entry) => isSameSandbox(entry.scope, scope));
  for (const { job } of own) {
    await cancelJob(deps, scope, job.id).catch((error: unknown) => {
      if (!(error instanceof Problem && error.problem === 'jobNotCancellable')) throw error;
    });
  }
  // A job that a vanished process had is settled by the next look of a runner.
  if (own.length > 0) deps.runner.wake();
  return own.length;
}

/** Tasks that are read at once. */
const tasksAtOnce = 1_000;

/** Cancels the tasks of one kind that have not ended; gives how many there were. */
async function cancelTasks<Request, Outcome>(
  store: TaskStore<Request, Outcome>,
  runner: TaskDoor,
  { scope, at }: { readonly scope: Scope; readonly at: EpochMs },
): Promise<number> {
  const page = { before: null, limit: tasksAtOnce };
  const own = await store.list(scope, { statuses: unfinishedTaskStatuses }, page);
  // One that has changed since it was read is met again: its caller looks until there are none.
  for (const task of own) await cancelTask(store, runner, scope, task, at);
  if (own.length > 0) runner.wake();
  return own.length;
}

/** Cancels all that has not ended; gives how much that was. */
async function cancelAll(deps: RemovalDependencies, scope: Scope): Promise<number> {
  const { control, clock, previewRunner, exportRunner, externalRunner } = deps;
  const where = { scope, at: clock.now() };
  const counts = [
    await cancelJobs(deps, scope),
    await cancelTasks(control.previews, previewRunner, where),
    await cancelTasks(control.exports, exportRunner, where),
    await cancelTasks(control.externalCreations, externalRunner, where),
    await cancelTasks(control.externalRuns, externalRunner, where),
    await cancelTasks(control.externalExpiries, externalRunner, where),
  ];
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Removes the files that exports gave: the rows that name them are still there, also after a crash in between. */
async function removeExportFiles({ control, exportFiles }: RemovalDependencies, scope: Scope): Promise<void> {
  for (let before: number | null = null; ; ) {
    const page: readonly Task<unknown, unknown>[] = await control.exports.list(
      scope,
      {},
      { before, limit: tasksAtOnce },
    );
    for (const { id } of page) await exportFiles.remove(id);
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.number;
  }
}

/** Cancels what has not ended and waits until its runners have let go. Throws `sandboxBusy` after a time. */
async function endWork(deps: RemovalDependencies, scope: Scope): Promise<void> {
  const deadline = performance.now() + deps.drainMs;
  while ((await cancelAll(deps, scope)) > 0) {
    if (performance.now() > deadline) {
      throw new Problem('sandboxBusy', [{ message: 'jobs of the sandbox do not end', suggestion: 'try again' }]);
    }
    await delay(lookMs);
  }
}

/**
 * Ends what runs, then removes the data, then the rows: what is left after a crash in between is marked in the store, and
 * doing all of it again removes the rest.
 */
async function finishRemoval(deps: RemovalDependencies, scope: Scope): Promise<void> {
  await delay(deps.noticeMs);
  await deps.whileClosed(scope, async () => {
    await removeSchedules(deps, scope);
    await endWork(deps, scope);
    await removeExportFiles(deps, scope);
    await deps.data.dropSandbox(scope);
    await deps.control.sandboxes.finishRemoval(scope);
  });
}

/** The refusal of a name that no sandbox of the organisation has. */
export function noSandbox(): Problem {
  return new Problem('sandboxNotFound', [{ message: 'the organisation has no sandbox of this name', field: 'name' }]);
}

/** Removals of one sandbox take turns, in all processes. */
const lockOf = ({ org, sandbox }: Scope): string => `sandbox:${org}:${sandbox}`;

/**
 * Empties the sandbox of the scope, or removes it; gives the sandbox. Afterwards nothing of it is left: no
 * audience, job, schedule, import, field, profile, event or membership.
 *
 * Throws `sandboxNotFound`; `sandboxNotDeletable` for the default sandbox; `sandboxBusy` when requests or jobs do not
 * end in time: then the sandbox stays closed, and asking again goes on.
 */
export function removeSandbox(deps: RemovalDependencies, scope: Scope, removal: SandboxRemoval): Promise<Sandbox> {
  return deps.control.withLock(lockOf(scope), async () => {
    const { sandboxes } = deps.control;
    const found = await sandboxes.find(scope, scope.sandbox);
    if (found === null) throw noSandbox();
    if (removal === 'deleting' && found.isDefault) {
      throw new Problem('sandboxNotDeletable', [
        { message: `\`${found.name}\` is the default sandbox`, field: 'name', suggestion: 'reset it instead' },
      ]);
    }
    const marked = await sandboxes.beginRemoval(scope, removal);
    await finishRemoval(deps, scope);
    // Somebody wanted it deleted, and the server was killed before it was.
    if (removal === 'resetting' && marked?.state === 'deleting') throw noSandbox();
    return { ...found, state: 'active' };
  });
}

/** Ends the removals that a crash has interrupted. One that cannot be ended is told to `onFailure`, and stays for later. */
export async function resumeRemovals(
  deps: RemovalDependencies,
  onFailure: (sandbox: Sandbox, error: unknown) => void,
): Promise<void> {
  for (const { scope, sandbox } of await deps.control.sandboxes.listRemovalsEverywhere()) {
    await deps.control
      .withLock(lockOf(scope), () => finishRemoval(deps, scope))
      .catch((error: unknown) => onFailure(sandbox, error));
  }
}
