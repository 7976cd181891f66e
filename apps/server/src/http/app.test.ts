import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, noDataMessage, type TestServer } from '../testing/fixture.ts';
import { openServer } from '../testing/requests.ts';

const base = '/data/core/ups';

/** Sends a request and checks that the answer is a well-formed refusal with this status and code. */
async function refuse(
  server: TestServer,
  request: InjectOptions,
  status: number,
  code: string,
): Promise<LightMyRequestResponse> {
  const response = await server.app.inject(request);
  const about = `${request.method ?? 'GET'} ${String(request.url).slice(0, 80)} ${String(request.payload).slice(0, 80)}: ${response.body}`;
  assert.equal(response.statusCode, status, about);
  assert.match(String(response.headers['content-type']), /^application\/json/);
  const body: unknown = response.json();
  assert.ok(Check(ProblemBody, body), about);
  assert.equal(body.type, `https://ns.adobe.com/aep/errors/${code}`, about);
  assert.equal(body.status, status);
  assert.equal(body.requestId, response.headers['x-request-id']);
  assert.equal(body.errors[String(status)]?.[0]?.message, body.title);
  return response;
}

test('requests without proper headers get the errors of the gateway, in their own shape', async (context) => {
  const server = await openServer(context);
  const without = (name: string): Record<string, string> => {
    const { [name]: _left, ...rest } = headersOf();
    return rest;
  };
  const cases: readonly [Record<string, string>, number, string][] = [
    [without('authorization'), 403, '403010'],
    [{ ...headersOf(), authorization: 'Basic abc' }, 401, '401013'],
    [{ ...headersOf(), authorization: 'Bearer ' }, 401, '401013'],
    [without('x-api-key'), 403, '403000'],
    [without('x-gw-ims-org-id'), 400, '400003'],
    [{ ...headersOf(), 'x-gw-ims-org-id': '../x' }, 403, '403027'],
    [without('x-sandbox-name'), 400, '400003'],
  ];
  for (const [headers, status, code] of cases) {
    const response = await server.app.inject({ url: `${base}/audiences`, headers });
    const body: unknown = response.json();
    assert.equal(response.statusCode, status);
    assert.ok(Check(GatewayErrorBody, body));
    assert.equal(body.error_code, code);
  }
  await refuse(
    server,
    { url: `${base}/audiences`, headers: { ...headersOf(), 'x-sandbox-name': 'No Sandbox' } },
    404,
    'MUSTER-100016-404',
  );
});

test('unknown paths are 404, known paths with another method 405 with Allow', async (context) => {
  const server = await openServer(context);
  await refuse(server, { url: '/nothing' }, 404, 'MUSTER-100006-404');
  assert.match((await server.app.inject({ url: '/' })).body, /`\/openapi\.json` has all that there is/);
  await refuse(server, { url: `${base}/nothing`, headers: headersOf() }, 404, 'MUSTER-100006-404');
  await refuse(server, { url: `${base}/audiences/`, headers: headersOf() }, 404, 'UPAPI-113430-404');
  const response = await refuse(
    server,
    { method: 'PUT', url: `${base}/audiences`, headers: headersOf(), payload: '{' },
    405,
    'MUSTER-100007-405',
  );
  assert.equal(response.headers.allow, 'GET, HEAD, POST');
  await refuse(server, { url: '/%', headers: headersOf() }, 400, 'MUSTER-100004-400');
});

test('a request that accepts no form of the answer is 406, before anything of it is done', async (context) => {
  const server = await openServer(context);
  const withAccept = (accept: string): Record<string, string> => ({ ...headersOf(), accept });
  for (const accept of ['*/*', 'application/json', 'text/html, */*;q=0.1', 'nonsense']) {
    const { statusCode } = await server.app.inject({ url: `${base}/audiences`, headers: withAccept(accept) });
    assert.equal(statusCode, 200, accept);
  }
  const payload = { name: 'x', type: 'ExternalSegment', audienceId: 'x', namespace: 'n' };
  for (const request of [
    { url: `${base}/audiences` },
    { url: '/openapi.json' },
    { method: 'POST' as const, url: `${base}/audiences`, payload },
  ]) {
    await refuse(server, { ...request, headers: withAccept('text/html') }, 406, 'MUSTER-100060-406');
  }
  const list = await server.app.inject({ url: `${base}/audiences`, headers: headersOf() });
  assert.equal(list.json()._page.totalCount, 0);
  assert.equal((await server.app.inject({ url: '/metrics', headers: { accept: 'text/plain' } })).statusCode, 200);
});

test('the request id of a client comes back; one that cannot be echoed is replaced', async (context) => {
  const server = await openServer(context);
  const idFor = async (given?: string): Promise<unknown> =>
    (await server.app.inject({ url: '/health/live', headers: given === undefined ? {} : { 'x-request-id': given } }))
      .headers['x-request-id'];
  assert.equal(await idFor('my-id.1'), 'my-id.1');
  assert.match(String(await idFor('a b')), /^[0-9a-f]{32}$/);
  assert.match(String(await idFor('x'.repeat(500))), /^[0-9a-f]{32}$/);
  assert.match(String(await idFor()), /^[0-9a-f]{32}$/);
});

