/**
 * A part of a list that is remembered: a run of its matches in their order, and how it moves when audiences change.
 *
 * Pure. A window is exact at the count of changes it names.
 */
import type { AudienceId } from '@muster/audience';

/** Matches kept before and behind a page, so that the page is still inside when audiences before it come and go. */
export const windowMargin = 50;

/** A run of the matches of a list. */
export interface ListWindow {
  /** The tenant's count of changes at which it was read. */
  readonly changes: number;
  /** How many matches come before it. */
  readonly start: number;
  readonly ids: readonly AudienceId[];
  /** Whether no match comes after it. */
  readonly isEnd: boolean;
}

/** A page: `limit` matches from `offset` on. */
interface Page {
  readonly offset: number;
  readonly limit: number;
}

/**
 * What lies beside one another in the order of a list: matches of a window as they are (`sign` 0), and what matches were
 * before a change (-1) and after it (1).
 */
export interface Neighbour {
  readonly id: AudienceId;
  readonly sign: number;
  /** The count of changes after the change; of no meaning where `sign` is 0. */
  readonly change: number;
}

/** The page, where the window has all of it that there is; else null. */
export function pageOf({ start, ids, isEnd }: ListWindow, { offset, limit }: Page): readonly AudienceId[] | null {
  const end = start + ids.length;
  if (offset < start || (offset + limit > end && !isEnd)) return null;
  return ids.slice(offset - start, offset - start + limit);
}

/** Which matches to read for a window around a page. */
export function aroundPage({ offset, limit }: Page): Page {
  const first = Math.max(0, offset - windowMargin);
  return { offset: first, limit: offset + limit + windowMargin - first };
}

/** What is left when the window is cut to what `wanted` spans. */
export function cutWindow(window: ListWindow, wanted: Page): ListWindow {
  const { start, ids } = window;
  const first = Math.min(Math.max(start, wanted.offset), start + ids.length);
  const kept = ids.slice(first - start, Math.max(first, wanted.offset + wanted.limit) - start);
  return { ...window, start: first, ids: kept, isEnd: window.isEnd && first + kept.length === start + ids.length };
}

/** The last image of each audience that is a match after the changes; null for those that are none. */
function lastImages(neighbours: readonly Neighbour[]): ReadonlyMap<AudienceId, Neighbour> {
  const last = new Map<AudienceId, Neighbour>();
  for (const image of neighbours) {
    if (image.sign === 0) continue;
    const known = last.get(image.id);
    // Of one change, what an audience is after it is the later one.
    const isLater = known === undefined || image.change > known.change;
    if (isLater || (image.change === known.change && image.sign > known.sign)) last.set(image.id, image);
  }
  return last;
}

/**
 * The window at the count `changes`, or null when too little of it stayed in its place to say.
 *
 * `neighbours` are in the order of the list: all images of matches from changes after the window's count up to `changes`,
 * and the matches of the window that are still there. An audience has at most one image of each sign in a change.
 *
 * A match without an image has not moved, so that whatever is sorted between two of them belongs to the window, and
 * what is sorted before the first one moves the window's start. Before the first and behind the last of them only the
 * ends of the list itself are known.
 */
export function moveWindow(window: ListWindow, neighbours: readonly Neighbour[], changes: number): ListWindow | null {
  const last = lastImages(neighbours);
  const isStill = ({ id, sign }: Neighbour): boolean => sign === 0 && !last.has(id);
  const firstStill = neighbours.findIndex(isStill);
  const lastStill = neighbours.findLastIndex(isStill);
  const isStart = window.start === 0;
  const anchor = neighbours[firstStill];
  if (anchor === undefined && !(isStart && window.isEnd)) return null;
  const from = isStart ? 0 : firstStill;
  const to = window.isEnd ? neighbours.length : lastStill + 1;
  const inside = neighbours.slice(from, to);
  const ids = inside.filter((it) => isStill(it) || (it.sign === 1 && last.get(it.id) === it)).map(({ id }) => id);
  if (isStart || anchor === undefined) return { ...window, changes, start: 0, ids };
  const moved = neighbours.slice(0, from).reduce((sum, { sign }) => sum + sign, 0);
  return { ...window, changes, start: window.start + window.ids.indexOf(anchor.id) + moved, ids };
}
