import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ImportListResource, ImportResource } from '@muster/wire';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, openTestServer, type TestServer } from '../../testing/fixture.ts';

const url = '/data/core/ups/imports';
const sample = { name: 'people.jsonl', kind: 'profiles', fingerprint: 'abc' };

async function openServer(context: TestContext): Promise<TestServer> {
  const server = await openTestServer({ bodyBytesMax: 2_000 });
  context.after(() => server.close());
  return server;
}

async function announce(server: TestServer, payload: object = sample): Promise<ImportResource> {
  const response = await server.app.inject({ method: 'POST', url, headers: headersOf(), payload });
  const body: unknown = response.json();
  assert.ok(Check(ImportResource, body), response.body);
  return body;
}

function put(server: TestServer, id: string, changes: Partial<InjectOptions> = {}): Promise<LightMyRequestResponse> {
  const headers = { ...headersOf(), 'content-type': 'application/octet-stream' };
  return server.app.inject({ method: 'PUT', url: `${url}/${id}/content`, headers, payload: 'line\n', ...changes });
}

test('a file is announced, sent and found again by its fingerprint', async (context) => {
  const server = await openServer(context);
  const announced = await announce(server);
  assert.equal(announced.status, 'interrupted');
  assert.deepEqual(await announce(server), announced);
  const sent = await put(server, announced.id, { payload: 'x'.repeat(100_000) });
  assert.equal(sent.statusCode, 200, sent.body);
  assert.equal(sent.json().status, 'succeeded');
  assert.equal(server.received[0]?.text.length, 100_000);
  assert.equal((await announce(server)).status, 'succeeded');
  const again = await put(server, announced.id);
  assert.equal(again.statusCode, 409);
  assert.match(again.body, /its content is here already; a file with another `fingerprint` is another import/);
  assert.notEqual((await announce(server, { ...sample, fingerprint: 'other' })).id, announced.id);
});

test('content of any type is taken as it is', async (context) => {
  const server = await openServer(context);
  for (const type of ['application/json', 'text/csv', 'application/gzip']) {
    const { id } = await announce(server, { ...sample, fingerprint: type });
    const sent = await put(server, id, { headers: { ...headersOf(), 'content-type': type }, payload: '{broken' });
    assert.equal(sent.statusCode, 200, sent.body);
    assert.equal(server.received.at(-1)?.text, '{broken');
  }
});

test('imports are listed by page', async (context) => {
  const server = await openServer(context);
  for (const fingerprint of ['1', '2', '3']) await announce(server, { ...sample, fingerprint });
  const list = async (query: string): Promise<ImportListResource> => {
    const body: unknown = (await server.app.inject({ url: `${url}${query}`, headers: headersOf() })).json();
    assert.ok(Check(ImportListResource, body));
    return body;
  };
  assert.equal((await list('?limit=2'))._page.next, '1');
  assert.deepEqual((await list('?limit=2&start=1'))._links, { next: {} });
  assert.equal((await list('?limit=2&start=1')).children.length, 1);
});

test('what cannot be an import is refused', async (context) => {
  const server = await openServer(context);
  const bodies = [
    {},
    { ...sample, kind: 'people' },
    { ...sample, fingerprint: '' },
    { ...sample, mapping: [] },
    { ...sample, mapping: { broken: true } },
  ];
  for (const payload of bodies) {
    const response = await server.app.inject({ method: 'POST', url, headers: headersOf(), payload });
    assert.equal(response.statusCode, 400, JSON.stringify(payload));
  }
});

test('another organisation or sandbox sees no import', async (context) => {
  const server = await openServer(context);
  const { id } = await announce(server);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    assert.equal((await server.app.inject({ url: `${url}/${id}`, headers })).statusCode, 404);
    assert.deepEqual((await server.app.inject({ url, headers })).json().children, []);
    assert.equal((await put(server, id, { headers: { ...headers, 'content-type': 'text/csv' } })).statusCode, 404);
  }
});
