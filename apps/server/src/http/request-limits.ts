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

/** Organisations that are known before those that have nothing to say are let go. */
const organisationsMax = 10_000;

/** Counts the requests of organisations. */
export interface RequestLimiter {
  /** Counts a request until its answer is sent. Throws `tooManyRequests`, with `Retry-After` on the reply. */
  admit(org: OrgId, reply: FastifyReply): void;
}

function refusal(message: string, expected: string): Problem {
  return new Problem('tooManyRequests', [{ message, field: 'x-gw-ims-org-id', expected }]);
}

/** What is known of an organisation. */
interface Standing {
  bucket: Bucket;
  inProgress: number;
}

/** Lets go of what says nothing: without requests, a full bucket is as good as none. */
function dropIdle(standings: Map<OrgId, Standing>, rules: BucketRules, now: number): void {
  for (const [org, { bucket, inProgress }] of standings) {
    if (inProgress === 0 && refillBucket(bucket, rules, now).tokens >= rules.burst) standings.delete(org);
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
  const standings = new Map<OrgId, Standing>();

  function standingOf(org: OrgId, moment: number): Standing {
    const known = standings.get(org);
    if (known !== undefined) return known;
    if (standings.size >= organisationsMax) dropIdle(standings, rules, moment);
    const standing = { bucket: fullBucket(rules, moment), inProgress: 0 };
    standings.set(org, standing);
    return standing;
  }

  return {
    admit(org, reply) {
      const moment = now();
      const standing = standingOf(org, moment);
      if (standing.inProgress >= limits.requestsAtOnceMax) {
        reply.header('retry-after', 1);
        const expected = `at most ${limits.requestsAtOnceMax} requests at the same time (requestsAtOnceMax)`;
        throw refusal(`${standing.inProgress} requests of the organisation are in progress`, expected);
      }
      const { bucket, waitMs } = takeToken(standing.bucket, rules, moment);
      if (waitMs > 0) {
        reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1_000)));
        const expected = `at most ${rules.perSecond} requests a second (requestsPerSecondMax), ${rules.burst} at once after a pause (requestBurstMax)`;
        throw refusal('the requests of the organisation come too fast', expected);
      }
      standing.bucket = bucket;
      standing.inProgress += 1;
      // However the answer ends: sent, cut off, or never begun.
      reply.raw.on('close', () => {
        standing.inProgress -= 1;
      });
    },
  };
}
