/** How many requests an organisation may send: a rate, and a number at the same time. */
import { type OrgId, Problem } from '@muster/audience';
import type { FastifyReply } from 'fastify';
import { type Bucket, type BucketRules, fullBucket, refillBucket, takeToken } from './token-bucket.ts';

/** The limits of an organisation. */
export interface RequestLimits {
  readonly requestsPerSecondMax: number;
  readonly requestBurstMax: number;
  readonly requestsAtOnceMax: number;
}

/** Organisations whose buckets are kept before those that are full again are let go. */
const bucketsMax = 10_000;

/** Counts the requests of organisations. */
export interface RequestLimiter {
  /** Counts a request until its answer is sent. Throws `tooManyRequests`, with `Retry-After` on the reply. */
  admit(org: OrgId, reply: FastifyReply): void;
}

function refusal(message: string, expected: string): Problem {
  return new Problem('tooManyRequests', [{ message, field: 'x-gw-ims-org-id', expected }]);
}

/** Lets go of what says nothing: a full bucket is as good as none. */
function dropFullBuckets(buckets: Map<OrgId, Bucket>, rules: BucketRules, now: number): void {
  for (const [org, bucket] of buckets) {
    if (refillBucket(bucket, rules, now).tokens >= rules.burst) buckets.delete(org);
  }
}

/**
 * A limiter. `now` gives milliseconds of a clock that only goes forward.
 *
 * Its memory grows with the organisations that are busy, not with those that exist: who has paused long enough to have
 * its whole burst again is forgotten.
 */
export function createRequestLimiter(limits: RequestLimits, now: () => number): RequestLimiter {
  const rules: BucketRules = { perSecond: limits.requestsPerSecondMax, burst: limits.requestBurstMax };
  const buckets = new Map<OrgId, Bucket>();
  const inProgress = new Map<OrgId, number>();

  function leave(org: OrgId): void {
    const count = (inProgress.get(org) ?? 1) - 1;
    if (count > 0) inProgress.set(org, count);
    else inProgress.delete(org);
  }

  return {
    admit(org, reply) {
      const count = inProgress.get(org) ?? 0;
      if (count >= limits.requestsAtOnceMax) {
        reply.header('retry-after', 1);
        const expected = `at most ${limits.requestsAtOnceMax} requests at the same time (requestsAtOnceMax)`;
        throw refusal(`${count} requests of the organisation are in progress`, expected);
      }
      const moment = now();
      const { bucket, waitMs } = takeToken(buckets.get(org) ?? fullBucket(rules, moment), rules, moment);
      if (waitMs > 0) {
        reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1_000)));
        const expected = `at most ${rules.perSecond} requests a second (requestsPerSecondMax), ${rules.burst} at once after a pause (requestBurstMax)`;
        throw refusal('the requests of the organisation come too fast', expected);
      }
      if (buckets.size >= bucketsMax && !buckets.has(org)) dropFullBuckets(buckets, rules, moment);
      buckets.set(org, bucket);
      inProgress.set(org, count + 1);
      // However the answer ends: sent, cut off, or never begun.
      reply.raw.on('close', () => leave(org));
    },
  };
}
