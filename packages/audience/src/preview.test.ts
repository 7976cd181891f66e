import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateSize, sampleShareOf } from './preview.ts';

test('sandboxes up to a million are read whole, then a million, from twenty million on one in twenty', () => {
  const check = (total: number, expected: number): void => assert.equal(sampleShareOf(total), expected);
  check(0, 1);
  check(1_000_000, 1);
  check(2_000_000, 0.5);
  check(20_000_000, 0.05);
  check(100_000_000, 0.05);
});

const estimate = (totalProfiles: number, profilesRead: number, profilesMatched: number) =>
  estimateSize({ totalProfiles, profilesRead, profilesMatched });

test('an estimate of everyone is exact', () => {
  assert.deepEqual(estimate(1_000, 1_000, 17), { size: 17, standardError: 0, low: 17, high: 17 });
  assert.deepEqual(estimate(0, 0, 0), { size: 0, standardError: 0, low: 0, high: 0 });
});

test('a sample is scaled, with the error of drawing without putting back', () => {
  const { size, standardError, low, high } = estimate(2_000_000, 1_000_000, 250_000);
  assert.equal(size, 500_000);
  // 2,000,000 · sqrt(0.25 · 0.75 / 1,000,000 · 0.5)
  assert.ok(Math.abs(standardError - 612.37) < 0.1, String(standardError));
  assert.ok(Math.abs(low - (500_000 - 1_200)) < 5 && Math.abs(high - (500_000 + 1_200)) < 5, `${low} ${high}`);
});

test('the interval never contradicts what was seen', () => {
  const nothing = estimate(20_000_000, 1_000_000, 0);
  assert.deepEqual([nothing.size, nothing.low], [0, 0]);
  assert.ok(nothing.high > 0 && nothing.high < 200, String(nothing.high));
  const everything = estimate(20_000_000, 1_000_000, 1_000_000);
  assert.deepEqual([everything.size, everything.high], [20_000_000, 20_000_000]);
  assert.ok(everything.low > 19_999_800, String(everything.low));
  assert.deepEqual(estimate(10, 0, 0), { size: 0, standardError: 0, low: 0, high: 10 });
});

test('the interval holds the true size in about 95 of 100 samples', () => {
  // A linear congruential generator, so that the test is the same every time.
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const [total, read, members] = [4_000, 1_000, 200];
  let hits = 0;
  for (let round = 0; round < 1_000; round++) {
    let [people, wanted, matched] = [total, members, 0];
    for (let draw = 0; draw < read; draw++) {
      if (random() < wanted / people) {
        matched++;
        wanted--;
      }
      people--;
    }
    const { low, high } = estimate(total, read, matched);
    if (low <= members && members <= high) hits++;
  }
  assert.ok(hits > 930 && hits < 985, String(hits));
});
