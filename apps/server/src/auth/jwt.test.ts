import assert from 'node:assert/strict';
import { request as openRequest } from 'node:http';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { epochMs } from '@muster/audience';
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import type { JWTPayload } from 'jose';
import { Check } from 'typebox/value';
import type { ServerLimits } from '../config.ts';
import { fillPath, readOperations } from '../http/operations.ts';
import { headersOf, openTestServer, type TestServer, testTime } from '../testing/fixture.ts';
import { type KeyServer, makeKey, openKeyServer, type TestKey, testRules } from '../testing/key-server.ts';

const base = '/data/core/ups';
const org = 'TEST@AdobeOrg';
const nowSeconds = Math.floor(testTime / 1_000);

/** Claims that are fine. */
const claims = {
  iss: testRules.issuer,
  aud: testRules.audience,
  sub: 'ann@example.org',
  exp: nowSeconds + 3_600,
  organisations: [org],
  access: { roles: ['writer'] },
};

interface World {
  readonly server: TestServer;
  readonly keyServer: KeyServer;
  readonly key: TestKey;
}

async function openWorld(context: TestContext, limits: Partial<ServerLimits> = {}): Promise<World> {
  const key = await makeKey('first');
  const keyServer = await openKeyServer(key);
  const keys = { kind: 'url', url: keyServer.url } as const;
  const server = await openTestServer(limits, undefined, { kind: 'jwt', keys, rules: testRules });
  context.after(async () => {
    await server.close();
    await keyServer.close();
  });
  return { server, keyServer, key };
}

const headersWith = (token: string, of = org, sandbox = 'prod'): Record<string, string> => ({
  ...headersOf(of, sandbox),
  authorization: `Bearer ${token}`,
});

/** The status of a list with a token, and the gateway's code or the problem's. */
async function outcome({ server }: World, token: string, of = org): Promise<string> {
  const answer = await server.app.inject({ url: `${base}/audiences`, headers: headersWith(token, of) });
  const body: unknown = answer.json();
  if (Check(GatewayErrorBody, body)) return `${answer.statusCode} ${body.error_code}`;
  return Check(ProblemBody, body)
    ? `${answer.statusCode} ${body.type.split('/').at(-1)}`
    : `${answer.statusCode} ${'children' in answer.json() ? 'list' : answer.body}`;
}

