import assert from 'node:assert/strict';
import { epochMs, etag, type Scope } from '@muster/audience';
import type { AudienceQuery, ControlStore } from '../../ports/control-store.ts';
import { sampleExternal, sampleMetrics, samplePlatform, sampleTime } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';

const sort = [{ key: 'createdAt', direction: 'asc' }] as const;

/** Lists of each kind: all, of a part of a text, of a column, of a label, in the order of a size. */
const queries: readonly AudienceQuery[] = [
  { sort },
  { sort, nameContains: 'new' },
  { sort, conditions: [{ attribute: 'ttlInDays', operator: 'atLeast', value: 10 }] },
  { sort, conditions: [{ element: 'labels', operator: 'has', value: 'core/C1' }] },
  { sort: [{ key: 'totalProfiles', direction: 'desc' }] },
];

/** What each list shows, as text. */
async function readLists(store: ControlStore, scope: Scope): Promise<readonly string[]> {
  const page = { offset: 0, limit: 2 };
  const lists = await Promise.all(queries.map((query) => store.audiences.list(scope, query, page)));
  return lists.map(({ items, totalCount }) => `${items.map(({ id }) => id).join(' ')} of ${totalCount}`);
}

const old = samplePlatform('old', { name: 'old', createdAt: epochMs(sampleTime) });
const young = samplePlatform('young', {
  name: 'new',
  createdAt: epochMs(sampleTime + 1),
  ttlInDays: 30,
  labels: ['core/C1'],
});
const report = { jobId: 'job', jobType: 'export', reportedAt: sampleTime, totalProfiles: 9 } as const;
const external = sampleExternal('external', { name: 'new too', createdAt: epochMs(sampleTime + 2) });

/** Writes one after the other, and what the lists show after each. */
const steps: readonly (readonly [(store: ControlStore, scope: Scope) => Promise<unknown>, readonly string[]])[] = [
  [(store, scope) => store.audiences.create(scope, old), ['old of 1', ' of 0', ' of 0', ' of 0', 'old of 1']],
  [
    (store, scope) => store.audiences.create(scope, young),
    ['old young of 2', 'young of 1', 'young of 1', 'young of 1', 'young old of 2'],
  ],
  [
    (store, scope) => store.audiences.saveMetrics(scope, new Map([[old.id, sampleMetrics(5)]])),
    ['old young of 2', 'young of 1', 'young of 1', 'young of 1', 'old young of 2'],
  ],
  [
    (store, scope) => store.audiences.create(scope, external),
    ['old young of 3', 'young external of 2', 'young of 1', 'young of 1', 'old young of 3'],
  ],
  [
    (store, scope) => store.audiences.reportMetrics(scope, new Map([[external.id, report]])),
    ['old young of 3', 'young external of 2', 'young of 1', 'young of 1', 'external old of 3'],
  ],
  [
    (store, scope) =>
      store.audiences.replace(scope, { ...young, name: 'renamed', labels: ['C2'], etag: etag('second') }, young.etag),
    ['old young of 3', 'external of 1', 'young of 1', ' of 0', 'external old of 3'],
  ],
  [
    (store, scope) => store.audiences.delete(scope, young.id),
    ['old external of 2', 'external of 1', ' of 0', ' of 0', 'external old of 2'],
  ],
];

/** What lists that were asked for before promise. */
export const listMemoryCases: readonly ContractCase[] = [
  {
    name: 'a list that was read before shows every later write, whoever wrote',
    run: async ({ store, peer, scope }) => {
      for (const [index, [write, expected]] of steps.entries()) {
        await write(index % 2 === 0 ? peer : store, scope);
        // Twice: the second time it may be remembered.
        for (const reader of [store, peer, store, peer]) {
          assert.deepEqual(await readLists(reader, scope), expected, `after step ${index}`);
        }
      }
    },
  },
  {
    name: 'a write that was refused leaves lists as they were',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, old);
      const before = await readLists(store, scope);
      await assert.rejects(store.audiences.create(scope, old));
      assert.deepEqual(await readLists(store, scope), before);
    },
  },
  {
    name: 'lists that are read while audiences are created count each of them in the end',
    run: async ({ store, peer, scope }) => {
      const works = Array.from({ length: 20 }, async (_, index) => {
        await (index % 2 === 0 ? store : peer).audiences.create(scope, samplePlatform(`one-${index}`));
        const { totalCount } = await store.audiences.list(scope, { sort }, { offset: 0, limit: 1 });
        assert.ok(totalCount > 0 && totalCount <= 20);
      });
      await Promise.all(works);
      for (const reader of [store, peer]) {
        assert.equal((await reader.audiences.list(scope, { sort }, { offset: 0, limit: 1 })).totalCount, 20);
      }
    },
  },
];
