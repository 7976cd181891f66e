/**
 * What was found out about lists: how many audiences a query matches, and where in its order some of them are.
 *
 * Nothing is removed because of a write. What is kept names the count of changes it was true at (`audience-changes`),
 * and is brought to a later count by what has changed in between (`list-changes`).
 */
import type { ListWindow } from './list-window.ts';

/** Characters of keys that all counts have together. */
const countKeysMax = 2_000_000;
/** Ids kept in all windows together, some 50 bytes each; a key weighs as much as the ids that take its place. */
const windowIdsMax = 500_000;
/** Characters of a key for each id that it weighs. */
const charactersPerId = 25;

/** How many audiences a query matched at a count of changes. */
export interface KeptCount {
  readonly changes: number;
  readonly total: number;
}

/** The last values that were kept or asked for, by key. */
export class Recent<Value> {
  readonly #kept = new Map<string, Value>();
  readonly #weightMax: number;
  readonly #weigh: (value: Value, key: string) => number;
  #weight = 0;

  /** Keeps values that weigh up to `weightMax` together. */
  constructor(weightMax: number, weigh: (value: Value, key: string) => number) {
    this.#weightMax = weightMax;
    this.#weigh = weigh;
  }

  find(key: string): Value | undefined {
    const found = this.#kept.get(key);
    if (found !== undefined) this.keep(key, found);
    return found;
  }

  /** A map lists keys in the order of insertion, so that the first one is the least recently used. */
  keep(key: string, value: Value): void {
    this.#drop(key);
    this.#kept.set(key, value);
    this.#weight += this.#weigh(value, key);
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#weightMax) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const value = this.#kept.get(key);
    if (value === undefined) return;
    this.#kept.delete(key);
    this.#weight -= this.#weigh(value, key);
  }
}

/** The memory of one store. */
export class ListMemory {
  /** By tenant and conditions. */
  readonly counts = new Recent<KeptCount>(countKeysMax, (_, key) => key.length);
  /** By tenant, conditions and order; and by the page besides, unless it is all matches. */
  readonly windows = new Recent<ListWindow>(
    windowIdsMax,
    ({ ids }, key) => ids.length + Math.ceil(key.length / charactersPerId),
  );
}
