/** How profiles and events become files. */
import assert from 'node:assert/strict';
import { audienceId, type ExportFormat, type ExportSegment, epochMs, type Scope } from '@muster/audience';
import type { DataStore, RowField, RowQuery, RowSelection } from '../../ports/data-store.ts';
import { describeStore, type StoreTest } from './suite.ts';
import { batchRun, equals, event, profileColumn, profileScan, record, untilDone, write } from './world.ts';

const everyone: RowSelection = {
  segments: null,
  qualifiedFrom: null,
  qualifiedTo: null,
  changedAfter: null,
  withEmpty: true,
};

function field(path: string, isTime = false): RowField {
  return { path, isTime };
}

function profiles(changes: Partial<RowSelection>, fields: readonly RowField[], withMemberships = false): RowQuery {
  return { content: 'profiles', selection: { ...everyone, ...changes }, fields, withMemberships };
}

async function bytesOf(store: DataStore, scope: Scope, query: RowQuery, format: ExportFormat): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.exportRows(scope, query, format, new AbortController().signal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function lines(store: DataStore, scope: Scope, query: RowQuery): Promise<readonly Record<string, unknown>[]> {
  const text = (await bytesOf(store, scope, query, 'jsonl')).toString();
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line));
}

async function ids(store: DataStore, scope: Scope, query: RowQuery): Promise<readonly unknown[]> {
  const counted = await store.countRows(scope, query, new AbortController().signal);
  const rows = await lines(store, scope, query);
  assert.equal(
    Object.values(counted).reduce((sum, count) => sum + count, 0),
    rows.length,
  );
  return rows.map(({ identityId }) => identityId).sort();
}

async function shop(store: DataStore, scope: Scope): Promise<void> {
  const cards = [{ number: 'x,"1"', points: 7 }, { number: 'y\n2' }];
  await write(
    store,
    scope,
    [
      record('ann', { name: 'Ann', age: 30, birth: Date.UTC(1999, 11, 31), home: { country: 'DE' } }, 1_000),
      record('bob', { name: 'Bob, "B"', active: true, interests: ['a', 'b'], loyalty: { cards } }, 2_000),
    ],
    [
      event('ann', 'e1', { eventType: 'view', commerce: { order: { priceTotal: 1.5 } } }, 1_000),
      event('ann', 'e2', { eventType: 'buy', productListItems: [{ SKU: 's', quantity: 2 }] }, 5_000),
      event('visitor', 'e3', { eventType: 'view' }, 3_000),
    ],
  );
}

/** Ann and Bob are in at 100; at 200 Bob leaves and the visitor comes. */
async function comeAndGo(store: DataStore, scope: Scope): Promise<void> {
  await shop(store, scope);
  const run = async (id: string, at: number, names: readonly string[]): Promise<void> => {
    const layout = await store.layout(scope);
    const conditions = names.map((name) => equals(profileColumn(layout, 'name'), name));
    const operands = names.map((_, leaf) => ({ kind: 'leaf', leaf }) as const);
    const [first = { kind: 'nobody' as const }, ...rest] = operands;
    const scans = [profileScan(layout, conditions)];
    await store.runBatch(
      scope,
      batchRun(id, at, scans, { a: { kind: 'or', operands: [first, ...rest] } }),
      untilDone(),
    );
  };
  await run('r1', 100, ['Ann', 'Bob, "B"']);
  await write(store, scope, [record('visitor', { name: 'Cy' }, 4_000)]);
  await run('r2', 200, ['Ann', 'Cy']);
}

const segment = (...statuses: ExportSegment['statuses']): ExportSegment => ({
  audienceId: audienceId('a'),
  namespace: 'ups',
  statuses,
});

