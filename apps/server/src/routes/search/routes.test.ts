import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchEntitiesResource, SearchNamespacesResource, SearchTaxonomyResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, type TestServer } from '../../testing/fixture.ts';
import { openServer } from '../../testing/requests.ts';

const base = '/data/core/ups';
const schemaName = '_xdm.context.segmentdefinition';

function search(
  server: TestServer,
  resource: string,
  query: Readonly<Record<string, string>>,
  headers = headersOf(),
): Promise<LightMyRequestResponse> {
  const parameters = new URLSearchParams({ 'schema.name': schemaName, ...query });
  return server.app.inject({ method: 'GET', url: `${base}/search/${resource}?${parameters}`, headers });
}

async function createAudience(server: TestServer, name: string, changes: object = {}): Promise<string> {
  const expression = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
  const payload = { name, expression, ...changes };
  const response = await server.app.inject({ method: 'POST', url: `${base}/audiences`, headers: headersOf(), payload });
  assert.equal(response.statusCode, 200, response.body);
  return response.json().id;
}

const external = (audienceId: string) => ({
  type: 'ExternalSegment',
  audienceId,
  namespace: 'crm',
  expression: undefined,
});

async function entities(server: TestServer, query: Readonly<Record<string, string>>): Promise<SearchEntitiesResource> {
  const body: unknown = (await search(server, 'entities', { namespace: 'AEPSegments', ...query })).json();
  assert.ok(Check(SearchEntitiesResource, body), JSON.stringify(body));
  return body;
}

test('namespaces have the number of audiences that are found in them', async (context) => {
  const server = await openServer(context);
  await createAudience(server, 'Cart abandoners');
  await createAudience(server, 'Cart lovers', { description: 'of shoes' });
  await createAudience(server, 'Gone carts', { lifecycleState: 'inactive' });
  await createAudience(server, 'Cart of the CRM', external('x'));
  const count = async (query: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const body: unknown = (await search(server, 'namespaces', query)).json();
    assert.ok(Check(SearchNamespacesResource, body), JSON.stringify(body));
    assert.equal(body.totalCount, body.namespaces.length);
    assert.deepEqual(body.status, { message: 'Success' });
    return body.namespaces.map(({ namespace, count: found }) => [namespace, found]);
  };
  assert.deepEqual(await count({}), [
    ['AEPSegments', 2],
    ['crm', 1],
  ]);
  assert.deepEqual(await count({ s: 'shoes' }), [['AEPSegments', 1]]);
  assert.deepEqual(await count({ s: 'cart AND NOT lov*' }), [
    ['AEPSegments', 1],
    ['crm', 1],
  ]);
  assert.deepEqual(await count({ s: 'nothing' }), []);
});

test('entities are audiences of a namespace, by name, in pages of at most 50', async (context) => {
  const server = await openServer(context);
  for (const name of ['c', 'a', 'b']) await createAudience(server, name, { description: `the ${name}` });
  const first = await entities(server, { limit: '2' });
  assert.deepEqual(
    first.entities.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(first.page, { totalCount: 3, totalPages: 2, pageOffset: 0, pageSize: 2 });
  const last = await entities(server, { limit: '2', page: '1' });
  assert.deepEqual([last.entities.map(({ name }) => name), last.page.pageOffset], [['c'], 1]);
  const [one] = last.entities;
  assert.deepEqual(
    { ...one, id: '', sourceId: '', base64EncodedSourceId: '' },
    {
      id: '',
      sourceId: '',
      base64EncodedSourceId: '',
      isFolder: false,
      parentFolderId: 'root',
      name: 'c',
      description: 'the c',
    },
  );
  assert.equal(Buffer.from(one?.base64EncodedSourceId ?? '', 'base64').toString(), one?.sourceId);
  assert.equal((await entities(server, { limit: '1000' })).page.pageSize, 3);
});

test('an empty result has one page', async (context) => {
  const server = await openServer(context);
  const empty = { totalCount: 0, totalPages: 1, pageOffset: 0, pageSize: 0 };
  assert.deepEqual((await entities(server, {})).page, empty);
  await createAudience(server, 'a');
  assert.deepEqual((await entities(server, { namespace: 'nowhere' })).page, empty);
  assert.deepEqual((await entities(server, { entityId: 'some folder' })).page, empty);
  assert.equal((await entities(server, { entityId: 'root' })).page.totalCount, 1);
});

test('the taxonomy of an audience is the root', async (context) => {
  const server = await openServer(context);
  const id = await createAudience(server, 'a');
  await createAudience(server, 'Zürich', external('zürich'));
  const taxonomy = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const body: unknown = (await search(server, 'taxonomy', query)).json();
    assert.ok(Check(SearchTaxonomyResource, body), JSON.stringify(body));
    return body.taxonomy.map(({ id: folder }) => folder);
  };
  assert.deepEqual(await taxonomy({ namespace: 'AEPSegments', entityId: id }), ['root']);
  assert.deepEqual(await taxonomy({ namespace: 'crm', entityId: 'zürich' }), ['root']);
  assert.deepEqual(await taxonomy({ namespace: 'crm', entityId: 'root' }), []);
  assert.equal((await search(server, 'taxonomy', { namespace: 'crm', entityId: id })).statusCode, 404);
  const headers = headersOf('OTHER@AdobeOrg');
  assert.equal((await search(server, 'taxonomy', { namespace: 'AEPSegments', entityId: id }, headers)).statusCode, 404);
  assert.equal((await search(server, 'entities', { namespace: 'AEPSegments' }, headers)).json().page.totalCount, 0);
});

test('both names of the class are taken, and what cannot be searched is refused', async (context) => {
  const server = await openServer(context);
  const url = `${base}/search/entities?schemaClass=${schemaName}&namespace=AEPSegments`;
  assert.equal((await server.app.inject({ method: 'GET', url, headers: headersOf() })).statusCode, 200);
  const cases: readonly [string, Readonly<Record<string, string>>, string][] = [
    ['namespaces', { 'schema.name': '' }, 'schema.name'],
    ['namespaces', { 'schema.name': '_xdm.context.profile' }, 'schema.name'],
    ['namespaces', { s: 'blue~1' }, 'fuzzy'],
    ['namespaces', { s: 'x'.repeat(1_001) }, 'too long'],
    ['entities', {}, 'namespace'],
    ['entities', { namespace: 'a', page: '-1' }, 'page'],
    ['entities', { namespace: 'a', limit: '0' }, 'limit'],
    ['taxonomy', { namespace: 'a' }, 'entityId'],
  ];
  for (const [resource, query, mention] of cases) {
    const response = await search(server, resource, query);
    assert.equal(response.statusCode, 400, `${resource} ${JSON.stringify(query)}`);
    assert.ok(response.body.includes(mention), response.body);
  }
});
