/** An issuer of tokens for tests: real keys, a real JWKS over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { TokenRules } from '../auth/auth-config.ts';

/** A key that signs tokens, under an id. */
export interface TestKey {
  readonly id: string;
  readonly algorithm: string;
  readonly jwk: JWK;
  /** A token with these claims, which the test makes complete or not. */
  sign(claims: JWTPayload): Promise<string>;
}

/** A new key. */
export async function makeKey(id: string, algorithm = 'RS256'): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: 'sig' };
  const header = { alg: algorithm, kid: id };
  return { id, algorithm, jwk, sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(privateKey) };
}

/** A server of keys, whose behaviour the test changes as it goes. */
export interface KeyServer {
  readonly url: string;
  /** How often keys were asked for. */
  requests: number;
  keys: readonly TestKey[];
  /** The status of its answers. */
  status: number;
  /** What its answers wait for. */
  ready: Promise<void>;
  close(): Promise<void>;
}

/** Serves keys on a port of its own. */
export async function openKeyServer(...keys: readonly TestKey[]): Promise<KeyServer> {
  const server = createServer(async (_request, response) => {
    served.requests += 1;
    await served.ready;
    response.writeHead(served.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: served.keys.map(({ jwk }) => jwk) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the key server has no port');
  const served: KeyServer = {
    url: `http://127.0.0.1:${address.port}/keys`,
    requests: 0,
    keys,
    status: 200,
    ready: Promise.resolve(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return served;
}

/** The rules of tests, which leave no default to chance. */
export const testRules: TokenRules = {
  issuer: 'https://issuer.example',
  audience: 'muster',
  algorithms: ['RS256', 'ES256'],
  organisationsClaim: 'organisations',
  rolesClaim: 'access.roles',
  readRoles: ['reader', 'auditor'],
  writeRoles: ['writer'],
  adminRoles: ['admin'],
};
