import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import { audienceId } from '@muster/audience';
import fc from 'fast-check';
import type { AudienceSort } from '../ports/control-store.ts';
import { CheckedList, type CheckedMatch } from './checked-list.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** Greater than the number of matches there can be. */
const page = { offset: 0, limit: 100 };

const match = fc
  .record({
    id: fc.nat(30),
    keys: fc.tuple(fc.constantFrom('a', 'B', 'é', '\uffee', '🙂', 'long'.repeat(60)), fc.nat(3)),
  })
  .map(({ id, keys }): CheckedMatch => ({ id: audienceId(`id-${id}`), keys }));
const matches = fc.uniqueArray(match, { selector: ({ id }) => id });
const step = fc.record({ found: matches, gone: fc.array(fc.nat(30)) });
const direction = fc.constantFrom('asc' as const, 'desc' as const);

/** The ids in order, by the bytes of texts. */
function sorted(all: Iterable<CheckedMatch>, sort: readonly AudienceSort[]): readonly string[] {
  const compare = (left: string | number, right: string | number): number =>
    typeof left === 'number' ? left - Number(right) : Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  const sign = (index: number): number => (sort[index]?.direction === 'desc' ? -1 : 1);
  const order = (left: CheckedMatch, right: CheckedMatch): number =>
    compare(left.keys[0] ?? 0, right.keys[0] ?? 0) * sign(0) ||
    compare(left.keys[1] ?? 0, right.keys[1] ?? 0) * sign(1) ||
    compare(left.id, right.id) * sign(1);
  return [...all].toSorted(order).map(({ id }) => id);
}

test(`a list that is moved has what one that is sorted anew has, seed ${seed}`, () => {
  const moves = fc.property(matches, fc.array(step), direction, direction, (before, steps, first, second) => {
    const sort = [
      { key: 'name', direction: first },
      { key: 'totalProfiles', direction: second },
    ] as const;
    const list = new CheckedList(sort, { changes: 1, matches: before });
    const all = new Map(before.map((one) => [one.id, one]));
    for (const [index, { found, gone }] of steps.entries()) {
      const changed = [...new Set([...found.map(({ id }) => id), ...gone.map((id) => audienceId(`id-${id}`))])];
      list.move({ changes: index + 2, changed, matches: found });
      for (const id of changed) all.delete(id);
      for (const one of found) all.set(one.id, one);
      assert.deepEqual([list.page(page), list.size], [sorted(all.values(), sort), all.size]);
      const anew = new CheckedList(sort, { changes: 1, matches: [...all.values()] });
      assert.equal(list.weight, anew.weight);
    }
  });
  fc.assert(moves, { seed, numRuns: 500 });
});

test('ties are broken by id in the direction of the last sort', () => {
  const [one, two] = [audienceId('one'), audienceId('two')];
  const tied = [two, one].map((id) => ({ id, keys: [1] }));
  for (const [way, expected] of [
    ['asc', [one, two]],
    ['desc', [two, one]],
  ] as const) {
    const list = new CheckedList([{ key: 'totalProfiles', direction: way }], { changes: 1, matches: tied });
    assert.deepEqual(list.page(page), expected);
  }
});

test('changes that a list has been through already do not move it back', () => {
  const id = audienceId('one');
  const list = new CheckedList([], { changes: 1, matches: [{ id, keys: [] }] });
  list.move({ changes: 3, changed: [id], matches: [] });
  list.move({ changes: 2, changed: [id], matches: [{ id, keys: [] }] });
  assert.deepEqual([list.size, list.changes], [0, 3]);
});

test('a list weighs what its matches are sorted by', () => {
  const matches = ['short', 'x'.repeat(1_000)].map((key, index) => ({ id: audienceId(String(index)), keys: [key] }));
  assert.equal(new CheckedList([{ key: 'description', direction: 'asc' }], { changes: 1, matches }).weight, 12);
});
