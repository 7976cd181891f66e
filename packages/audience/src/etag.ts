/** Versions of stored objects, in the shape that the reference API gives them. */
import { type EpochMs, type Etag, etag } from './ids.ts';

/** A source of chance: a whole number from 0 up to, and not including, `below`, which is at most 2^32. */
export interface RandomSource {
  integer(below: number): number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/**
 * A fresh etag for an object written at `updatedAt`: quoted, five groups of hex digits (8-4-4-4-12), of which the last
 * starts with the time in seconds and ends in `0000`.
 *
 * The quotes are part of the value. The first two groups are random, so that two writes of one second differ but for one
 * case in 2^48. The last group holds times up to the year 2106; later ones keep their low 32 bits.
 */
export function renderEtag(updatedAt: EpochMs, random: RandomSource): Etag {
  const epochSeconds = Math.floor(updatedAt / 1000) % 0x1_0000_0000;
  const first = hex(random.integer(0x1_0000_0000), 8);
  const second = hex(random.integer(0x1_0000), 4);
  return etag(`"${first}-${second}-0200-0000-${hex(epochSeconds, 8)}0000"`);
}
