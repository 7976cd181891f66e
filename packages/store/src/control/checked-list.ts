/**
 * All matches of a list whose check only the audiences themselves can answer, in their order, and how they move when
 * audiences change.
 */
import type { AudienceId } from '@muster/audience';
import type { AudienceSort, Page } from '../ports/control-store.ts';
import { compareColumnTexts } from './column-text.ts';

/** An audience of a list. */
export interface CheckedMatch {
  readonly id: AudienceId;
  /** What its columns of the sort hold, the most important first. */
  readonly keys: readonly (string | number)[];
}

/** Audiences that have changed up to a count of changes, and those of them that match then. */
export interface CheckedChanges {
  readonly changes: number;
  readonly changed: readonly AudienceId[];
  readonly matches: readonly CheckedMatch[];
}

type Order = (left: CheckedMatch, right: CheckedMatch) => number;

function compareKeys(left: string | number | undefined, right: string | number | undefined): number {
  if (typeof left === 'string' && typeof right === 'string') return compareColumnTexts(left, right);
  return Number(left) - Number(right);
}

/** The order of a list, ties broken like in SQL: by id, in the direction of the last sort. */
function orderOf(sort: readonly AudienceSort[]): Order {
  const signs = sort.map(({ direction }) => (direction === 'asc' ? 1 : -1));
  const lastSign = signs.at(-1) ?? 1;
  return (left, right) => {
    for (const [index, sign] of signs.entries()) {
      const difference = compareKeys(left.keys[index], right.keys[index]);
      if (difference !== 0) return difference * sign;
    }
    return compareColumnTexts(left.id, right.id) * lastSign;
  };
}

/** The first place whose match does not come before `match`. */
function placeOf(matches: readonly CheckedMatch[], match: CheckedMatch, order: Order): number {
  let [low, high] = [0, matches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = matches[middle];
    if (other !== undefined && order(other, match) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Parts of an array as one, copied as a whole: none of the items is looked at. */
function joined<Item>(parts: readonly (readonly Item[])[]): readonly Item[] {
  const none: readonly Item[] = [];
  return none.concat(...parts);
}

/** `items` without those at `places`, which go up. */
function withoutAll<Item>(items: readonly Item[], places: readonly number[]): readonly Item[] {
  const ends = [...places, items.length];
  return joined(ends.map((end, index) => items.slice(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end)));
}

/** `matches` with `found` among them, both in order. */
function withAll(
  matches: readonly CheckedMatch[],
  found: readonly CheckedMatch[],
  order: Order,
): readonly CheckedMatch[] {
  const parts: (readonly CheckedMatch[])[] = [];
  let from = 0;
  for (const match of found) {
    const place = placeOf(matches, match, order);
    parts.push(matches.slice(from, place), [match]);
    from = place;
  }
  return joined([...parts, matches.slice(from)]);
}

/** Characters of keys that weigh as much as the rest of a match. */
const charactersPerMatch = 100;

/** What a match takes: 1 for itself, some 200 bytes, and as much for each hundred characters that it is sorted by. */
function weightOf({ keys }: CheckedMatch): number {
  const characters = keys.reduce<number>((sum, key) => sum + (typeof key === 'string' ? key.length : 0), 0);
  return 1 + Math.floor(characters / charactersPerMatch);
}

const weightOfAll = (matches: readonly CheckedMatch[]): number =>
  matches.reduce((sum, match) => sum + weightOf(match), 0);

/** The matches of a list. They move in place, looking at as few of them as is possible: there may be very many. */
export class CheckedList {
  readonly #order: Order;
  readonly #byId: Map<AudienceId, CheckedMatch>;
  #matches: readonly CheckedMatch[];
  #changes: number;
  #weight: number;

  /** The matches, in any order, at a tenant's count of changes. */
  constructor(sort: readonly AudienceSort[], { changes, matches }: Omit<CheckedChanges, 'changed'>) {
    this.#order = orderOf(sort);
    this.#matches = matches.toSorted(this.#order);
    this.#byId = new Map(matches.map((match) => [match.id, match]));
    this.#changes = changes;
    this.#weight = weightOfAll(matches);
  }

  /** What it takes, where a match with a short key is 1. */
  get weight(): number {
    return this.#weight;
  }

  /** The count of changes at which it is exact. */
  get changes(): number {
    return this.#changes;
  }

  get size(): number {
    return this.#matches.length;
  }

  page({ offset, limit }: Page): readonly AudienceId[] {
    return this.#matches.slice(offset, offset + limit).map(({ id }) => id);
  }

  /** Brings it to the count of `changes`, which begin at its own or before; nothing when it has been there. */
  move({ changes, changed, matches }: CheckedChanges): void {
    if (changes <= this.#changes) return;
    const gone = changed.map((id) => this.#byId.get(id)).filter((match) => match !== undefined);
    const places = gone.map((match) => placeOf(this.#matches, match, this.#order)).toSorted((a, b) => a - b);
    this.#matches = withAll(withoutAll(this.#matches, places), matches.toSorted(this.#order), this.#order);
    this.#weight += weightOfAll(matches) - weightOfAll(gone);
    for (const { id } of gone) this.#byId.delete(id);
    for (const match of matches) this.#byId.set(match.id, match);
    this.#changes = changes;
  }
}
