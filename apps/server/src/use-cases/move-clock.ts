/** A clock that is moved while the schedules go on as if the time had passed. */
import type { EpochMs } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';
import { RunFailures } from './run-failures.ts';
import { startDueRuns } from './scheduled-runs.ts';

/** What moving the clock needs. */
export interface ClockDependencies extends Pick<UseCaseDependencies, 'control' | 'ids' | 'runner' | 'externalRunner'> {
  readonly clock: UseCaseDependencies['clock'] & { moveTo(moment: EpochMs): void };
  readonly jobsInProgressMax: number;
  readonly onFailure: Parameters<typeof startDueRuns>[1]['onFailure'];
}

/** While the clock is moved, what could not start is tried at every stop. */
const noPauses = { firstMs: 0, longestMs: 0 } as const;

/** Stops on the way to a moment. Runs that are due after the last are one run, as if no server had been there. */
const stopsMax = 1_000;

/** The earliest moment up to `end` at which a run is due; null when there is none. */
async function nextDueBy({ control }: ClockDependencies, end: EpochMs): Promise<EpochMs | null> {
  const [first] = await control.schedules.listDueEverywhere(end);
  return first?.schedule.nextRunAt ?? null;
}

/**
 * Moves the clock forward to `end` by way of every moment at which a run is due, and waits there until the runs have
 * ended. Gives how many were started. Back in time nothing is due.
 */
export async function moveClock(deps: ClockDependencies, end: EpochMs): Promise<number> {
  const failures = new RunFailures(noPauses);
  const options = { jobsInProgressMax: deps.jobsInProgressMax, failures, onFailure: deps.onFailure };
  let started = 0;
  for (let stops = 0; stops < stopsMax; stops += 1) {
    const due = await nextDueBy(deps, end);
    if (due === null) break;
    if (due > deps.clock.now()) deps.clock.moveTo(due);
    const now = await startDueRuns(deps, options);
    await deps.runner.whenIdle();
    // Without room, or with a schedule that cannot run, the same moment would come for ever.
    if (now === 0 && (await nextDueBy(deps, end)) === due) break;
    started += now;
  }
  deps.clock.moveTo(end);
  started += await startDueRuns(deps, options);
  await deps.runner.whenIdle();
  // Memberships of external audiences end at their time.
  deps.externalRunner.wake();
  await deps.externalRunner.whenIdle();
  return started;
}
