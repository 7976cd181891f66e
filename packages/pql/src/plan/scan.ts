/** What the data plane is asked to do for a batch: a few scans that fill all leaves, then algebra. */
import type { SqlFragment } from '../sql/fragment.ts';
import type { Formula } from './formula.ts';

/**
 * One pass over the data.
 *
 * `select` gives exactly one row with one column `bitmaps` of type `Array(AggregateFunction(groupBitmap, UInt32))`, one
 * bitmap for each of `leaves`, in that order. Several scans may fill the same leaf, each for other profiles: the leaf is all of
 * them together.
 */
export interface Scan {
  readonly name: 'profiles' | 'events' | 'event groups' | 'event arrays';
  readonly leaves: readonly number[];
  readonly select: SqlFragment;
  /** For a pass that holds the events of its profiles in memory: how to hold fewer. Null for others. */
  readonly inMemory: ScanInMemory | null;
}

/** A pass whose memory grows with its profiles. */
export interface ScanInMemory {
  /** At most so many profiles are looked at. */
  readonly profileCount: number;
  /** The same pass as several, each of at most so many profiles. */
  readonly split: (profilesMax: number) => readonly Scan[];
}

/** All that a batch run computes: the scans, and each audience's members over their leaves. */
export interface BatchScans {
  readonly scans: readonly Scan[];
  readonly audiences: readonly { readonly audienceId: string; readonly formula: Formula }[];
}
