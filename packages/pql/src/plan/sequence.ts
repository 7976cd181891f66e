/** Sequences of events on one profile. Source: docs/pql.md#sequences. */
import { momentOf } from '../functions/call-function.ts';
import { isArray } from '../functions/compare.ts';
import type { PqlValue } from '../types/value.ts';

/**
 * Whether the steps can be passed in order: each step takes `counts` of its moments, all strictly later than the last one
 * the step before took. Taking the earliest moments leaves the most room for later steps, so one pass decides.
 */
export function isPassable(moments: readonly PqlValue[], counts: readonly number[]): boolean {
  let end = Number.NEGATIVE_INFINITY;
  for (const [index, given] of moments.entries()) {
    const last = completionOf(given, counts[index] ?? 1, end);
    if (last === null) return false;
    end = last;
  }
  return true;
}

/** The last of the `count` earliest moments after `end`; null when there are not that many. Untyped ones may be text. */
export function completionOf(moments: PqlValue, count: number, end: number): number | null {
  const later: number[] = [];
  for (const value of isArray(moments) ? moments : []) {
    const moment = momentOf(value);
    if (typeof moment === 'number' && moment > end) later.push(moment);
  }
  return later.sort((a, b) => a - b)[count - 1] ?? null;
}
