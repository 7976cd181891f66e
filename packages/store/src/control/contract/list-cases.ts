import assert from 'node:assert/strict';
import { type Audience, epochMs, type LifecycleState, type Scope } from '@muster/audience';
import type { AudienceQuery, AudienceSortKey, ControlStore } from '../../ports/control-store.ts';
import { sampleExternal, sampleMetrics, samplePlatform, sampleTime } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';

/** Names whose characters mean something to SQL, to `like`, or to those who fold case carelessly. */
const names = [
  '100% sure',
  '100 sure',
  'snake_case',
  'snakeXcase',
  "O'Brien",
  'say "hello"',
  'back\\slash',
  'ÉCLAIR',
  'éclair',
  'eclair',
  'Straße',
  'STRASSE',
  'İstanbul',
  'istanbul',
  'ΣΊΣΥΦΟΣ',
  'same',
  'same',
  'Same',
  '🙂 smile',
  'null\u0000byte',
];

const states: readonly LifecycleState[] = ['draft', 'published', 'inactive'];

/** One audience for each name, with values that collide on purpose, so that every sort has ties. */
function madeUpAudiences(): readonly Audience[] {
  return names.map((name, index) => {
    const changes = {
      name,
      description: index % 4 === 0 ? null : `About ${names[(index + 5) % names.length]}`,
      createdAt: epochMs(sampleTime + (index % 7)),
      updatedAt: epochMs(sampleTime + (index % 3)),
      metrics: index % 3 === 0 ? null : sampleMetrics(index % 5),
      schemaName: [null, '_xdm.context.profile', '_xdm.context.account'][index % 3] ?? null,
      lifecycleState: states[index % states.length] ?? 'draft',
    };
    // Ids that are not in the order of creation.
    const id = `id-${(index * 7) % names.length}`;
    return index % 2 === 0 ? samplePlatform(id, changes) : sampleExternal(id, changes);
  });
}

const compare = (left: string | number, right: string | number): number => Number(left > right) - Number(left < right);

/** Order by bytes of UTF-8, which is the order of code points. */
function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

const comparisons: Record<AudienceSortKey, (left: Audience, right: Audience) => number> = {
  createdAt: (left, right) => compare(left.createdAt, right.createdAt),
  updatedAt: (left, right) => compare(left.updatedAt, right.updatedAt),
  name: (left, right) => compareTexts(left.name.toLowerCase(), right.name.toLowerCase()),
  totalProfiles: (left, right) => compare(left.metrics?.totalProfiles ?? -1, right.metrics?.totalProfiles ?? -1),
};

const contains = (text: string | null, part: string | undefined): boolean =>
  part === undefined || (text ?? '').toLowerCase().includes(part.toLowerCase());
const equals = (value: string, wanted: string | undefined): boolean => wanted === undefined || value === wanted;

function isMatch(audience: Audience, query: AudienceQuery): boolean {
  return (
    contains(audience.name, query.nameContains) &&
    contains(audience.description, query.descriptionContains) &&
    equals(audience.id, query.id) &&
    equals(audience.name, query.name) &&
    equals(audience.externalId, query.externalId) &&
    equals(audience.namespace, query.namespace) &&
    equals(audience.schemaName ?? '_xdm.context.profile', query.schemaName) &&
    (query.lifecycleStates?.includes(audience.lifecycleState) ?? true)
  );
}

/** What the list should be, by the plainest means. */
function expectedList(audiences: readonly Audience[], query: AudienceQuery): readonly Audience[] {
  const sign = query.sort.direction === 'asc' ? 1 : -1;
  return audiences
    .filter((audience) => isMatch(audience, query))
    .toSorted((left, right) => sign * (comparisons[query.sort.key](left, right) || compareTexts(left.id, right.id)));
}

/** All pages of a list, one after the other. */
async function readPages(
  store: ControlStore,
  scope: Scope,
  query: AudienceQuery,
  limit: number,
): Promise<readonly Audience[]> {
  const all: Audience[] = [];
  for (let offset = 0; ; offset += limit) {
    const { items, totalCount } = await store.audiences.list(scope, query, { offset, limit });
    all.push(...items);
    if (offset + limit >= totalCount) return all;
  }
}

const sorts: readonly AudienceQuery['sort'][] = (['createdAt', 'updatedAt', 'name', 'totalProfiles'] as const).flatMap(
  (key) => (['asc', 'desc'] as const).map((direction) => ({ key, direction })),
);
const sort = { key: 'createdAt', direction: 'desc' } as const;

async function createAll(store: ControlStore, scope: Scope): Promise<readonly Audience[]> {
  const audiences = madeUpAudiences();
  for (const audience of audiences) await store.audiences.create(scope, audience);
  return audiences;
}

