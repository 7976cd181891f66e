import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TokenErrorBody, TokenResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { decodeJwt } from 'jose';
import { Check } from 'typebox/value';
import type { AuthConfig } from '../../auth/auth-config.ts';
import { ConfigError } from '../../settings-reader.ts';
import { headersOf, openTestServer, type TestServer } from '../../testing/fixture.ts';
import { testRules } from '../../testing/key-server.ts';

const org = 'TEST@AdobeOrg';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const clients = [
  { clientId: 'loader', clientSecretSha256: sha256('s3cret'), organisations: [org], roles: ['writer'] },
  { clientId: 'dashboard', clientSecretSha256: sha256('other'), organisations: [org], roles: ['reader'] },
];

const pemOf = (kind: 'P-256' | 'P-384'): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: kind });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

/** Settings of a server that issues tokens itself, with files that hold these texts. */
function issuerConfig(context: TestContext, texts: { readonly key: string; readonly clients: string }): AuthConfig {
  const folder = mkdtempSync(join(tmpdir(), 'muster-issuer-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const keyPath = join(folder, 'key.pem');
  const clientsPath = join(folder, 'clients.json');
  writeFileSync(keyPath, texts.key);
  writeFileSync(clientsPath, texts.clients);
  return { kind: 'jwt', keys: { kind: 'issuer', keyPath, clientsPath }, rules: testRules };
}

async function openServer(context: TestContext, config?: AuthConfig): Promise<TestServer> {
  const server = await openTestServer({}, undefined, config);
  context.after(() => server.close());
  return server;
}

const openIssuer = (context: TestContext): Promise<TestServer> =>
  openServer(context, issuerConfig(context, { key: pemOf('P-256'), clients: JSON.stringify(clients) }));

function ask(server: TestServer, form: string, url = '/ims/token/v3'): Promise<LightMyRequestResponse> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return server.app.inject({ method: 'POST', url, headers, payload: form });
}

const formOf = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const credentials = { grant_type: 'client_credentials', client_id: 'loader', client_secret: 's3cret', scope: 'openid' };

async function fetchToken(server: TestServer, fields: Readonly<Record<string, string>>, url?: string): Promise<string> {
  const answer = await ask(server, formOf(fields), url);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const body: unknown = answer.json();
  assert.ok(Check(TokenResource, body), answer.body);
  assert.equal(body.expires_in, 86_400);
  return body.access_token;
}

/** The status of an answer with a token, and who it says has made the audience. */
async function create(server: TestServer, token: string, apiKey: string): Promise<readonly [number, unknown]> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/data/core/ups/audiences',
    headers: { ...headersOf(org), 'x-api-key': apiKey, authorization: `Bearer ${token}` },
    payload: { name: 'x', type: 'ExternalSegment', audienceId: token.slice(-8), namespace: apiKey },
  });
  return [answer.statusCode, answer.json().createdBy ?? answer.json().error_code];
}

test('in dev mode any client gets a token, by each version and grant, and is named by it', async (context) => {
  const server = await openServer(context);
  for (const version of ['v1', 'v2', 'v3']) {
    const token = await fetchToken(server, { ...credentials, client_id: version }, `/ims/token/${version}`);
    assert.deepEqual(await create(server, token, version), [200, version]);
  }
  const code = { grant_type: 'authorization_code', client_id: 'me', client_secret: 'x', code: 'c' };
  assert.deepEqual(await create(server, await fetchToken(server, code), 'me'), [200, 'me']);
  const { client_id: id, ...rest } = credentials;
  assert.equal(decodeJwt(await fetchToken(server, rest, `/ims/token/v3?client_id=${id}`)).sub, 'loader');
});

