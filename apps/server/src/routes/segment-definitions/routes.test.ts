import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import {
  ConversionResource,
  DefinitionBulkResource,
  DefinitionListResource,
  DefinitionResource,
  type JobResource,
} from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, type TestServer } from '../../testing/fixture.ts';
import { openServer, send } from '../../testing/requests.ts';

const definitions = '/segment/definitions';

const rule = (value: string): object => ({ expression: { type: 'PQL', format: 'pql/text', value } });

/** The sample of the reference. */
const sample = {
  name: 'People who work in the US',
  description: 'Work address in the US',
  schema: { name: '_xdm.context.profile' },
  payloadSchema: 'string',
  ttlInDays: 60,
  profileInstanceId: 'ups',
  imsOrgId: 'OTHER@AdobeOrg',
  ...rule('workAddress.country = "US"'),
};

async function create(server: TestServer, changes: object = {}): Promise<DefinitionResource> {
  const response = await send(server, 'POST', definitions, { payload: { ...sample, ...changes } });
  assert.equal(response.statusCode, 200, response.body);
  const body: unknown = response.json();
  assert.ok(Check(DefinitionResource, body), response.body);
  assert.equal(response.headers['x-location'], `/data/core/ups/segment/definitions/${body.id}`);
  return body;
}

/** The fields that a 4xx names. */
function fieldsOf(response: LightMyRequestResponse): readonly (string | undefined)[] {
  const findings: readonly { field?: string }[] = response.json().errors[String(response.statusCode)];
  return findings.map(({ field }) => field);
}

test('a definition is a platform audience with the same id, on both resources', async (context) => {
  const server = await openServer(context);
  const made = await create(server);
  assert.equal(made.imsOrgId, 'TEST@AdobeOrg');
  assert.equal(made.ttlInDays, 60);
  assert.equal(made.payloadSchema, 'string');
  assert.deepEqual(made.evaluationInfo, {
    batch: { enabled: true },
    continuous: { enabled: false },
    synchronous: { enabled: false },
  });
  assert.deepEqual((await send(server, 'GET', `${definitions}/${made.id}`)).json(), made);
  assert.deepEqual((await send(server, 'GET', `/audiences/${made.id}`)).json(), made);
  const audience = (
    await send(server, 'POST', '/audiences', { payload: { name: 'a', ...rule('person.name.firstName = "A"') } })
  ).json();
  assert.equal((await send(server, 'GET', `${definitions}/${audience.id}`)).json().name, 'a');
});

test('an external audience is no definition', async (context) => {
  const server = await openServer(context);
  const external = { type: 'ExternalSegment', audienceId: 'x', namespace: 'AEPSegments', name: 'x' };
  const { id } = (await send(server, 'POST', '/audiences', { payload: external })).json();
  for (const [method, payload] of [
    ['GET', undefined],
    ['PATCH', { name: 'y' }],
    ['DELETE', undefined],
  ] as const) {
    assert.equal((await send(server, method, `${definitions}/${id}`, { payload })).statusCode, 404, method);
  }
  assert.equal((await send(server, 'POST', `${definitions}/bulk-get`, { payload: { ids: [id] } })).statusCode, 404);
  assert.equal((await send(server, 'GET', definitions)).json().page.totalCount, 0);
  assert.equal((await send(server, 'GET', `/audiences/${id}`)).statusCode, 200);
});

test('definitions that cannot be are refused with the place', async (context) => {
  const server = await openServer(context);
  const cases: readonly [object, string][] = [
    [{ name: undefined }, '/name'],
    [{ name: '' }, '/name'],
    [{ schema: undefined }, '/schema'],
    [{ schema: { name: '_xdm.context.account' } }, '/schema/name'],
    [{ schema: { id: 'https://ns.adobe.com/xdm/context/account' } }, '/schema/name'],
    [{ expression: undefined }, '/expression'],
    [{ expression: { type: 'ARL', format: 'pql/text', value: 'x' } }, '/expression/type'],
    [{ expression: { type: 'PQL', format: 'sql', value: 'x' } }, '/expression/format'],
    [rule('homeAdress.country = "US"'), '/expression/value'],
    [{ type: 'ExternalSegment' }, '/type'],
    [{ ttlInDays: 0 }, '/ttlInDays'],
  ];
  for (const [changes, field] of cases) {
    const response = await send(server, 'POST', definitions, { payload: { ...sample, ...changes } });
    assert.equal(response.statusCode, 400, response.body);
    assert.ok(fieldsOf(response).includes(field), `${field}: ${response.body}`);
  }
  for (const payload of [[], {}]) assert.equal((await send(server, 'POST', definitions, { payload })).statusCode, 400);
  assert.equal((await send(server, 'GET', definitions)).json().page.totalCount, 0);
});

