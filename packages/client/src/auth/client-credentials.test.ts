import assert from 'node:assert/strict';
import test from 'node:test';
import type { HttpRequest } from '../transport/send.ts';
import { clientCredentials } from './client-credentials.ts';
import type { TokenSource } from './token-source.ts';

interface Issuer {
  readonly source: TokenSource;
  readonly clock: { now: number };
  readonly bodies: unknown[];
}

/** A source over an issuer that counts its tokens, unless it answers with something else. */
function openIssuer(expiresIn: number, answer?: () => Response): Issuer {
  const clock = { now: 0 };
  const bodies: unknown[] = [];
  const send = async (_url: string, { body }: HttpRequest): Promise<Response> => {
    bodies.push(body);
    return (
      answer?.() ??
      Response.json({ access_token: `token-${bodies.length}`, expires_in: expiresIn, token_type: 'bearer' })
    );
  };
  const timing = { now: () => clock.now, pause: () => new Promise<void>(() => undefined) };
  const who = {
    tokenUrl: 'http://ims/token/v3',
    clientId: 'me',
    clientSecret: 'secret',
    scopes: ['openid', 'AdobeID'],
  };
  return { source: clientCredentials({ ...who, send, timing }), clock, bodies };
}

test('a token is kept until 500 seconds before its end, or for half of a short life', async () => {
  for (const [expiresIn, keptMs] of [
    [86_400, 85_900_000],
    [600, 300_000],
  ] as const) {
    const { source, clock } = openIssuer(expiresIn);
    assert.equal(await source.current(), 'token-1');
    clock.now = keptMs - 1;
    assert.equal(await source.current(), 'token-1');
    clock.now = keptMs;
    assert.equal(await source.current(), 'token-2');
  }
});

test('calls at the same time wait for one token', async () => {
  const { source, bodies } = openIssuer(86_400);
  assert.deepEqual(await Promise.all([source.current(), source.current()]), ['token-1', 'token-1']);
  assert.deepEqual(bodies, ['grant_type=client_credentials&client_id=me&client_secret=secret&scope=openid%2CAdobeID']);
});

test('a token that was not accepted is not given again; a newer one stays', async () => {
  const { source } = openIssuer(86_400);
  source.forget(await source.current());
  assert.equal(await source.current(), 'token-2');
  source.forget('token-1');
  assert.equal(await source.current(), 'token-2');
});

test('a refusal says why, and the next call asks again', async () => {
  const wrong = { error: 'invalid_client', error_description: 'the secret is wrong' };
  const { source, bodies } = openIssuer(1, () => Response.json(wrong, { status: 401 }));
  const expected = { name: 'MusterTokenError', status: 401, code: 'invalid_client', message: /the secret is wrong/ };
  await assert.rejects(source.current(), expected);
  await assert.rejects(source.current(), expected);
  assert.equal(bodies.length, 2);
  const other = openIssuer(1, () => new Response('<html>', { status: 500 }));
  await assert.rejects(other.source.current(), { name: 'MusterTokenError', code: '' });
  const odd = openIssuer(1, () => Response.json({ token: 'x' }));
  await assert.rejects(odd.source.current(), { name: 'MusterAnswerError' });
});