test('a client that is registered gets a token with its organisations and roles', async (context) => {
  const server = await openIssuer(context);
  const loader = await fetchToken(server, credentials);
  assert.deepEqual(await create(server, loader, 'loader'), [200, 'loader']);
  assert.deepEqual(await create(server, loader, 'nobody'), [403, '403003']);
  const dashboard = await fetchToken(server, { ...credentials, client_id: 'dashboard', client_secret: 'other' });
  assert.deepEqual(await create(server, dashboard, 'dashboard'), [403, undefined]);
  const headers = { ...headersOf('OTHER@AdobeOrg'), 'x-api-key': 'loader', authorization: `Bearer ${loader}` };
  const foreign = await server.app.inject({ url: '/data/core/ups/audiences', headers });
  assert.deepEqual(foreign.json(), { error_code: '403025', message: 'Profile is not valid' });
  const { keys } = (await server.app.inject('/ims/keys')).json();
  assert.deepEqual(
    keys.map((key: object) => Object.keys(key).sort()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  );
});

test('a request that is wrong is refused in the form of IMS', async (context) => {
  const server = await openIssuer(context);
  const without = (name: string): string => {
    const { [name]: _left, ...rest }: Record<string, string> = credentials;
    return formOf(rest);
  };
  const cases: readonly [string, number, string][] = [
    [formOf({ ...credentials, client_secret: 'wrong' }), 401, 'invalid_client'],
    [formOf({ ...credentials, client_id: 'nobody' }), 401, 'invalid_client'],
    [formOf({ ...credentials, grant_type: 'password' }), 400, 'unsupported_grant_type'],
    [formOf({ ...credentials, grant_type: 'authorization_code' }), 400, 'invalid_request'],
    [formOf({ ...credentials, grant_type: 'authorization_code', code: 'x' }), 400, 'invalid_grant'],
    [without('grant_type'), 400, 'invalid_request'],
    [without('client_id'), 400, 'invalid_request'],
    [without('client_secret'), 400, 'invalid_request'],
    [`${formOf(credentials)}&client_id=dashboard`, 400, 'invalid_request'],
    ['', 400, 'invalid_request'],
    ['%', 400, 'invalid_request'],
    [`client_id=${'x'.repeat(20_000)}`, 413, 'invalid_request'],
  ];
  for (const [form, status, error] of cases) {
    const answer = await ask(server, form);
    const body: unknown = answer.json();
    const about = `${form.slice(0, 120)}: ${answer.body}`;
    assert.ok(Check(TokenErrorBody, body), about);
    assert.deepEqual([answer.statusCode, body.error], [status, error], about);
    assert.ok(!answer.body.includes('s3cret'), about);
  }
  const json = await server.app.inject({ method: 'POST', url: '/ims/token/v3', payload: credentials });
  assert.deepEqual([json.statusCode, json.json().error], [415, 'invalid_request']);
});

test('a server whose tokens come from elsewhere issues none', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-keys-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'keys.json');
  writeFileSync(path, '{"keys": []}');
  const server = await openServer(context, { kind: 'jwt', keys: { kind: 'file', path }, rules: testRules });
  assert.equal((await ask(server, formOf(credentials))).statusCode, 404);
});

test('files that cannot be used are reported together, without secrets', async (context) => {
  const [loader] = clients;
  const secret = 'a-secret-in-clear-text';
  const clientTexts: readonly [string, RegExp][] = [
    ['{', /not JSON/],
    ['[]', /at least 1/],
    [JSON.stringify([{ ...loader, clientSecretSha256: secret }]), /clientSecretSha256/],
    [JSON.stringify([loader, loader]), /twice/],
    [JSON.stringify([{ ...loader, organisations: ['../x'] }]), /organisation/],
  ];
  for (const [text, expected] of clientTexts) {
    const config = issuerConfig(context, { key: 'no key', clients: text });
    await assert.rejects(openTestServer({}, undefined, config), (error) => {
      assert.ok(error instanceof ConfigError);
      const [key = '', file = ''] = error.problems;
      assert.match(key, /^MUSTER_ISSUER_KEY_FILE /);
      assert.match(file, /^MUSTER_ISSUER_CLIENTS_FILE /);
      assert.match(file, expected);
      assert.ok(!file.includes(secret));
      return true;
    });
  }
  const curve = issuerConfig(context, { key: pemOf('P-384'), clients: JSON.stringify(clients) });
  await assert.rejects(openTestServer({}, undefined, curve), /ES384, which MUSTER_JWT_ALGORITHMS does not have/);
});