test('a class may be named by the id of its schema', async (context) => {
  const server = await openServer(context);
  const made = await create(server, { schema: { id: 'https://ns.adobe.com/xdm/context/profile' } });
  assert.deepEqual(made.schema, { name: '_xdm.context.profile' });
});

test('the name of a definition is its own, also when many ask for it at once', async (context) => {
  const server = await openServer(context);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => send(server, 'POST', definitions, { payload: sample })),
  );
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 422, 422, 422, 422]);
  const { id } = (await send(server, 'GET', definitions)).json().segments[0];
  const refused = await send(server, 'POST', definitions, { payload: sample });
  assert.equal(refused.json().type, 'https://ns.adobe.com/aep/errors/MUSTER-100042-422');
  assert.ok(refused.body.includes(`PATCH /segment/definitions/${id}`), refused.body);
  await send(server, 'PATCH', `/audiences/${id}`, {
    payload: [{ op: 'add', path: '/lifecycleState', value: 'inactive' }],
  });
  assert.equal((await send(server, 'POST', definitions, { payload: sample })).statusCode, 422);
  const other = await create(server, { name: 'Other' });
  assert.equal(
    (await send(server, 'PATCH', `${definitions}/${other.id}`, { payload: { name: sample.name } })).statusCode,
    422,
  );
  assert.equal(
    (await send(server, 'PATCH', `${definitions}/${other.id}`, { payload: { name: 'Other' } })).statusCode,
    200,
  );
  const elsewhere = headersOf('TEST@AdobeOrg', 'dev');
  assert.equal((await send(server, 'POST', definitions, { payload: sample, headers: elsewhere })).statusCode, 200);
});

test('a change keeps what it leaves out and ignores what only the server sets', async (context) => {
  const server = await openServer(context);
  const made = await create(server, { evaluationInfo: { continuous: { enabled: true } }, labels: ['core/C1'] });
  server.clock.time = epochMs(server.clock.time + 5_000);
  const whole = {
    id: made.id,
    name: 'People who live in the US',
    schema: { name: '_xdm.context.profile' },
    ...rule('homeAddress.country = "US"'),
    creationTime: 0,
    updateEpoch: 0,
    updateTime: 0,
    imsOrgId: 'OTHER@AdobeOrg',
  };
  const response = await send(server, 'PATCH', `${definitions}/${made.id}`, { payload: whole });
  assert.equal(response.statusCode, 200, response.body);
  assert.equal(response.headers['x-location'], `/data/core/ups/segment/definitions/${made.id}`);
  const changed: unknown = response.json();
  assert.ok(Check(DefinitionResource, changed), response.body);
  assert.deepEqual(changed, {
    ...made,
    name: whole.name,
    expression: { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' },
    updateEpoch: made.updateEpoch + 5,
    updateTime: made.updateTime + 5_000,
    _etag: changed._etag,
  });
  assert.notEqual(changed._etag, made._etag);
  assert.deepEqual((await send(server, 'GET', `${definitions}/${made.id}`)).json(), changed);
});

test('a change that cannot be is refused, and nothing of it is stored', async (context) => {
  const server = await openServer(context);
  const made = await create(server);
  const cases: readonly [object, string][] = [
    [{ id: 'other' }, '/id'],
    [{ name: 7 }, '/name'],
    [{ payloadSchema: 7 }, '/payloadSchema'],
    [{ payloadSchema: 'x'.repeat(10_001) }, '/payloadSchema'],
    [{ name: 'new', ...rule('nothing = 1') }, '/expression/value'],
    [{ schema: { name: '_xdm.context.account' } }, '/schema/name'],
    [{ lifecycleState: 'draft' }, '/lifecycleState'],
    [{ type: 'ExternalSegment' }, '/type'],
  ];
  for (const [payload, field] of cases) {
    const response = await send(server, 'PATCH', `${definitions}/${made.id}`, { payload });
    assert.equal(response.statusCode, 400, response.body);
    assert.ok(fieldsOf(response).includes(field), `${field}: ${response.body}`);
  }
  const patch = [{ op: 'add', path: '/name', value: 'new' }];
  assert.equal((await send(server, 'PATCH', `${definitions}/${made.id}`, { payload: patch })).statusCode, 400);
  assert.equal((await send(server, 'PATCH', `${definitions}/none`, { payload: { name: 'x' } })).statusCode, 404);
  assert.deepEqual((await send(server, 'GET', `${definitions}/${made.id}`)).json(), made);
});

test('a deletion says so, and is refused while others refer to the definition', async (context) => {
  const server = await openServer(context);
  const bottom = await create(server);
  const top = await create(server, { name: 'top', ...rule(`inSegment("${bottom.id}")`) });
  const refused = await send(server, 'DELETE', `${definitions}/${bottom.id}`);
  assert.equal(refused.statusCode, 400);
  assert.ok(refused.body.includes(top.id));
  const response = await send(server, 'DELETE', `${definitions}/${top.id}`);
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { status: true, message: `Segment definition ${top.id} is deleted.` });
  for (const method of ['GET', 'DELETE'] as const) {
    assert.equal((await send(server, method, `${definitions}/${top.id}`)).statusCode, 404);
  }
});

