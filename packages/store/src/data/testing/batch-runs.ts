/** How scans and formulas become members, changes and counters. */
import assert from 'node:assert/strict';
import { audienceId, epochMs, type Scope } from '@muster/audience';
import { type DataLayout, type Formula, parameter, type Scan, type SqlFragment, sql } from '@muster/pql';
import type { BatchOutcome, DataStore } from '../../ports/data-store.ts';
import { RulesExhausted } from '../../ports/rules-exhausted.ts';
import { describeStore, type StoreTest } from './suite.ts';
import { batchRun, equals, event, memberIds, profileColumn, profileScan, record, untilDone, write } from './world.ts';

const leaf = (number: number): Formula => ({ kind: 'leaf', leaf: number });
const not = (operand: Formula): Formula => ({ kind: 'not', operand });

/** Leaf 0: name is x. Leaf 1: country is US. Or so, from another number on. */
function twoLeaves(layout: DataLayout, first = 0): readonly Scan[] {
  const conditions = [equals(profileColumn(layout, 'name'), 'x'), equals(profileColumn(layout, 'home.country'), 'US')];
  return [profileScan(layout, conditions, first)];
}

/** A number that costs memory for each pair of `count` items, in each row: 0. */
function memoryOfPairs(count: number): SqlFragment {
  const items = sql`range(toUInt64(${parameter(count, 'UInt32')} + profile_id))`;
  return sql`arrayCount(a -> arrayExists(b -> a + b = 1 AND a * b > 5, ${items}), ${items})`;
}

async function fourPeople(store: DataStore, scope: Scope): Promise<void> {
  await write(
    store,
    scope,
    [
      record('both', { name: 'x', home: { country: 'US' } }),
      record('name', { name: 'x', home: { country: 'DE' } }),
      record('country', { name: 'y', home: { country: 'US' } }),
    ],
    [event('none', 'e1', { eventType: 'view' })],
  );
}

async function runNames(store: DataStore, scope: Scope, runId: string, asOf: number): Promise<BatchOutcome> {
  const scans = twoLeaves(await store.layout(scope));
  return await store.runBatch(scope, batchRun(runId, asOf, scans, { named: leaf(0) }), untilDone());
}

async function log(
  store: DataStore,
  scope: Scope,
  id: string,
): Promise<readonly (readonly [number, string, number])[]> {
  const changes = await store.changes(scope, audienceId(id), { offset: 0, limit: 100 });
  return changes.map((change) => [change.profileId, change.status, change.at]);
}

