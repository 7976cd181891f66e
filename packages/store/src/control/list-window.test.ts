import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import { type AudienceId, audienceId } from '@muster/audience';
import fc from 'fast-check';
import { aroundPage, cutWindow, type ListWindow, moveWindow, type Neighbour, pageOf } from './list-window.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** A match is a number, which is what it is sorted by, and its name. */
type Places = ReadonlyMap<AudienceId, number>;

const inOrder = (places: Places): readonly AudienceId[] =>
  [...places].toSorted(([left, a], [right, b]) => a - b || (left < right ? -1 : 1)).map(([id]) => id);

/** A change: where an audience is from then on, or null when it is no match any more. */
interface Change {
  readonly id: AudienceId;
  readonly place: number | null;
}

/** The places after the changes, and the images that they leave. */
function applyChanges(before: Places, changes: readonly Change[], count: number) {
  const places = new Map(before);
  const images: (Neighbour & { readonly place: number })[] = [];
  for (const [index, { id, place }] of changes.entries()) {
    const change = count + index + 1;
    const old = places.get(id);
    if (old !== undefined) images.push({ id, sign: -1, change, place: old });
    places.delete(id);
    if (place === null) continue;
    images.push({ id, sign: 1, change, place });
    places.set(id, place);
  }
  return { places, images };
}

function neighboursOf(window: ListWindow, before: Places, changes: readonly Change[]) {
  const { places, images } = applyChanges(before, changes, window.changes);
  const members = window.ids.flatMap((id) => {
    const place = places.get(id);
    return place === undefined ? [] : [{ id, sign: 0, change: 0, place }];
  });
  const neighbours = [...images, ...members].toSorted((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
  return { places, neighbours };
}

const randomId = fc.nat(40).map((number) => audienceId(`id-${number}`));
const randomCase = fc.record({
  first: fc.array(fc.tuple(randomId, fc.nat(20)), { maxLength: 40 }),
  changes: fc.array(fc.record({ id: randomId, place: fc.option(fc.nat(20)) }), { maxLength: 12 }),
  start: fc.nat(20),
  length: fc.nat(20),
});

test(`a moved window is a run of the list as it has become, seed ${seed}`, () => {
  let moves = 0;
  const property = fc.property(randomCase, ({ first, changes, start, length }) => {
    const before = new Map(first);
    const all = inOrder(before);
    const ids = all.slice(start, start + length);
    const window = { changes: 7, start, ids, isEnd: start + length >= all.length };
    fc.pre(start <= all.length);
    const { places, neighbours } = neighboursOf(window, before, changes);
    const after = inOrder(places);
    const moved = moveWindow(window, neighbours, 7 + changes.length);
    if (moved === null) {
      assert.ok(start > 0 || !window.isEnd, 'all of a list is never lost');
      return;
    }
    moves += 1;
    assert.deepEqual(moved.ids, after.slice(moved.start, moved.start + moved.ids.length));
    assert.equal(moved.changes, 7 + changes.length);
    if (moved.isEnd) assert.equal(moved.start + moved.ids.length, after.length);
    if (start === 0) assert.equal(moved.start, 0);
  });
  fc.assert(property, { seed, numRuns: 5_000 });
  assert.ok(moves > 2_000, `${moves} windows were moved`);
});

const ids = Array.from({ length: 300 }, (_, index) => audienceId(`id-${index}`));

test('a window gives the pages that it has all of', () => {
  const window = { changes: 0, start: 100, ids: ids.slice(100, 200), isEnd: false };
  assert.deepEqual(pageOf(window, { offset: 100, limit: 100 }), ids.slice(100, 200));
  assert.deepEqual(pageOf(window, { offset: 150, limit: 2 }), ids.slice(150, 152));
  assert.equal(pageOf(window, { offset: 99, limit: 2 }), null);
  assert.equal(pageOf(window, { offset: 199, limit: 2 }), null);
  assert.deepEqual(pageOf({ ...window, isEnd: true }, { offset: 199, limit: 2 }), ids.slice(199, 200));
  assert.deepEqual(pageOf({ ...window, isEnd: true }, { offset: 900, limit: 2 }), []);
});

test('a window around a page has a margin on both sides, as far as the list goes', () => {
  assert.deepEqual(aroundPage({ offset: 0, limit: 20 }), { offset: 0, limit: 70 });
  assert.deepEqual(aroundPage({ offset: 30, limit: 20 }), { offset: 0, limit: 100 });
  assert.deepEqual(aroundPage({ offset: 400, limit: 20 }), { offset: 350, limit: 120 });
});

test('a window that is cut keeps what was wanted of it, and knows whether it still has the end', () => {
  const window = { changes: 3, start: 100, ids: ids.slice(100, 200), isEnd: true };
  const cut = (offset: number, limit: number) => cutWindow(window, { offset, limit });
  assert.deepEqual(cut(50, 70), { changes: 3, start: 100, ids: ids.slice(100, 120), isEnd: false });
  assert.deepEqual(cut(150, 20), { changes: 3, start: 150, ids: ids.slice(150, 170), isEnd: false });
  assert.deepEqual(cut(150, 50), { changes: 3, start: 150, ids: ids.slice(150, 200), isEnd: true });
  assert.deepEqual(cut(0, 50), { changes: 3, start: 100, ids: [], isEnd: false });
  assert.deepEqual(cut(500, 50), { changes: 3, start: 200, ids: [], isEnd: true });
});
