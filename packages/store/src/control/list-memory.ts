/**
 * What was found out about lists, as long as it holds: how many audiences a query matches, and where they are few, which; where they are many, a page of them.
 *
 * Nothing is ever removed because of a write. What is kept names the count of changes it was read at (`audience-changes`),
 * and is good for readers who find the same count: it then cannot be older than what they would read themselves.
 */
import type { AudienceId } from '@muster/audience';

/** Matches that are sorted, and remembered, rather than met on a walk along an index. */
export const sortedMatchesMax = 1_000;
/** Counts kept: some 500 bytes each. */
const countsMax = 2_000;
/** Lists of ids kept: up to 50 KB each, a page of 20 about 1 KB. */
const listsMax = 500;

interface Kept<Value> {
  readonly changes: number;
  readonly value: Value;
}

/** The last values that were kept or asked for, by key. */
class Recent<Value> {
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  find(key: string, changes: number): Value | undefined {
    const found = this.#kept.get(key);
    if (found?.changes !== changes) return undefined;
    this.#put(key, found);
    return found.value;
  }

  keep(key: string, changes: number, value: Value): void {
    this.#put(key, { changes, value });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#max && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** A map lists keys in the order of insertion, so that the first one is the least recently used. */
  #put(key: string, kept: Kept<Value>): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }
}

/** The memory of one store. */
export class ListMemory {
  /** How many match, by tenant and conditions. */
  readonly counts = new Recent<number>(countsMax);
  /** All of at most `sortedMatchesMax` matches, by tenant, conditions and order; else a page, by that besides. */
  readonly lists = new Recent<readonly AudienceId[]>(listsMax);
}
