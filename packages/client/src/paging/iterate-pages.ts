/** Lists as one sequence, a page in memory at a time. */
import { MusterAnswerError } from '../errors/muster-error.ts';

/** A page, as the walk sees it. */
export interface Page<Item, Start> {
  readonly items: readonly Item[];
  /** Where the next page starts; undefined after the last. */
  readonly next: Start | undefined;
}

/**
 * All items from the page at `start` on. A page is loaded when the one before it is used up; who stops early loads no
 * more. Throws `MusterAnswerError` when a page names itself as the next one, which would never end.
 */
export async function* iteratePages<Item, Start>(
  start: Start | undefined,
  load: (start: Start | undefined) => Promise<Page<Item, Start>>,
): AsyncGenerator<Item, void, undefined> {
  let at = start;
  for (;;) {
    const { items, next } = await load(at);
    yield* items;
    if (next === undefined) return;
    if (next === at) throw new MusterAnswerError(`the page at \`${String(at)}\` names itself as the next one`);
    at = next;
  }
}

/** The index that a `next` names; undefined without one. Throws `MusterAnswerError` when it is no index. */
export function pageIndex(next: string | undefined): number | undefined {
  if (next === undefined) return undefined;
  if (/^\d{1,9}$/.test(next)) return Number(next);
  throw new MusterAnswerError(`the next page \`${next}\` is no index`);
}
