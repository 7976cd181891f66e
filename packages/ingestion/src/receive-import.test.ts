import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  actorId,
  decodeOrgId,
  decodeSandboxName,
  epochMs,
  type ImportRun,
  importId,
  type JsonObject,
  Problem,
  type Scope,
} from '@muster/audience';
import type { ProfileRecord, WriteBatch } from '@muster/store';
import { openSqliteControlStore } from '@muster/store';
import { type ImportLimits, importLimits } from './limits.ts';
import { receiveImport } from './receive-import.ts';

const now = epochMs(Date.UTC(2020, 0, 1));

function scopeOf(): Scope {
  const org = decodeOrgId('demo@MusterOrg');
  const sandbox = decodeSandboxName('prod');
  if (org === null || sandbox === null) throw new Error('the names are well formed');
  return { org, sandbox, actor: actorId('tester') };
}

/** A data plane in memory that keeps what the port promises: the same thing written twice counts once. */
function createMemoryData() {
  const events = new Map<string, unknown>();
  const profiles = new Map<string, ProfileRecord>();
  const state = { writes: 0, failAt: Number.POSITIVE_INFINITY, compacted: 0 };
  return {
    events,
    profiles,
    state,
    async write(_scope: Scope, _schema: unknown, batch: WriteBatch): Promise<void> {
      state.writes++;
      if (state.writes >= state.failAt) throw new Problem('engineUnavailable');
      for (const event of batch.events) events.set(`${event.identity.id} ${event.id}`, event.body);
      for (const record of batch.records) {
        const known = profiles.get(record.identity.id);
        if (known === undefined || known.time <= record.time) profiles.set(record.identity.id, record);
      }
    },
    async compact(): Promise<void> {
      state.compacted++;
    },
  };
}

const regex = { compile: () => ({ error: 'no patterns here' }) };

interface Setup {
  readonly kind?: ImportRun['kind'];
  readonly mapping?: JsonObject;
  readonly limits?: Partial<ImportLimits>;
}

async function open({ kind = 'events', mapping, limits }: Setup = {}) {
  const control = await openSqliteControlStore({ path: ':memory:' });
  const data = createMemoryData();
  const scope = scopeOf();
  const run: ImportRun = {
    id: importId('import-1'),
    name: 'orders.csv',
    kind,
    fingerprint: 'f',
    mapping: mapping ?? null,
    status: 'interrupted',
    counts: { rows: 0, profiles: 0, events: 0, skipped: 0, rejected: 0 },
    committedRows: 0,
    problems: [],
    error: null,
    createdBy: scope.actor,
    createdAt: now,
    updatedAt: now,
  };
  await control.sandboxes.ensure(scope, now);
  await control.imports.create(scope, run);
  const deps = { control, data, regex, clock: { now: () => now }, limits: { ...importLimits, ...limits } };
  return {
    control,
    data,
    async send(text: string, cutAt = Number.POSITIVE_INFINITY): Promise<ImportRun> {
      const stored = await control.imports.find(scope, run.id);
      assert.ok(stored !== null);
      const result = await receiveImport(deps, scope, stored, source(text, cutAt), new AbortController().signal);
      assert.deepEqual(await control.imports.find(scope, run.id), result);
      return result;
    },
    close: () => control.close(),
  };
}

async function* source(text: string, cutAt: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 16) {
    if (at >= cutAt) throw new Error('connection reset');
    yield bytes.subarray(at, at + 16);
  }
}

const orders: JsonObject = {
  columns: {
    order: 'string',
    sku: 'string',
    amount: 'number',
    at: { type: 'date-time', format: 'yyyy-MM-dd' },
    who: 'string',
    country: 'string',
  },
  identity: { namespace: 'crm', value: 'who' },
  profile: { time: 'at', set: { 'homeAddress.country': 'country' } },
  event: {
    groupBy: 'order',
    set: {
      _id: 'order',
      timestamp: 'at',
      eventType: '"commerce.purchases"',
      'commerce.order.priceTotal': 'lines.sum(amount)',
      productListItems: { from: 'lines', set: { SKU: 'sku' } },
    },
  },
};
const header = 'order,sku,amount,at,who,country\n';

