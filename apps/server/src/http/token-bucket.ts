/**
 * A token bucket: a rate in the long run, with a burst after a pause. Pure: the time is an argument, in milliseconds of
 * any clock that only goes forward.
 */

/** The sizes of a bucket. */
export interface BucketRules {
  readonly perSecond: number;
  /** What a full bucket holds. */
  readonly burst: number;
}

/** A bucket at a moment. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** A bucket after one token was asked for, and how long to wait for it: 0 when it was there. */
export interface Taken {
  readonly bucket: Bucket;
  readonly waitMs: number;
}

/** A bucket that nothing was taken from. */
export const fullBucket = ({ burst }: BucketRules, at: number): Bucket => ({ tokens: burst, at });

/** The bucket as it is at a later moment. A moment that is earlier counts as the same. */
export function refillBucket({ tokens, at }: Bucket, { perSecond, burst }: BucketRules, now: number): Bucket {
  const passedMs = Math.max(0, now - at);
  return { tokens: Math.min(burst, tokens + (passedMs / 1_000) * perSecond), at: at + passedMs };
}

/** Takes a token if there is one. A refused wish costs nothing, so that waiting always helps. */
export function takeToken(bucket: Bucket, rules: BucketRules, now: number): Taken {
  const { tokens, at } = refillBucket(bucket, rules, now);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at }, waitMs: 0 };
  return { bucket: { tokens, at }, waitMs: ((1 - tokens) / rules.perSecond) * 1_000 };
}
