/** Sequences of events on one profile. Source: docs/pql.md#sequences. */
import { isArray } from '../functions/compare.ts';
import type { PqlValue } from '../types/value.ts';

/**
 * Whether the steps can be passed in order: each step takes `counts` of its moments, all strictly later than the last one
 * the step before took. Taking the earliest moments leaves the most room for later steps, so one pass decides.
 */
export function isPassable(moments: readonly PqlValue[], counts: readonly number[]): boolean {
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, given] of moments.entries()) {
    const later = isArray(given) ? given.filter((moment) => typeof moment === 'number' && moment > end) : [];
    const last = later.sort((a, b) => Number(a) - Number(b))[(counts[index] ?? 1) - 1];
    if (typeof last !== 'number') return false;
    end = last;
  }
  return true;
}
