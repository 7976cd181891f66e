/** Requests that are carried out once, however often they are sent. */
import type { EpochMs } from './ids.ts';
import { Problem } from './problem.ts';

/** How many requests are remembered, and for how long. */
export const onceLimits = {
  keyLengthMax: 255,
  /** Hours until a key is forgotten. */
  lifetimeHours: 24,
  /** Keys remembered for a sandbox; the oldest go first. */
  keysMax: 10_000,
} as const;

/** A request with the key its sender chose. */
export interface OnceRequest {
  readonly key: string;
  /** A digest of what is asked for: the same for the same request. */
  readonly digest: string;
  readonly at: EpochMs;
}

/** The moment at or before which requests are forgotten, seen from `at`. In milliseconds. */
export function forgottenUntil(at: EpochMs): number {
  return at - onceLimits.lifetimeHours * 3_600_000;
}

/** Null when a key stands for the same request as before, otherwise the refusal. */
export function decideRepetition(request: OnceRequest, remembered: Pick<OnceRequest, 'digest'>): Problem | null {
  if (request.digest === remembered.digest) return null;
  return new Problem('idempotencyKeyReused', [
    {
      message: `the key \`${request.key}\` came with another body before`,
      field: 'idempotency-key',
      expected: 'the body that came with this key first, or a new key',
      suggestion: 'make a new key for every new request',
    },
  ]);
}
