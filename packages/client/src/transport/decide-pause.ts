/** When a call is made again: a pure rule. */
import { MusterApiError, MusterRateLimitedError, MusterUnavailableError } from '../errors/api-error.ts';
import { MusterNetworkError, MusterTimeoutError } from '../errors/muster-error.ts';
import type { Call } from './call.ts';

/** How often a call is made again, and after which pauses. */
export interface RetryPolicy {
  /** Attempts of one call; 1: none is repeated. */
  readonly attemptsMax: number;
  /** Before the second attempt; each one after it is twice as long. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  /** A `Retry-After` beyond it is not waited for: the error comes at once. */
  readonly retryAfterMsMax: number;
}

/**
 * Whether another attempt may succeed and cannot carry anything out twice. A rate limit refuses before anything is done,
 * so that any call may come again; after other failures nobody knows how far it got.
 */
function isWorthRepeating({ isRepeatable, bytes }: Pick<Call, 'isRepeatable' | 'bytes'>, error: unknown): boolean {
  if (bytes !== undefined) return false;
  if (error instanceof MusterRateLimitedError) return true;
  const isPassing =
    error instanceof MusterUnavailableError ||
    error instanceof MusterNetworkError ||
    error instanceof MusterTimeoutError;
  return isPassing && isRepeatable;
}

/**
 * The pause, in milliseconds, before the attempt after number `attempt` (from 1), which failed with `error`; null when it
 * was the last. `random` is from 0 to 1: between half and all of the pause, so that clients do not come back together.
 */
export function decidePause(
  call: Pick<Call, 'isRepeatable' | 'bytes'>,
  { error, attempt }: { readonly error: unknown; readonly attempt: number },
  policy: RetryPolicy,
  random: number,
): number | null {
  if (attempt >= policy.attemptsMax || !isWorthRepeating(call, error)) return null;
  const asked = error instanceof MusterApiError ? error.retryAfterMs : null;
  if (asked !== null) return asked <= policy.retryAfterMsMax ? asked : null;
  const pause = Math.min(policy.pauseMs * 2 ** (attempt - 1), policy.pauseMsMax);
  return Math.round(pause * (0.5 + random / 2));
}