test('rows of a group become one event, also when others lie between them', async () => {
  const { send, data, close } = await open({ mapping: orders });
  const run = await send(
    `${header}1,a,2,2020-01-01,anna,DE\n2,b,5,2020-01-02,ben,FR\n1,c,3,2020-01-03,anna,AT\n3,d,1,2020-01-01,,DE\n4,e,x,2020-01-01,anna,DE\n`,
  );
  assert.equal(run.status, 'succeeded');
  assert.deepEqual(run.counts, { rows: 5, profiles: 2, events: 2, skipped: 1, rejected: 1 });
  assert.deepEqual(run.problems, [{ row: 5, message: 'column `amount`: `x` is not a number' }]);
  assert.equal(JSON.stringify(data.profiles.get('anna')?.attributes), '{"homeAddress":{"country":"AT"}}');
  assert.equal(
    JSON.stringify(data.events.get('anna 1')),
    JSON.stringify({
      _id: '1',
      timestamp: Date.UTC(2020, 0, 1),
      eventType: 'commerce.purchases',
      commerce: { order: { priceTotal: 5 } },
      productListItems: [{ SKU: 'a' }, { SKU: 'c' }],
    }),
  );
  assert.equal(data.state.compacted, 1);
  await close();
});

test('a row for a group that was closed fails the import and says which', async () => {
  const { send, close } = await open({ mapping: orders, limits: { groupWindowRows: 1 } });
  const between = [2, 3, 4].map((n) => `${n},b,5,2020-01-02,ben,FR\n`).join('');
  const run = await send(`${header}1,a,2,2020-01-01,anna,DE\n${between}1,c,3,2020-01-03,anna,AT\n`);
  assert.equal(run.status, 'failed');
  assert.match(run.error ?? '', /row 5 belongs to the group `1`.*sort the file/);
  await close();
});

test('an interrupted import goes on and ends as if it had not been interrupted', async () => {
  const lines = Array.from(
    { length: 300 },
    (_, n) => `${Math.floor(n / 3)},s${n},1,2020-01-01,p${n % 7 === 0 ? '' : 1},DE\n`,
  );
  const text = header + lines.join('');
  const limits = { batchEventsMax: 10, groupWindowRows: 20 };
  const whole = await open({ mapping: orders, limits });
  const expected = await whole.send(text);
  for (const cutAt of [0, 100, 1_500, 4_000, text.length - 40]) {
    const { send, data, close } = await open({ mapping: orders, limits });
    const cut = await send(text, cutAt);
    assert.equal(cut.status, 'interrupted');
    const writesBefore = data.state.writes;
    const resumed = await send(text);
    assert.deepEqual(resumed, expected);
    assert.deepEqual([...data.events.values()], [...whole.data.events.values()]);
    if (cut.committedRows > 0) assert.ok(data.state.writes - writesBefore < whole.data.state.writes);
    await close();
  }
  await whole.close();
});

test('an engine that goes away interrupts the import, and what is committed stays so', async () => {
  const { send, data, close } = await open({ mapping: orders, limits: { batchEventsMax: 1, groupWindowRows: 0 } });
  data.state.failAt = 2;
  const text = header + [1, 2, 3, 4, 5].map((n) => `${n},a,1,2020-01-01,anna,DE\n`).join('');
  const run = await send(text);
  assert.equal(run.status, 'interrupted');
  assert.ok(run.committedRows >= 1 && run.committedRows < 5);
  data.state.failAt = Number.POSITIVE_INFINITY;
  const resumed = await send(text);
  assert.equal(resumed.status, 'succeeded');
  assert.equal(resumed.error, null);
  assert.equal(data.events.size, 5);
  await close();
});

test('files that cannot be used fail with the reason', async () => {
  const noColumn = await open({ mapping: orders });
  assert.match((await noColumn.send('order,sku\n1,a\n')).error ?? '', /no column `amount`/);
  const noMapping = await open();
  assert.match((await noMapping.send('a,b\n1,2\n')).error ?? '', /must be JSON documents/);
  const noEvents = await open({ mapping: { ...orders, event: { set: { _id: 'sku' } } } });
  assert.match((await noEvents.send(header)).error ?? '', /an event needs `timestamp`/);
  for (const { close } of [noColumn, noMapping, noEvents]) await close();
});