const tests: Readonly<Record<string, StoreTest>> = {
  'JSON lines have lists and times, and null where nothing is known': async (store, scope) => {
    await shop(store, scope);
    const fields = [
      field('name'),
      field('birth', true),
      field('interests'),
      field('loyalty.cards.points'),
      field('no such'),
    ];
    assert.deepEqual(await lines(store, scope, profiles({}, fields)), [
      {
        identityNamespace: 'Email',
        identityId: 'ann',
        name: 'Ann',
        birth: '1999-12-31T00:00:00.000Z',
        interests: [],
        'loyalty.cards.points': [],
        'no such': null,
      },
      {
        identityNamespace: 'Email',
        identityId: 'bob',
        name: 'Bob, "B"',
        birth: null,
        interests: ['a', 'b'],
        'loyalty.cards.points': [7, null],
        'no such': null,
      },
      {
        identityNamespace: 'Email',
        identityId: 'visitor',
        name: null,
        birth: null,
        interests: [],
        'loyalty.cards.points': [],
        'no such': null,
      },
    ]);
  },

  'CSV has one header, quotes what must be quoted, and lists as JSON': async (store, scope) => {
    await shop(store, scope);
    const query = profiles({}, [field('name'), field('active'), field('interests'), field('birth', true)]);
    assert.equal(
      (await bytesOf(store, scope, query, 'csv')).toString(),
      [
        'identityNamespace,identityId,name,active,interests,birth',
        '"Email","ann","Ann",,"","1999-12-31T00:00:00.000Z"',
        '"Email","bob","Bob, ""B""",true,"[""a"",""b""]",',
        '"Email","visitor",,,"",',
        '',
      ].join('\r\n'),
    );
  },

  'Parquet is one file, however large': async (store, scope) => {
    const count = 150_000;
    const records = Array.from({ length: count }, (_, index) => record(`p${index}`, { age: index }));
    await write(store, scope, records);
    const file = await bytesOf(store, scope, profiles({}, [field('age'), field('birth', true)]), 'parquet');
    assert.deepEqual([file.subarray(0, 4).toString(), file.subarray(-4).toString()], ['PAR1', 'PAR1']);
    // The footer's length stands before the mark at the end: a file that was put together of several has more marks.
    const marks = file.toString('latin1').split('PAR1').length - 1;
    assert.equal(marks, 2);
    assert.ok(file.includes('identityNamespace') && file.length > count);
  },

  'segments are exported by status, with when and how people last changed': async (store, scope) => {
    await comeAndGo(store, scope);
    const check = async (changes: Partial<RowSelection>, expected: readonly string[]): Promise<void> =>
      assert.deepEqual(await ids(store, scope, profiles(changes, [])), expected);
    await check({ segments: [segment('realized')] }, ['ann', 'visitor']);
    await check({ segments: [segment('existing')] }, ['ann']);
    await check({ segments: [segment('exited')] }, ['bob']);
    await check({ segments: [segment('realized', 'exited')] }, ['ann', 'bob', 'visitor']);
    await check({ segments: [segment('realized', 'existing')], qualifiedFrom: epochMs(150) }, ['visitor']);
    await check({ segments: [segment('realized')], qualifiedTo: epochMs(100) }, ['ann']);
    await check({ segments: [segment('exited'), { ...segment('realized'), audienceId: audienceId('no such') }] }, [
      'bob',
    ]);
    const [bob] = await lines(store, scope, profiles({ segments: [segment('exited')] }, [], true));
    assert.deepEqual(bob?.['segmentMembership'], [
      { segmentId: 'a', segmentNs: 'ups', status: 'exited', lastQualificationTime: '1970-01-01T00:00:00.200Z' },
    ]);
    const csv = await bytesOf(store, scope, profiles({ segments: [segment('exited')] }, [], true), 'csv');
    assert.match(csv.toString(), /^identityNamespace,identityId,segmentMembership\r\n.*""status"":""exited""/);
  },

  'people without attributes, and those of whom nothing new is known, can be left out': async (store, scope) => {
    await shop(store, scope);
    const check = async (changes: Partial<RowSelection>, expected: readonly string[]): Promise<void> =>
      assert.deepEqual(await ids(store, scope, profiles(changes, [])), expected);
    await check({ withEmpty: false }, ['ann', 'bob']);
    await check({ changedAfter: epochMs(2_000) }, ['ann', 'visitor']);
    await check({ changedAfter: epochMs(1_999) }, ['ann', 'bob', 'visitor']);
    await check({ changedAfter: epochMs(5_000) }, []);
    await check({ changedAfter: epochMs(3_000), withEmpty: false }, ['ann']);
  },

  'events are exported with their people, in a span': async (store, scope) => {
    await shop(store, scope);
    const events = (changes: Partial<RowSelection>, from: number | null, to: number | null): RowQuery => ({
      content: 'events',
      selection: { ...everyone, ...changes },
      fields: [field('_id'), field('timestamp', true), field('productListItems.SKU')],
      from: from === null ? null : epochMs(from),
      to: to === null ? null : epochMs(to),
    });
    const found = async (query: RowQuery): Promise<readonly unknown[]> =>
      (await lines(store, scope, query)).map((row) => row['_id']).sort();
    assert.deepEqual(await found(events({}, null, null)), ['e1', 'e2', 'e3']);
    assert.deepEqual(await found(events({}, 1_001, 5_000)), ['e2', 'e3']);
    assert.deepEqual(await found(events({ withEmpty: false }, null, 4_999)), ['e1']);
    const [last] = await lines(store, scope, events({}, 5_000, null));
    assert.deepEqual(last, {
      identityNamespace: 'Email',
      identityId: 'ann',
      _id: 'e2',
      timestamp: '1970-01-01T00:00:05.000Z',
      'productListItems.SKU': ['s'],
    });
  },

  'an empty sandbox gives empty files': async (store, scope) => {
    assert.equal((await bytesOf(store, scope, profiles({}, []), 'jsonl')).length, 0);
    assert.equal((await bytesOf(store, scope, profiles({}, []), 'csv')).toString(), 'identityNamespace,identityId\r\n');
    assert.equal((await bytesOf(store, scope, profiles({}, []), 'parquet')).subarray(0, 4).toString(), 'PAR1');
  },

  'an aborted export ends with the reason': async (store, scope) => {
    await shop(store, scope);
    const rows = store.exportRows(scope, profiles({}, []), 'parquet', AbortSignal.abort(new Error('enough')));
    await assert.rejects(rows[Symbol.asyncIterator]().next(), /enough/);
  },
};

/** Tests the exports of a store. */
export function describeExports(name: string, open: () => Promise<DataStore>): void {
  describeStore(`${name}: exports`, open, tests);
}