/** Filters one at a time and together; every text a user could type appears as part of a name and of a description. */
function filtersOf(audiences: readonly Audience[]): readonly Omit<AudienceQuery, 'sort'>[] {
  const parts = [
    ...names,
    '%',
    '_',
    "'",
    '"',
    '\\',
    'É',
    'ß',
    'İ',
    'i',
    'SURE',
    '',
    'nothing',
    'σίσυφος',
    '*',
    '\u0000',
  ];
  return [
    {},
    ...parts.map((nameContains) => ({ nameContains })),
    ...parts.map((descriptionContains) => ({ descriptionContains })),
    ...names.map((name) => ({ name })),
    ...audiences.flatMap(({ id, externalId, namespace }) => [{ id }, { externalId }, { namespace, externalId }]),
    { namespace: 'crm' },
    { namespace: 'CRM' },
    { lifecycleStates: [] },
    ...states.map((state) => ({ lifecycleStates: [state] })),
    { lifecycleStates: ['draft', 'published'] },
    { schemaName: '_xdm.context.profile' },
    { schemaName: '_xdm.context.account' },
    { nameContains: 's', descriptionContains: 'a', namespace: 'crm', lifecycleStates: ['published'] },
  ];
}

async function storeMany(store: ControlStore, scope: Scope, count: number): Promise<readonly Audience[]> {
  const audiences = Array.from({ length: count }, (_, index) =>
    samplePlatform(`many-${index}`, {
      name: `${index % 2 === 0 ? 'Even' : 'Odd'} audience ${index % 10}`,
      createdAt: epochMs(sampleTime + ((index * 31) % count)),
      lifecycleState: index % 20 === 0 ? 'inactive' : 'published',
    }),
  );
  for (const audience of audiences) await store.audiences.create(scope, audience);
  return audiences;
}

/** What lists of audiences promise. */
export const listCases: readonly ContractCase[] = [
  {
    name: 'every filter gives the matches, all of them and in order, literally and without regard to case',
    run: async ({ store, scope }) => {
      const audiences = await createAll(store, scope);
      for (const filter of filtersOf(audiences)) {
        const query = { ...filter, sort };
        const expected = expectedList(audiences, query);
        const found = await store.audiences.list(scope, query, { offset: 0, limit: 100 });
        assert.deepEqual(found.items, expected, JSON.stringify(filter));
        assert.equal(found.totalCount, expected.length);
      }
    },
  },
  {
    name: 'every sort is stable over pages of every size, with and without a filter',
    run: async ({ store, scope }) => {
      const audiences = await createAll(store, scope);
      for (const order of sorts) {
        for (const filter of [{}, { nameContains: 's' }, { lifecycleStates: ['published', 'draft'] as const }]) {
          const query = { ...filter, sort: order };
          const expected = expectedList(audiences, query);
          for (const limit of [1, 2, 3, 7, 100]) {
            const found = await readPages(store, scope, query, limit);
            assert.deepEqual(found, expected, `${JSON.stringify(query)} by ${limit}`);
          }
        }
      }
    },
  },
  {
    name: 'a page beyond the end is empty and still knows the total',
    run: async ({ store, scope }) => {
      const audiences = await createAll(store, scope);
      const page = { offset: 1_000, limit: 10 };
      const all = await store.audiences.list(scope, { sort }, page);
      assert.deepEqual(all, { items: [], totalCount: audiences.length });
      const some = await store.audiences.list(scope, { sort, nameContains: 'same' }, page);
      assert.deepEqual(some, { items: [], totalCount: 3 });
      const none = await store.audiences.list(scope, { sort, nameContains: 'nothing' }, { offset: 0, limit: 10 });
      assert.deepEqual(none, { items: [], totalCount: 0 });
    },
  },
  {
    name: 'a filter that matches more than is sorted at once gives the same lists',
    run: async ({ store, scope }) => {
      const audiences = await storeMany(store, scope, 1_200);
      for (const order of sorts) {
        for (const filter of [{ nameContains: 'AUDIENCE' }, { nameContains: 'even' }, { namespace: 'AEPSegments' }]) {
          const query: AudienceQuery = { ...filter, sort: order, lifecycleStates: ['published'] };
          const expected = expectedList(audiences, query);
          for (const offset of [0, 500, expected.length - 5]) {
            const found = await store.audiences.list(scope, query, { offset, limit: 20 });
            assert.deepEqual(found.items, expected.slice(offset, offset + 20), JSON.stringify(query));
            assert.equal(found.totalCount, expected.length);
          }
        }
      }
    },
  },
];