test('XDM documents need no mapping', async () => {
  const { send, data, close } = await open();
  const line = (map: unknown, more: object) => `${JSON.stringify({ identityMap: map, ...more })}\n`;
  const event = { _id: 'e1', timestamp: '2020-01-01T00:00:00Z', eventType: 'login', nonsense: 1 };
  const run = await send(
    line({ email: [{ id: 'a@b.c' }], crm: [{ id: 'anna', primary: true }] }, event) +
      line({ crm: [{ id: 'ben' }, { id: 'bob' }] }, event) +
      line({ crm: [{ id: 'ben' }] }, { ...event, timestamp: undefined }) +
      line({}, event) +
      '{broken\n',
  );
  assert.equal(run.status, 'succeeded');
  assert.deepEqual(run.counts, { rows: 5, profiles: 0, events: 1, skipped: 1, rejected: 3 });
  assert.deepEqual([...data.events.keys()], ['anna e1']);
  assert.match(run.problems.map(({ message }) => message).join('\n'), /`nonsense` is not in the schema/);
  await close();
});

test('a profile document counts from the time it says', async () => {
  const { send, data, close } = await open({ kind: 'profiles' });
  const line = (country: string, more: object) =>
    `${JSON.stringify({ identityMap: { crm: [{ id: 'anna' }] }, homeAddress: { country }, ...more })}\n`;
  const run = await send(
    line('FR', { extSourceSystemAudit: { lastUpdatedDate: '2021-01-01T00:00:00Z' } }) +
      line('DE', { _repo: { modifyDate: '2020-06-01T00:00:00Z' } }) +
      line('AT', {}),
  );
  assert.deepEqual(run.counts, { rows: 3, profiles: 1, events: 0, skipped: 0, rejected: 0 });
  assert.equal(data.profiles.get('anna')?.time, Date.UTC(2021, 0, 1));
  await close();
});

test('a mapping can bring fields of its own', async () => {
  const tenant = {
    type: 'object',
    properties: { _acme: { type: 'object', properties: { score: { type: 'number' } } } },
  };
  const mapping: JsonObject = {
    columns: { who: 'string', score: 'number' },
    identity: { namespace: 'crm', value: 'who' },
    profile: { set: { '_acme.score': 'score * 2' } },
    schema: { profile: tenant },
  };
  const { send, data, close } = await open({ kind: 'profiles', mapping });
  assert.equal((await send('who,score\nanna,4\n')).status, 'succeeded');
  assert.equal(JSON.stringify(data.profiles.get('anna')?.attributes), '{"_acme":{"score":8}}');
  await close();
});

test('a row on which an expression takes too many steps is rejected, and the others are not', async () => {
  const among = 'exists A from items, B from items, C from items where B.at >= 0 and C.at < 0';
  const mapping: JsonObject = {
    columns: { who: 'string', items: { type: 'array', items: { type: 'object', columns: { at: 'number' } } } },
    identity: { namespace: 'crm', value: 'who' },
    profile: { set: { 'loyalty.points': `if(${among}, 1, 2)` } },
  };
  const { send, data, close } = await open({ kind: 'profiles', mapping });
  const line = (who: string, count: number): string =>
    `${JSON.stringify({ who, items: Array.from({ length: count }, (_, at) => ({ at })) })}\n`;
  const run = await send(line('anna', 9_000) + line('ben', 3));
  assert.equal(run.error, null);
  assert.deepEqual(run.counts, { rows: 2, profiles: 1, events: 0, skipped: 0, rejected: 1 });
  assert.match(run.problems[0]?.message ?? '', /more than 25,000,000 steps/);
  assert.deepEqual([...data.profiles.keys()], ['ben']);
  await close();
});

test('JSON lines can be mapped as well, with the lists in them', async () => {
  const mapping: JsonObject = {
    columns: {
      id: 'string',
      at: 'date-time',
      who: { type: 'object', columns: { mail: 'string' } },
      lines: { type: 'array', items: { type: 'object', columns: { sku: 'string', qty: 'integer' } } },
    },
    identity: { namespace: 'email', value: 'who.mail' },
    event: {
      set: { _id: 'id', timestamp: 'at', productListItems: { from: 'lines[qty > 0]', set: { SKU: 'sku' } } },
    },
  };
  const { send, data, close } = await open({ mapping });
  const order = {
    id: 'o1',
    at: '2020-01-01',
    who: { mail: 'a@b.c' },
    lines: [
      { sku: 'x', qty: 0 },
      { sku: 'y', qty: 2 },
    ],
  };
  assert.equal((await send(JSON.stringify(order))).error, null);
  assert.match(JSON.stringify([...data.events.values()]), /"productListItems":\[\{"SKU":"y"\}\]/);
  await close();
});
