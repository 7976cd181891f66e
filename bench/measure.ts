/** Fair comparisons on a noisy machine: both sides in turn, many times, and the median of the ratios. */

/** A comparison of ours with something else in one run. */
export interface Row {
  readonly name: string;
  /** Ours divided by theirs, in the unit of `measure`. */
  readonly ratio: number;
  readonly measure: 'time' | 'throughput' | 'seconds' | 'milliseconds';
  /** What the ratio must be. */
  readonly bar: string;
  readonly isMet: boolean;
  /** Both sides as measured, for people. */
  readonly detail: string;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The two times in turn, `rounds` times after one round that does not count. */
export async function inTurn(
  ours: () => unknown,
  theirs: () => unknown,
  rounds: number,
): Promise<{ readonly ours: number; readonly theirs: number; readonly ratio: number }> {
  const pairs: { readonly a: number; readonly b: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const a = await timed(ours);
    const b = await timed(theirs);
    if (round > 0) pairs.push({ a, b });
  }
  return {
    ours: median(pairs.map(({ a }) => a)),
    theirs: median(pairs.map(({ b }) => b)),
    ratio: median(pairs.map(({ a, b }) => a / b)),
  };
}