test('a token is believed when signature, times, issuer and audience are right', async (context) => {
  const world = await openWorld(context);
  const { key } = world;
  const stranger = await makeKey('first');
  const unknownKey = await makeKey('second');
  const notAllowed = await makeKey('first', 'PS256');
  const { exp: _exp, ...endless } = claims;
  const { iss: _iss, ...anonymous } = claims;
  const { aud: _aud, ...general } = claims;
  const unsigned = (payload: JWTPayload): string =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.`;
  const good = await key.sign(claims);
  const [head = '', , signature = ''] = good.split('.');
  const forged = Buffer.from(JSON.stringify({ ...claims, organisations: ['OTHER@AdobeOrg'] })).toString('base64url');
  const cases: readonly [string, string, string][] = [
    ['a good token', good, '200 list'],
    ['several audiences', await key.sign({ ...claims, aud: ['other', 'muster'] }), '200 list'],
    ['expired within the skew', await key.sign({ ...claims, exp: nowSeconds - 3 }), '200 list'],
    ['expired', await key.sign({ ...claims, exp: nowSeconds - 60 }), '401 401013'],
    ['without an end', await key.sign(endless), '401 401013'],
    ['not valid yet', await key.sign({ ...claims, nbf: nowSeconds + 60 }), '401 401013'],
    ['another issuer', await key.sign({ ...claims, iss: 'https://other.example' }), '401 401013'],
    ['no issuer', await key.sign(anonymous), '401 401013'],
    ['another audience', await key.sign({ ...claims, aud: 'other' }), '401 401013'],
    ['no audience', await key.sign(general), '401 401013'],
    ['another key under the same id', await stranger.sign(claims), '401 401013'],
    ['an unknown key', await unknownKey.sign(claims), '401 401013'],
    ['an algorithm that is not allowed', await notAllowed.sign(claims), '401 401013'],
    ['no signature', unsigned(claims), '401 401013'],
    ['a changed payload', [head, forged, signature].join('.'), '401 401013'],
    ['no JWT', 'token', '401 401013'],
    ['no JSON inside', 'a.b.c', '401 401013'],
  ];
  for (const [name, token, expected] of cases) assert.equal(await outcome(world, token), expected, name);
});

test('organisations and roles in the claims decide what a token may', async (context) => {
  const world = await openWorld(context);
  const { server, key } = world;
  const tokenWith = (changes: JWTPayload): Promise<string> => key.sign({ ...claims, ...changes });
  assert.equal(await outcome(world, await tokenWith({}), 'OTHER@AdobeOrg'), '403 403025');
  assert.equal(await outcome(world, await tokenWith({ organisations: `x ${org}` })), '200 list');
  for (const organisations of [undefined, null, [], [7], { [org]: true }, `${org}x`, org.toLowerCase()]) {
    assert.equal(await outcome(world, await tokenWith({ organisations })), '403 403025', String(organisations));
  }
  for (const roles of [undefined, [], ['visitor'], 'readers', { writer: true }]) {
    const token = await tokenWith({ access: { roles } });
    assert.equal(await outcome(world, token), '403 UPAPI-113752-403', String(roles));
  }
  const reader = await tokenWith({ access: { roles: ['visitor', 'auditor'] } });
  assert.equal(await outcome(world, reader), '200 list');
  const payload = { name: 'x', type: 'ExternalSegment', audienceId: 'x', namespace: 'n' };
  const refused = await server.app.inject({
    method: 'POST',
    url: `${base}/audiences`,
    headers: headersWith(reader),
    payload,
  });
  assert.equal(refused.statusCode, 403);
  const title =
    'Permission denied on some resources. errorMessage=[{"resource":{"uri":"/orgs/TEST@AdobeOrg/sandboxes/prod/segments","labels":[]},"action":"WRITE"}]';
  const { requestId: _id, ...body } = refused.json();
  assert.deepEqual(body, {
    errors: { '403': [{ code: 'UPAPI-113752-403', message: title }] },
    type: 'https://ns.adobe.com/aep/errors/UPAPI-113752-403',
    title,
    status: 403,
  });
  const writer = headersWith(await tokenWith({ access: { roles: 'reader writer' } }));
  const made = await server.app.inject({ method: 'POST', url: `${base}/audiences`, headers: writer, payload });
  assert.equal(made.statusCode, 200, made.body);
  assert.equal(made.json().createdBy, 'ann@example.org');
  const gone = await server.app.inject({
    method: 'DELETE',
    url: `${base}/audiences/${made.json().id}`,
    headers: headersWith(reader),
  });
  assert.equal(gone.statusCode, 403);
  assert.match(gone.json().title, new RegExp(`/segments/${made.json().id}"`));
});

test('of the operations that send a body those that only read are open to readers, all others are not', async (context) => {
  const { server, key } = await openWorld(context);
  const reader = headersWith(await key.sign({ ...claims, access: { roles: ['auditor'] } }));
  const operations = readOperations(server.app.swagger()).filter(({ method, isOpen }) => method !== 'GET' && !isOpen);
  const open: string[] = [];
  for (const { id, method, path, body } of operations) {
    const url = fillPath(path, () => 'anything');
    const headers = { ...reader, 'content-type': body?.mediaType ?? 'application/json' };
    const answer = await server.app.inject({ method, url, headers, payload: '[[]]' });
    if (answer.statusCode !== 403) open.push(id);
  }
  assert.deepEqual(open.sort(), [
    'bulkGetAudiences',
    'bulkGetSegmentDefinitions',
    'bulkGetSegmentJobs',
    'convertSegmentDefinition',
    'mapAudiencesToSchedules',
  ]);
});