test('no body, however malformed, is a failure of the server', async (context) => {
  const server = await openServer(context, { bodyBytesMax: 20_000 });
  const post = (payload: string | Buffer, type = 'application/json'): InjectOptions => ({
    method: 'POST',
    url: `${base}/audiences`,
    headers: { ...headersOf(), 'content-type': type },
    payload,
  });
  const invalid = 'UPLIB-101206-500';
  const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`;
  const bodies = [
    '',
    ' ',
    '{',
    '{"name":}',
    '{"name":"x",}',
    '[1,2',
    'nul',
    '"\u0001"',
    '{"name":"x"} x',
    '[]',
    'null',
    '7',
    '"text"',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"\\u005f_proto__":1}',
    '{"name":"\\u0000","expression":{"type":"PQL","format":"pql/text","value":"true"}}',
    '{"name":"\\ud800"}',
    deep,
    '['.repeat(15_000),
    '{"name":1e999}',
    '{"name":{"name":[]},"labels":{},"tags":3,"ttlInDays":-1,"type":"SegmentDefinition"}',
  ];
  for (const body of bodies) await refuse(server, post(body), 400, invalid);
  await refuse(server, post(Buffer.from([0xff, 0xfe, 0x00])), 400, invalid);
  const rule = '"expression":{"type":"PQL","format":"pql/text","value":"true"}';
  await refuse(server, post(Buffer.from(`{"name":"\xff",${rule}}`, 'latin1')), 400, invalid);
  await refuse(server, post('x'.repeat(30_000)), 413, 'MUSTER-100008-413');
  await refuse(server, post('{}', 'text/plain'), 415, 'MUSTER-100009-415');
  await refuse(server, post('{}', 'nonsense'), 415, 'MUSTER-100009-415');
});

test('malformed JSON is answered with its place', async (context) => {
  const server = await openServer(context);
  const payload = '{\n  "name": "x",\n  "labels": [1,, 2]\n}';
  const headers = { ...headersOf(), 'content-type': 'application/json' };
  const response = await refuse(
    server,
    { method: 'POST', url: `${base}/audiences`, headers, payload },
    400,
    'UPLIB-101206-500',
  );
  const detail: unknown = response.json().errors['400'][1];
  assert.ok(
    typeof detail === 'object' &&
      detail !== null &&
      'position' in detail &&
      'excerpt' in detail &&
      'expected' in detail,
  );
  assert.deepEqual(detail.position, { start: payload.indexOf(',, ') + 1, end: payload.indexOf(',, ') + 2 });
  assert.equal(detail.expected, 'value');
  assert.equal(detail.excerpt, '  "labels": [1,, 2]\n               ^');
});

test('URLs are bounded and hold no NUL', async (context) => {
  const server = await openServer(context);
  await refuse(
    server,
    { url: `${base}/audiences?name=${'x'.repeat(9_000)}`, headers: headersOf() },
    400,
    'MUSTER-100005-400',
  );
  for (const length of [2_000, 9_000]) {
    const url = `${base}/audiences/${'x'.repeat(length)}`;
    await refuse(server, { url, headers: headersOf() }, 400, 'MUSTER-100005-400');
  }
  await refuse(server, { url: `${base}/audiences?name=a%00b`, headers: headersOf() }, 400, 'MUSTER-100004-400');
});

test('a failure of the server says nothing but an id', async (context) => {
  const server = await openServer(context);
  const created = await server.app.inject({
    method: 'POST',
    url: `${base}/audiences`,
    headers: headersOf(),
    payload: { name: 'x', type: 'ExternalSegment', audienceId: 'x', namespace: 'n' },
  });
  const response = await refuse(
    server,
    { url: `${base}/audiences/${created.json().id}/members`, headers: headersOf() },
    500,
    'MUSTER-100000-500',
  );
  assert.ok(!response.body.includes(noDataMessage), response.body);
});

test('health, measures and the description are open to all', async (context) => {
  const server = await openServer(context);
  assert.deepEqual((await server.app.inject('/health/live')).json(), { status: 'live' });
  assert.deepEqual((await server.app.inject('/health/ready')).json(), {
    status: 'ready',
    checks: { control: 'ok', data: 'ok' },
  });
  const measures = (await server.app.inject('/metrics')).body;
  assert.match(
    measures,
    /muster_http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\} 1/,
  );
  assert.match(measures, /muster_jobs_unfinished\{status="NEW"\} 0/);
  assert.doesNotMatch(measures, /AdobeOrg/);
  const description = (await server.app.inject('/openapi.json')).json();
  assert.equal(description.openapi, '3.1.0');
  const operations = Object.values(description.paths).flatMap((path) =>
    typeof path === 'object' && path !== null ? Object.values(path) : [],
  );
  const ids = operations.map((operation) => operation.operationId);
  assert.ok(ids.includes('createAudience') && ids.includes('cancelSegmentJob') && ids.includes('putImportContent'));
  assert.equal(new Set(ids).size, ids.length);
  for (const operation of operations) assert.ok(operation.summary, JSON.stringify(operation).slice(0, 200));
});

test('ready says which store does not answer', async (context) => {
  const server = await openServer(context);
  server.breakData();
  const response = await server.app.inject('/health/ready');
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { status: 'unavailable', checks: { control: 'ok', data: 'unavailable' } });
});

test('a store that hangs is not ready either', async (context) => {
  const server = await openServer(context, { readyMsMax: 500 });
  server.hangData();
  const response = await server.app.inject('/health/ready');
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json().checks, { control: 'ok', data: 'unavailable' });
});