const tests: Readonly<Record<string, StoreTest>> = {
  'formulas of every kind give their members': async (store, scope) => {
    await fourPeople(store, scope);
    const scans = twoLeaves(await store.layout(scope));
    await store.runBatch(scope, batchRun('r0', 1, scans, { stored: leaf(1) }), untilDone());
    const formulas: Readonly<Record<string, Formula>> = {
      everyone: { kind: 'everyone' },
      nobody: { kind: 'nobody' },
      named: leaf(0),
      unnamed: not(leaf(0)),
      both: { kind: 'and', operands: [leaf(0), leaf(1)] },
      either: { kind: 'or', operands: [leaf(0), leaf(1)] },
      abroad: { kind: 'and', operands: [leaf(0), not(leaf(1))] },
      neither: { kind: 'and', operands: [not(leaf(0)), not(leaf(1))] },
      other: { kind: 'and', operands: [{ kind: 'audience', audienceId: 'stored' }, leaf(0)] },
      unknown: { kind: 'audience', audienceId: "no'such" },
      odd: not({ kind: 'or', operands: [not({ kind: 'everyone' }), { kind: 'and', operands: [leaf(0)] }] }),
    };
    await store.runBatch(scope, batchRun('r1', 2, scans, formulas), untilDone());
    const found: Record<string, readonly string[]> = {};
    for (const id of Object.keys(formulas)) found[id] = [...(await memberIds(store, scope, id))].sort();
    assert.deepEqual(found, {
      everyone: ['both', 'country', 'name', 'none'],
      nobody: [],
      named: ['both', 'name'],
      unnamed: ['country', 'none'],
      both: ['both'],
      either: ['both', 'country', 'name'],
      abroad: ['name'],
      neither: ['none'],
      other: ['both'],
      unknown: [],
      odd: ['country', 'none'],
    });
  },

  'a scan over events and one over profiles fill leaves of one run': async (store, scope) => {
    await fourPeople(store, scope);
    const layout = await store.layout(scope);
    const events: Scan = {
      name: 'events',
      leaves: [7],
      select: sql`SELECT [groupBitmapStateIf(profile_id, ifNull(eventType = 'view', false))] AS bitmaps
          FROM ${layout.events.from}`,
      inMemory: null,
    };
    const run = batchRun('r', 1, [events, ...twoLeaves(layout)], {
      any: { kind: 'or', operands: [leaf(7), leaf(1)] },
    });
    await store.runBatch(scope, run, untilDone());
    assert.deepEqual([...(await memberIds(store, scope, 'any'))].sort(), ['both', 'country', 'none']);
  },

  'two runs give counters, entries and exits': async (store, scope) => {
    await fourPeople(store, scope);
    const first = await runNames(store, scope, 'r1', 100);
    assert.equal(first.totalProfiles, 4);
    const [counts] = first.counts;
    assert.deepEqual(counts && { ...counts, byNamespace: { ...counts.byNamespace } }, {
      audienceId: 'named',
      total: 2,
      realized: 2,
      existing: 0,
      exited: 0,
      byNamespace: { Email: 2 },
    });
    await write(store, scope, [record('both', { name: 'y' }, 2000), record('none', { name: 'x' }, 2000)]);
    const second = await runNames(store, scope, 'r2', 200);
    const { total, realized, existing, exited } = second.counts[0] ?? {};
    assert.deepEqual({ total, realized, existing, exited }, { total: 2, realized: 1, existing: 1, exited: 1 });
    assert.deepEqual(await log(store, scope, 'named'), [
      [1, 'realized', 100],
      [2, 'realized', 100],
      [1, 'exited', 200],
      [4, 'realized', 200],
    ]);
  },

  'the same run again doubles nothing and keeps its counters': async (store, scope) => {
    await fourPeople(store, scope);
    const first = await runNames(store, scope, 'r1', 100);
    assert.deepEqual(await runNames(store, scope, 'r1', 100), first);
    assert.equal((await log(store, scope, 'named')).length, 2);
  },

  'an aborted run leaves the memberships as they were': async (store, scope) => {
    await fourPeople(store, scope);
    await runNames(store, scope, 'r1', 100);
    const controller = new AbortController();
    const scans = twoLeaves(await store.layout(scope));
    const run = batchRun('r2', 200, scans, { named: { kind: 'everyone' } });
    const aborting = store.runBatch(scope, run, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await assert.rejects(aborting, /enough/);
    assert.equal((await memberIds(store, scope, 'named')).length, 2);
    assert.equal((await log(store, scope, 'named')).length, 2);
  },

  'an abort that comes when members are being stored comes too late': async (store, scope) => {
    await fourPeople(store, scope);
    const formulas = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`a${index}`, leaf(0)]));
    const controller = new AbortController();
    const scans = twoLeaves(await store.layout(scope));
    const outcome = await store.runBatch(scope, batchRun('r', 1, scans, formulas), {
      signal: controller.signal,
      onProgress: (done) => {
        if (done > 0.8) controller.abort(new Error('too late'));
      },
    });
    assert.equal(outcome.counts.length, 200);
  },

  'members that are given replace those before, by identity, once': async (store, scope) => {
    await fourPeople(store, scope);
    const give = async (
      runId: string,
      at: number,
      ...pieces: readonly (readonly string[])[]
    ): Promise<readonly number[]> => {
      async function* ids(): AsyncGenerator<readonly string[]> {
        yield* pieces;
      }
      const given = { runId, audienceId: audienceId('given'), asOf: epochMs(at), namespace: 'EMAIL', ids: ids() };
      const { total, realized, existing, exited } = await store.replaceMembers(scope, given, untilDone().signal);
      return [total, realized, existing, exited];
    };
    assert.deepEqual(await give('r1', 100, ['both', 'nobody'], ['name', 'both']), [2, 2, 0, 0]);
    assert.deepEqual(await give('r1', 100, ['both', 'nobody'], ['name', 'both']), [2, 2, 0, 0]);
    assert.deepEqual(await give('r2', 200, ['name', 'none']), [2, 1, 1, 1]);
    assert.deepEqual(await memberIds(store, scope, 'given'), ['name', 'none']);
    assert.deepEqual(await give('r3', 300), [0, 0, 0, 2]);
    assert.equal((await log(store, scope, 'given')).length, 6);
  },

  'a scan that needs too much memory is split until it does not': async (store, scope) => {
    await fourPeople(store, scope);
    const { profiles } = await store.layout(scope);
    const sizes: number[] = [];
    // Too much for more than three profiles, and only for them.
    const heavy = (first: number, last: number): Scan => {
      const profileCount = last - first + 1;
      const ids = sql`profile_id >= ${parameter(first, 'UInt32')} AND profile_id <= ${parameter(last, 'UInt32')}`;
      const condition = profileCount > 3 ? sql`${memoryOfPairs(40_000)} = 0` : sql`true`;
      return {
        name: 'event arrays',
        leaves: [0],
        select: sql`SELECT [groupBitmapStateIf(profile_id, ${condition})] AS bitmaps FROM ${profiles.from} WHERE ${ids}`,
        inMemory: {
          profileCount,
          split: (profilesMax) => {
            sizes.push(profilesMax);
            return Array.from({ length: Math.ceil(profileCount / profilesMax) }, (_, index) => {
              const start = first + index * profilesMax;
              return heavy(start, Math.min(last, start + profilesMax - 1));
            });
          },
        },
      };
    };
    await store.runBatch(scope, batchRun('r', 1, [heavy(1, 64)], { all: leaf(0) }), untilDone());
    assert.deepEqual([...(await memberIds(store, scope, 'all'))].sort(), ['both', 'country', 'name', 'none']);
    assert.deepEqual(sizes.slice(0, 2), [8, 1]);
    assert.ok(sizes.length < 20, `${sizes.length} attempts`);
  },

  'a rule that needs too much memory for one profile fails the run by name and leaves nothing': async (
    store,
    scope,
  ) => {
    await fourPeople(store, scope);
    const { profiles } = await store.layout(scope);
    const scan: Scan = {
      name: 'event arrays',
      leaves: [0],
      select: sql`SELECT [groupBitmapStateIf(profile_id, ${memoryOfPairs(10_000_000)} = 0)] AS bitmaps FROM ${profiles.from}`,
      inMemory: { profileCount: 1, split: () => [] },
    };
    const run = batchRun('r', 1, [scan, ...twoLeaves(await store.layout(scope), 1)], {
      heavy: leaf(0),
      light: leaf(1),
    });
    await assert.rejects(store.runBatch(scope, run, untilDone()), (error: unknown) => {
      assert.ok(error instanceof RulesExhausted);
      assert.deepEqual(error.audienceIds, ['heavy']);
      return true;
    });
    assert.deepEqual(await memberIds(store, scope, 'light'), []);
    await runNames(store, scope, 'r2', 2);
    assert.deepEqual([...(await memberIds(store, scope, 'named'))].sort(), ['both', 'name']);
  },

  'a long scan ends when it is aborted': async (store, scope) => {
    const controller = new AbortController();
    const scan: Scan = {
      name: 'profiles',
      leaves: [0],
      select: sql`SELECT [groupBitmapState(toUInt32(number % 1000000))] AS bitmaps FROM numbers(100000000000)`,
      inMemory: null,
    };
    const running = store.runBatch(scope, batchRun('r', 1, [scan], { a: leaf(0) }), {
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(new Error('too long')), 200),
    });
    await assert.rejects(running, /too long/);
    assert.deepEqual(await store.count(scope), { profiles: 0, events: 0 });
  },

  'progress rises to one': async (store, scope) => {
    await fourPeople(store, scope);
    const seen: number[] = [];
    const run = batchRun('r', 1, twoLeaves(await store.layout(scope)), { named: leaf(0) });
    await store.runBatch(scope, run, { signal: new AbortController().signal, onProgress: (done) => seen.push(done) });
    assert.deepEqual(seen, [...seen].sort());
    assert.equal(seen.at(-1), 1);
  },

  'a run over more audiences than a statement takes gives all of them': async (store, scope) => {
    await fourPeople(store, scope);
    const formulas = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`a${index}`, index % 2 === 0 ? leaf(0) : not(leaf(1))]),
    );
    const run = batchRun('r', 1, twoLeaves(await store.layout(scope)), formulas);
    const outcome = await store.runBatch(scope, run, untilDone());
    assert.equal(outcome.counts.length, 300);
    assert.ok(outcome.counts.every((counts) => counts.total === 2));
  },

  'summaries have those that were evaluated': async (store, scope) => {
    await fourPeople(store, scope);
    await runNames(store, scope, 'r1', 100);
    const summaries = await store.summaries(scope, [audienceId('named'), audienceId('never')]);
    assert.deepEqual([...summaries], [['named', { members: 2, asOf: epochMs(100) }]]);
  },

  'a deleted audience has no members and no log': async (store, scope) => {
    await fourPeople(store, scope);
    await runNames(store, scope, 'r1', 100);
    await store.deleteAudience(scope, audienceId('named'));
    assert.deepEqual(await memberIds(store, scope, 'named'), []);
    assert.deepEqual(await log(store, scope, 'named'), []);
    assert.equal((await runNames(store, scope, 'r2', 200)).counts[0]?.realized, 2);
  },

  'a run over nobody gives zeros': async (store, scope) => {
    const run = batchRun('r', 1, [], { all: { kind: 'everyone' } });
    const outcome = await store.runBatch(scope, run, untilDone());
    assert.equal(outcome.totalProfiles, 0);
    assert.equal(outcome.counts[0]?.total, 0);
  },
};

/** Tests of `runBatch`, `changes` and `summaries`. */
export function describeBatchRuns(name: string, open: () => Promise<DataStore>): void {
  describeStore(`${name}: batch runs`, open, tests);
}