async function list(server: TestServer, query: string): Promise<DefinitionListResource> {
  const response = await send(server, 'GET', `${definitions}${query}`);
  const body: unknown = response.json();
  assert.ok(Check(DefinitionListResource, body), response.body);
  return body;
}

test('definitions are listed in pages that a client can count through', async (context) => {
  const server = await openServer(context);
  for (const name of ['a', 'b', 'c']) {
    await create(server, { name });
    server.clock.time = epochMs(server.clock.time + 1_000);
  }
  const names = ({ segments }: DefinitionListResource): string => segments.map(({ name }) => name).join('');
  const all = await list(server, '');
  assert.equal(names(all), 'cba');
  assert.deepEqual(all.page, {
    totalCount: 3,
    totalPages: 1,
    sortField: 'creationTime',
    sort: 'desc',
    pageSize: 3,
    limit: 100,
  });
  assert.deepEqual(all.link, {});
  const first = await list(server, '?limit=2&sort=name:asc,internalId:desc');
  assert.equal(names(first), 'ab');
  assert.deepEqual([first.page.totalPages, first.page.sortField, first.page.sort], [2, 'name', 'asc']);
  assert.deepEqual(first.link, {
    next: '/segment/definitions?page=1&limit=2&sort=name%3Aasc%2CinternalId%3Adesc',
  });
  for (const page of ['page=1', 'start=1', 'page=1&start=0']) {
    assert.equal(names(await list(server, `?limit=2&sort=name:asc&${page}`)), 'c', page);
  }
  // Clients ask for every page up to `totalPages`, which is one more than there are.
  const beyond = await list(server, '?limit=2&page=2');
  assert.deepEqual([beyond.segments, beyond.link, beyond.page.totalCount], [[], {}, 3]);
  for (const query of ['?page=x', '?page=-1', '?limit=0', '?sort=name', '?sort=x:asc']) {
    assert.equal((await send(server, 'GET', `${definitions}${query}`)).statusCode, 400, query);
  }
});

test('definitions are listed by their method of evaluation', async (context) => {
  const server = await openServer(context);
  await create(server, { name: 'batch' });
  await create(server, { name: 'streaming', evaluationInfo: { continuous: { enabled: true } } });
  await create(server, { name: 'edge', evaluationInfo: { synchronous: { enabled: true } } });
  const check = async (query: string, expected: readonly string[]): Promise<void> => {
    const { segments, page } = await list(server, query);
    assert.deepEqual(segments.map(({ name }) => name).sort(), expected);
    assert.equal(page.totalCount, expected.length);
  };
  await check('?evaluationInfo.continuous.enabled=true', ['streaming']);
  await check('?evaluationInfo.synchronous.enabled=true', ['edge']);
  await check('?evaluationInfo.batch.enabled=true', ['batch']);
  await check('?evaluationInfo.batch.enabled=false&evaluationInfo.continuous.enabled=false', ['edge']);
  assert.equal((await send(server, 'GET', `${definitions}?evaluationInfo.continuous.enabled=maybe`)).statusCode, 400);
});

