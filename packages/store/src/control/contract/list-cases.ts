import assert from 'node:assert/strict';
import { type Audience, actorId, audienceId, epochMs, type LifecycleState, type Scope } from '@muster/audience';
import type {
  AudienceCheck,
  AudienceCondition,
  AudienceNumber,
  AudienceQuery,
  ComparedText,
  ControlStore,
} from '../../ports/control-store.ts';
import { sampleExternal, sampleMetrics, samplePlatform, sampleReport, sampleTime } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';
import { expectedList } from './expected-list.ts';

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
      schemaName: [null, '_xdm.context.profile', '_xdm.context.account'][index % 3] ?? null,
      lifecycleState: states[index % states.length] ?? 'draft',
      ttlInDays: [null, 0, 3, 30][index % 4] ?? null,
      originName: ['CUSTOM_UPLOAD', 'custom', 'AUDIENCE_MANAGER'][index % 3] ?? '',
      createdBy: actorId(['maker', 'MAKER', 'Ünal'][index % 3] ?? ''),
      lastModifiedBy: actorId(['editor', 'zoe'][index % 2] ?? ''),
      labels: index % 5 === 0 ? ['core/C1', 'C2', 'C2'] : index % 5 === 1 ? ['C2'] : [],
      tags: index % 4 === 0 ? ["it's", 'core/C1'] : [],
    };
    const methods = { batch: index % 3 > 0, streaming: index % 5 === 0, edge: index % 7 === 0 };
    // Ids that are not in the order of creation.
    const id = `id-${(index * 7) % names.length}`;
    return index % 2 === 0
      ? samplePlatform(id, {
          ...changes,
          evaluation: methods,
          mergePolicyId: `policy-${index % 3}`,
          metrics: index % 3 === 0 ? null : sampleMetrics(index % 5),
        })
      : sampleExternal(id, {
          ...changes,
          datasetId: index % 3 === 0 ? null : `dataset-${index}`,
          metrics: index % 3 === 0 ? null : sampleReport(index % 5),
        });
  });
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
  (key) => (['asc', 'desc'] as const).map((direction) => [{ key, direction }]),
);
const otherKeys = [
  ...(['id', 'description', 'ttlInDays', 'batch', 'streaming', 'edge', 'kind', 'externalId', 'originName'] as const),
  ...(['namespace', 'lifecycleState', 'schemaName', 'mergePolicyId', 'datasetId', 'createdBy'] as const),
  'lastModifiedBy',
] as const;
const sort = [{ key: 'createdAt', direction: 'desc' }] as const;

async function createAll(store: ControlStore, scope: Scope): Promise<readonly Audience[]> {
  const audiences = madeUpAudiences();
  for (const audience of audiences) await store.audiences.create(scope, audience);
  return audiences;
}

const operators = ['equals', 'differs', 'atLeast', 'above', 'below', 'atMost'] as const;

function conditionsOf(): readonly AudienceCondition[] {
  const texts: readonly (readonly [ComparedText, string])[] = [
    ['kind', 'external'],
    ['originName', 'CUSTOM_UPLOAD'],
    ['createdBy', 'maker'],
    ['createdBy', 'MAKER'],
    ['lastModifiedBy', 'nobody'],
    ['mergePolicyId', 'policy-1'],
    ['datasetId', 'dataset-3'],
    ['datasetId', ''],
    ['externalId', "o'brien"],
    ['id', 'id-3'],
    ['name', 'same'],
    ['name', '🙂'],
  ];
  const numbers: readonly AudienceNumber[] = ['ttlInDays', 'batch', 'streaming', 'edge', 'totalProfiles'];
  const isDraft = { attribute: 'lifecycleState', operator: 'equals', value: 'draft' } as const;
  const isBatch = { attribute: 'batch', operator: 'equals', value: 1 } as const;
  const isLong = { attribute: 'ttlInDays', operator: 'above', value: 3 } as const;
  return [
    ...operators.flatMap((operator) => [
      ...texts.map(([attribute, value]) => ({ attribute, operator, value })),
      ...numbers.flatMap((attribute) => [-1, 0, 1, 3].map((value) => ({ attribute, operator, value }))),
      { attribute: 'createdAt', operator, value: sampleTime + 3 } as const,
      { attribute: 'updatedAt', operator, value: sampleTime + 1 } as const,
    ]),
    ...(['labels', 'tags'] as const).flatMap((element) =>
      (['has', 'lacks'] as const).flatMap((operator) =>
        [null, 'core/C1', 'C2', "it's"].map((value) => ({ element, operator, value })),
      ),
    ),
    { anyOf: [[isDraft], [isBatch, isLong]] },
    { anyOf: [[isBatch, isDraft]] },
  ];
}

const hasText: AudienceCheck = {
  key: 'has a text',
  looksAtDependents: false,
  holds: ({ description }) => description !== null,
};

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
    ...audiences.flatMap(({ id, externalId, namespace }) => [{ ids: [id] }, { externalId }, { namespace, externalId }]),
    { ids: [] },
    { ids: audiences.slice(3, 9).map(({ id }) => id) },
    // More than a statement takes parameters.
    {
      ids: [
        ...Array.from({ length: 70_000 }, (_, index) => audienceId(`none-${index}`)),
        ...audiences.map(({ id }) => id),
      ],
    },
    { check: hasText },
    { check: hasText, lifecycleStates: ['draft'] },
    { namespace: 'crm' },
    { namespace: 'CRM' },
    { lifecycleStates: [] },
    ...states.map((state) => ({ lifecycleStates: [state] })),
    { lifecycleStates: ['draft', 'published'] },
    { schemaName: '_xdm.context.profile' },
    { schemaName: '_xdm.context.account' },
    ...conditionsOf().map((condition) => ({ conditions: [condition] })),
    { conditions: conditionsOf().slice(0, 2) },
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
      const filters: readonly Partial<AudienceQuery>[] = [
        {},
        { nameContains: 's' },
        { lifecycleStates: ['published', 'draft'] },
        { check: hasText },
      ];
      for (const order of sorts) {
        for (const filter of filters) {
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
    name: 'lists are sorted by any attribute and by several, the first one first',
    run: async ({ store, scope }) => {
      const audiences = await createAll(store, scope);
      const directions = ['asc', 'desc'] as const;
      const single = otherKeys.flatMap((key) => directions.map((direction) => [{ key, direction }]));
      const several = otherKeys.flatMap((key, index) =>
        directions.map((direction): AudienceQuery['sort'] => [
          { key: 'lifecycleState', direction: directions[index % 2] ?? 'asc' },
          { key, direction },
          { key: 'name', direction: 'asc' },
        ]),
      );
      for (const order of [...single, ...several, []]) {
        const query: AudienceQuery = { sort: order, nameContains: 's' };
        for (const wanted of [query, { sort: order }, { sort: order, check: hasText }]) {
          const found = await readPages(store, scope, wanted, 7);
          assert.deepEqual(found, expectedList(audiences, wanted), JSON.stringify(wanted));
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
