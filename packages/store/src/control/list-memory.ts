/**
 * What was found out about lists: how many audiences a query matches, and where in its order some of them are.
 *
 * Nothing is removed because of a write. What is kept names the count of changes it was true at (`audience-changes`),
 * and is brought to a later count by what has changed in between (`list-changes`).
 */
import type { CheckedList } from './checked-list.ts';
import type { ListWindow } from './list-window.ts';
import { SharedWork } from './shared-work.ts';

/** Characters of keys that all counts have together. */
const countKeysMax = 2_000_000;
/** Ids kept in all windows together, some 50 bytes each; a key weighs as much as the ids that take its place. */
const windowIdsMax = 500_000;
/** What all lists with a check weigh together, where a match with short keys is 1, some 200 bytes. */
const checkedWeightMax = 300_000;
/** Characters of a key for each id that it weighs. */
const charactersPerId = 25;

/** How many audiences a query matched at a count of changes. */
export interface KeptCount {
  readonly changes: number;
  readonly total: number;
}

/** The last values that were kept or asked for, by key. Each weighs what it did when that happened. */
export class Recent<Value> {
  readonly #kept = new Map<string, { readonly value: Value; readonly weight: number }>();
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
    if (found === undefined) return undefined;
    this.keep(key, found.value);
    return found.value;
  }

  /** A map lists keys in the order of insertion, so that the first one is the least recently used. */
  keep(key: string, value: Value): void {
    this.#drop(key);
    const weight = this.#weigh(value, key);
    // It would push all others out first, and then itself.
    if (weight > this.#weightMax) return;
    this.#kept.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#weightMax) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#weight -= kept.weight;
  }
}

const keyWeight = (key: string): number => Math.ceil(key.length / charactersPerId);

/** The memory of one store. */
export class ListMemory {
  /** By tenant and conditions. */
  readonly counts = new Recent<KeptCount>(countKeysMax, (_, key) => key.length);
  /** By tenant, conditions and order; and by the page besides, unless it is all matches. */
  readonly windows = new Recent<ListWindow>(windowIdsMax, ({ ids }, key) => ids.length + keyWeight(key));
  /** By tenant, conditions, check and order. */
  readonly checked = new Recent<CheckedList>(checkedWeightMax, ({ weight }, key) => weight + keyWeight(key));
  /** The readings of all audiences for a check that are going on, by the same. */
  readonly scans = new SharedWork<CheckedList>();
}