test('several definitions are looked up at once, in any of the forms that clients send', async (context) => {
  const server = await openServer(context);
  const [a, b] = [await create(server, { name: 'a' }), await create(server, { name: 'b' })];
  const ids = [b.id, 'nobody', a.id, b.id];
  for (const payload of [{ ids: ids.map((id) => ({ id })) }, { ids }, ids]) {
    const response = await send(server, 'POST', `${definitions}/bulk-get`, { payload });
    assert.equal(response.statusCode, 207, response.body);
    const body: unknown = response.json();
    assert.ok(Check(DefinitionBulkResource, body), response.body);
    assert.deepEqual(Object.keys(body.results), [b.id, 'nobody', a.id]);
    assert.deepEqual(body.results[a.id], a);
  }
  const many = Array.from({ length: 101 }, (_, index) => `id-${index}`);
  for (const [payload, status] of [
    [['nobody'], 404],
    [[], 400],
    [many, 400],
    [{}, 400],
  ] as const) {
    assert.equal((await send(server, 'POST', `${definitions}/bulk-get`, { payload })).statusCode, status);
  }
});

test('a definition in pql/json is stored as it was sent and evaluated', async (context) => {
  const server = await openServer(context);
  const converted = (await send(server, 'POST', '/segment/conversion', { payload: sample })).json();
  const made = await create(server, { expression: converted.expression });
  assert.deepEqual(made.expression, converted.expression);
  const job: JobResource = (await send(server, 'POST', '/segment/jobs', { payload: [{ segmentId: made.id }] })).json();
  assert.equal(job.segments[0]?.segment.expression.format, 'pql/json');
});

test('another organisation or sandbox sees and changes no definition', async (context) => {
  const server = await openServer(context);
  const { id } = await create(server);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    for (const [method, path, payload] of [
      ['GET', `${definitions}/${id}`, undefined],
      ['PATCH', `${definitions}/${id}`, { name: 'x' }],
      ['DELETE', `${definitions}/${id}`, undefined],
      ['POST', `${definitions}/bulk-get`, [id]],
    ] as const) {
      assert.equal((await send(server, method, path, { payload, headers })).statusCode, 404, `${method} ${path}`);
    }
    assert.deepEqual((await send(server, 'GET', definitions, { headers })).json().segments, []);
  }
});

test('a conversion gives the expression in its other format and stores nothing', async (context) => {
  const server = await openServer(context);
  const convert = async (payload: object): Promise<ConversionResource> => {
    const response = await send(server, 'POST', '/segment/conversion', { payload });
    assert.equal(response.statusCode, 200, response.body);
    const body: unknown = response.json();
    assert.ok(Check(ConversionResource, body), response.body);
    return body;
  };
  const json = await convert(sample);
  assert.deepEqual(Object.keys(json), ['imsOrgId', 'sandbox', 'description', 'expression', 'ttlInDays']);
  assert.deepEqual([json.imsOrgId, json.description, json.ttlInDays], ['TEST@AdobeOrg', sample.description, 60]);
  assert.equal(json.expression.format, 'pql/json');
  assert.equal(JSON.parse(json.expression.value).fnName, '=');
  const text = await convert({ expression: json.expression });
  assert.deepEqual(text.expression, { type: 'PQL', format: 'pql/text', value: 'workAddress.country = "US"' });
  assert.deepEqual(Object.keys(text), ['imsOrgId', 'sandbox', 'expression']);
  assert.equal((await list(server, '')).page.totalCount, 0);
});

test('what cannot be converted is refused with the place', async (context) => {
  const server = await openServer(context);
  const expressions: readonly [object | undefined, string][] = [
    [undefined, '/expression'],
    [{ type: 'PQL', format: 'pql/text', value: 'workAddress.country = ' }, '/expression/value'],
    [{ type: 'PQL', format: 'pql/json', value: '{"nodeType":' }, '/expression/value'],
    [{ type: 'PQL', format: 'pql/json', value: '{"nodeType":"nothing"}' }, '/expression/value'],
    [{ type: 'PQL', format: 'pql/json', value: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }, '/expression/value'],
    [{ type: 'ARL', format: 'pql/text', value: 'x' }, '/expression/type'],
    [{ type: 'PQL', format: 'pql/xml', value: 'x' }, '/expression/format'],
  ];
  for (const [expression, field] of expressions) {
    const response = await send(server, 'POST', '/segment/conversion', { payload: { ...sample, expression } });
    assert.equal(response.statusCode, 400, response.body);
    assert.ok(fieldsOf(response).includes(field), `${field}: ${response.body}`);
  }
});
