import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bucket, fullBucket, takeToken } from './token-bucket.ts';

const rules = { perSecond: 2, burst: 3 };

/** Asks at each of these moments and gives the waits. */
function waitsAt(...moments: readonly number[]): readonly number[] {
  let bucket: Bucket = fullBucket(rules, 0);
  return moments.map((now) => {
    const taken = takeToken(bucket, rules, now);
    bucket = taken.bucket;
    return taken.waitMs;
  });
}

function check(moments: readonly number[], expected: readonly number[]): void {
  assert.deepEqual(waitsAt(...moments), expected, moments.join(', '));
}

test('a burst is served, then the rate', () => {
  check([0, 0, 0, 0], [0, 0, 0, 500]);
  check([0, 0, 0, 500, 500], [0, 0, 0, 0, 500]);
  check([0, 0, 0, 250, 500], [0, 0, 0, 250, 0]);
});

test('a pause fills the bucket, and no more than that', () => {
  check([0, 0, 0, 60_000, 60_000, 60_000, 60_000], [0, 0, 0, 0, 0, 0, 500]);
});

test('a refusal costs nothing', () => {
  check([0, 0, 0, 0, 0, 0, 500], [0, 0, 0, 500, 500, 500, 0]);
});

test('a clock that goes back fills nothing', () => {
  check([1_000, 1_000, 1_000, 0, 1_500], [0, 0, 0, 500, 0]);
});
