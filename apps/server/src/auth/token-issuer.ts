/** Tokens of this server's own, for clients that fetch one before they ask. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@muster/audience';
import { calculateJwkThumbprint, exportJWK, type JSONWebKeySet, SignJWT } from 'jose';
import type { TokenRules } from './auth-config.ts';

/** A client that may have tokens. */
export interface IssuerClient {
  readonly clientId: string;
  /** SHA-256 of the secret, in hexadecimal digits. */
  readonly clientSecretSha256: string;
  readonly organisations: readonly string[];
  readonly roles: readonly string[];
}

/** Why a token is refused, in the words of OAuth. */
export type TokenRefusal = 'invalid_client' | 'invalid_grant';

/** What a client shows for a token. */
export interface TokenWish {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The code of the grant `authorization_code`; null for client credentials. */
  readonly code: string | null;
}

/** Issues tokens. */
export interface TokenIssuer {
  /** A signed token, or why there is none. */
  issue(wish: TokenWish): Promise<{ readonly token: string } | TokenRefusal>;
  /** The public key, for those who check tokens. */
  readonly keys: JSONWebKeySet;
}

/** A private key with what is needed to sign and to name it. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: string;
  readonly keyId: string;
  readonly keys: JSONWebKeySet;
}

const algorithmsByCurve: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** The algorithm that a key signs with; null when it is of no kind that is known here. */
function algorithmOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA';
  return algorithmsByCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? null;
}

/** The key in a PEM text. Throws an error that says what is wrong with it. */
export async function readSigningKey(pem: string | KeyObject): Promise<SigningKey> {
  const key = typeof pem === 'string' ? createPrivateKey(pem) : pem;
  const algorithm = algorithmOf(key);
  if (algorithm === null) throw new Error('the key is not RSA, Ed25519 or of a NIST curve');
  const publicKey = await exportJWK(createPublicKey(key));
  const keyId = await calculateJwkThumbprint(publicKey);
  return { key, algorithm, keyId, keys: { keys: [{ ...publicKey, kid: keyId, alg: algorithm, use: 'sig' }] } };
}

/** What an issuer is made of. */
export interface TokenIssuerOptions {
  readonly signing: SigningKey;
  readonly rules: Pick<TokenRules, 'issuer' | 'audience' | 'organisationsClaim' | 'rolesClaim'>;
  /** Null: any client with any secret, or any code, may have a token. */
  readonly clients: readonly IssuerClient[] | null;
  readonly clock: Clock;
  readonly tokenLifeSeconds: number;
}

/** Whether a secret is the one whose hash this is, in a time that does not depend on where they differ. */
function isSecret(secret: string, sha256: string): boolean {
  return timingSafeEqual(createHash('sha256').update(secret).digest(), Buffer.from(sha256, 'hex'));
}

/** Compared with for unknown clients, so that they take as long as known ones. */
const nobodysSha256 = '0'.repeat(64);

/** An issuer with a key. */
export function createTokenIssuer(options: TokenIssuerOptions): TokenIssuer {
  const { signing, rules, clients, clock, tokenLifeSeconds } = options;

  function claimsFor(wish: TokenWish): Readonly<Record<string, unknown>> | TokenRefusal {
    if (clients === null) return {};
    const client = clients.find(({ clientId }) => clientId === wish.clientId);
    const isRight = isSecret(wish.clientSecret, client?.clientSecretSha256 ?? nobodysSha256);
    if (client === undefined || !isRight) return 'invalid_client';
    // Nobody logs in here, so no code was ever given out.
    if (wish.code !== null) return 'invalid_grant';
    return { [rules.organisationsClaim]: client.organisations, [rules.rolesClaim]: client.roles };
  }

  return {
    keys: signing.keys,
    async issue(wish) {
      const claims = claimsFor(wish);
      if (typeof claims === 'string') return claims;
      const issuedAt = Math.floor(clock.now() / 1_000);
      const token = await new SignJWT({ client_id: wish.clientId, ...claims })
        .setProtectedHeader({ alg: signing.algorithm, kid: signing.keyId, typ: 'JWT' })
        .setIssuer(rules.issuer)
        .setAudience(rules.audience)
        .setSubject(wish.clientId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + tokenLifeSeconds)
        .sign(signing.key);
      return { token };
    },
  };
}
