/** Lists with a check: of which audiences it is asked, and how often. */
import assert from 'node:assert/strict';
import type { Audience, AudienceId, Scope } from '@muster/audience';
import type { AudienceCheck, AudienceQuery, ControlStore } from '../../ports/control-store.ts';
import { sampleMetrics, samplePlatform } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';
import { readAfresh } from './read-afresh.ts';

/** A check that holds of all, and the audiences that it was asked of. */
function noteAsked(): { readonly check: AudienceCheck; readonly asked: AudienceId[] } {
  const asked: AudienceId[] = [];
  const holds = ({ id }: Audience): boolean => asked.push(id) > 0;
  return { asked, check: { key: 'noted', looksAtDependents: false, holds } };
}

async function listedIds(store: ControlStore, scope: Scope, query: AudienceQuery): Promise<readonly AudienceId[]> {
  const { items } = await store.audiences.list(scope, query, { offset: 0, limit: 1_000 });
  return items.map(({ id }) => id);
}

const sort = [{ key: 'name', direction: 'asc' }] as const;

/** What lists with a check promise besides what all lists do. */
export const checkedListCases: readonly ContractCase[] = [
  {
    name: 'an audience is checked once by all who ask at the same time, and again when it has changed',
    run: async ({ store, peer, scope }) => {
      // More than are read by one statement.
      const all = Array.from({ length: 620 }, (_, index) => samplePlatform(`a-${1_000 + index}`));
      for (const audience of all) await store.audiences.create(scope, audience);
      const { check, asked } = noteAsked();
      const query = { sort, check };
      const ids = all.map(({ id }) => id);
      const lists = await Promise.all(Array.from({ length: 3 }, () => listedIds(store, scope, query)));
      for (const list of lists) assert.deepEqual(list, ids);
      assert.deepEqual(asked.splice(0), ids);
      await peer.audiences.saveMetrics(scope, new Map([[ids[5] ?? samplePlatform('none').id, sampleMetrics(7)]]));
      assert.deepEqual(await listedIds(store, scope, query), ids);
      assert.deepEqual(await listedIds(store, scope, query), ids);
      assert.deepEqual(asked, ids.slice(5, 6));
    },
  },
  {
    name: 'a check of dependents follows the references of others',
    run: async ({ store, peer, scope }) => {
      const [base, user] = [
        samplePlatform('base'),
        samplePlatform('user', { dependencies: [samplePlatform('base').id] }),
      ];
      await store.audiences.create(scope, base);
      const check: AudienceCheck = {
        key: 'is used',
        looksAtDependents: true,
        holds: (_, dependents) => dependents.includes(user.id),
      };
      assert.deepEqual(await listedIds(store, scope, { sort, check }), []);
      await peer.audiences.create(scope, user);
      assert.deepEqual(await listedIds(store, scope, { sort, check }), [base.id]);
      await peer.audiences.delete(scope, user.id);
      assert.deepEqual(await listedIds(store, scope, { sort, check }), []);
    },
  },
  {
    name: 'a list with a check follows batch runs over more audiences than are looked through',
    run: async ({ store, peer, scope }) => {
      const all = Array.from({ length: 510 }, (_, index) => samplePlatform(`sized-${index}`));
      for (const audience of all) await store.audiences.create(scope, audience);
      const isEven: AudienceCheck = {
        key: 'is even',
        looksAtDependents: false,
        holds: ({ metrics }) => metrics?.totalProfiles != null && metrics.totalProfiles % 2 === 0,
      };
      const query: AudienceQuery = { sort: [{ key: 'totalProfiles', direction: 'desc' }, ...sort], check: isEven };
      for (const count of [510, 3, 500, 510]) {
        const sizes = all.slice(0, count).map(({ id }, index) => [id, sampleMetrics(index + count)] as const);
        await store.audiences.saveMetrics(scope, new Map(sizes));
        for (const reader of [store, peer]) {
          assert.deepEqual(await listedIds(reader, scope, query), await readAfresh(reader, scope, query));
        }
      }
    },
  },
];
