/** Schedules whose run is due and could not start: when to try each again, and what has been told of it. */
import type { EpochMs, Schedule, Scope } from '@muster/audience';

/** The pause after the first failure, which each further one doubles, and the longest one. */
interface RetryPauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

interface Failure {
  /** The version of the schedule that failed: a changed one is tried at once. */
  readonly updatedAt: EpochMs;
  readonly reason: string;
  readonly pauseMs: number;
  readonly retryAt: number;
}

const keyOf = ({ org, sandbox }: Scope, { id }: Schedule): string => `${org}/${sandbox}/${id}`;

/** The memory of one process; after a restart everything is tried, and told, again. */
export class RunFailures {
  readonly #failures = new Map<string, Failure>();
  readonly #pauses: RetryPauses;

  constructor(pauses: RetryPauses) {
    this.#pauses = pauses;
  }

  /** Whether it is too early to try a schedule again. */
  isPausing(scope: Scope, schedule: Schedule, now: EpochMs): boolean {
    const failure = this.#failures.get(keyOf(scope, schedule));
    return failure?.updatedAt === schedule.updatedAt && now < failure.retryAt;
  }

  /** Remembers a failure. True when it is news: the first one, or for another reason than the last. */
  add(scope: Scope, schedule: Schedule, error: unknown, now: EpochMs): boolean {
    const key = keyOf(scope, schedule);
    const last = this.#failures.get(key);
    const isSameVersion = last?.updatedAt === schedule.updatedAt;
    const reason = String(error);
    const { firstMs, longestMs } = this.#pauses;
    const pauseMs = isSameVersion ? Math.min(last.pauseMs * 2, longestMs) : firstMs;
    this.#failures.set(key, { updatedAt: schedule.updatedAt, reason, pauseMs, retryAt: now + pauseMs });
    return !isSameVersion || last.reason !== reason;
  }

  /** Forgets the schedules that are not among those that are due: started, changed or deleted. */
  keepOnly(due: readonly { readonly scope: Scope; readonly schedule: Schedule }[]): void {
    const keys = new Set(due.map(({ scope, schedule }) => keyOf(scope, schedule)));
    for (const key of this.#failures.keys()) if (!keys.has(key)) this.#failures.delete(key);
  }
}