test('only an administrator resets and deletes sandboxes', async (context) => {
  const { server, key } = await openWorld(context);
  const management = '/data/foundation/sandbox-management/sandboxes';
  const headersOfRole = async (role: string): Promise<Record<string, string>> =>
    headersWith(await key.sign({ ...claims, access: { roles: [role] } }));
  const writer = await headersOfRole('writer');
  const made = { name: 'mine', type: 'development' };
  assert.equal(
    (await server.app.inject({ method: 'POST', url: management, headers: writer, payload: made })).statusCode,
    200,
  );
  const changes = [
    { method: 'PUT', url: `${management}/mine`, payload: { action: 'reset' } },
    { method: 'DELETE', url: `${management}/mine` },
  ] as const;
  const statuses: number[] = [];
  for (const headers of [await headersOfRole('auditor'), writer, await headersOfRole('admin')]) {
    for (const change of changes) statuses.push((await server.app.inject({ ...change, headers })).statusCode);
  }
  assert.deepEqual(statuses, [403, 403, 403, 403, 200, 200]);
  const unknown = { ...writer, 'x-sandbox-name': 'mine' };
  assert.equal((await server.app.inject({ url: `${base}/audiences`, headers: unknown })).statusCode, 404);
});

test('a sandbox that was not created is not found, except the one that every organisation has', async (context) => {
  const { server, key } = await openWorld(context);
  const token = await key.sign(claims);
  const list = async (sandbox: string): Promise<number> =>
    (await server.app.inject({ url: `${base}/audiences`, headers: headersWith(token, org, sandbox) })).statusCode;
  assert.deepEqual([await list('prod'), await list('dev')], [200, 404]);
  const created = await server.app.inject({
    method: 'POST',
    url: '/data/foundation/sandbox-management/sandboxes',
    headers: headersWith(token),
    payload: { name: 'dev', title: 'Dev', type: 'development' },
  });
  assert.equal(created.statusCode, 200, created.body);
  assert.equal(await list('dev'), 200);
});

test('a token that was believed is not believed after its end', async (context) => {
  const world = await openWorld(context);
  const token = await world.key.sign({ ...claims, exp: nowSeconds + 20 });
  assert.equal(await outcome(world, token), '200 list');
  world.server.clock.time = epochMs(testTime + 40_000);
  assert.equal(await outcome(world, token), '401 401013');
});

test('keys are fetched once, again for an unknown one, and not more often than the pause allows', async (context) => {
  const world = await openWorld(context, { keysPauseMs: 60_000 });
  const { key, keyServer } = world;
  assert.equal(keyServer.requests, 0);
  for (const sub of ['ann', 'bob', 'cem']) {
    assert.equal(await outcome(world, await key.sign({ ...claims, sub })), '200 list');
  }
  assert.equal(keyServer.requests, 1);
  const next = await makeKey('second', 'ES256');
  keyServer.keys = [key, next];
  for (let round = 0; round < 5; round++) assert.equal(await outcome(world, await next.sign(claims)), '401 401013');
  assert.equal(keyServer.requests, 1);
});

test('a new key of the issuer is found after the pause', async (context) => {
  const world = await openWorld(context, { keysPauseMs: 0 });
  const { key, keyServer } = world;
  assert.equal(await outcome(world, await key.sign(claims)), '200 list');
  const next = await makeKey('second', 'ES256');
  keyServer.keys = [next];
  assert.equal(await outcome(world, await next.sign(claims)), '200 list');
  assert.equal(keyServer.requests, 2);
});

test('without keys nobody is told to be wrong: the answer is 503, and the next try may succeed', async (context) => {
  const world = await openWorld(context, { keysPauseMs: 0 });
  const { key, keyServer, server } = world;
  const token = await key.sign(claims);
  keyServer.status = 500;
  assert.equal(await outcome(world, token), '503 MUSTER-100062-503');
  const answer = await server.app.inject({ url: `${base}/audiences`, headers: headersWith(token) });
  assert.equal(answer.headers['retry-after'], '10');
  keyServer.status = 200;
  assert.equal(await outcome(world, token), '200 list');
});

test('a client that leaves while its token is checked is not counted as in progress', async (context) => {
  const { server, keyServer, key } = await openWorld(context, { requestsAtOnceMax: 1 });
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `${address}${base}/audiences`;
  const headers = headersWith(await key.sign(claims));
  const checked = Promise.withResolvers<void>();
  keyServer.ready = checked.promise;
  const leaving = openRequest(url, { headers });
  leaving.on('error', () => undefined);
  leaving.end();
  while (keyServer.requests === 0) await delay(5);
  leaving.destroy();
  const countConnections = promisify(server.app.server.getConnections.bind(server.app.server));
  while ((await countConnections()) > 0) await delay(5);
  checked.resolve();
  for (let count = 0; count < 3; count++) assert.equal((await fetch(url, { headers })).status, 200);
});
