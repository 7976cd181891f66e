/** Tokens as JWTs: signature, times, issuer and audience are checked, organisations and roles read from claims. */
import { type Clock, epochMs, Problem } from '@muster/audience';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { GatewayError } from '../http/gateway-error.ts';
import type { TokenRules } from './auth-config.ts';
import type { Authenticator } from './caller.ts';
import { decideAccess, decodeActor, readWords } from './claims.ts';

/** Bounds on the fetching of keys. */
export interface KeyLimits {
  readonly keysFetchMs: number;
  readonly keysPauseMs: number;
  readonly keysAgeMs: number;
}

/**
 * Keys behind a URL. They are fetched when first needed and when they are old; a token that names an unknown key fetches
 * them again, but only after a pause, so that made-up tokens do not become a flood at the issuer.
 */
export function remoteKeys(url: string, limits: KeyLimits): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(url), {
    timeoutDuration: limits.keysFetchMs,
    cooldownDuration: limits.keysPauseMs,
    cacheMaxAge: limits.keysAgeMs,
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new Problem('keysUnavailable', [], { cause: error });
    }
  };
}

/** Keys that are here. Throws jose's error when they are no key set. */
export function localKeys(keys: JSONWebKeySet): JWTVerifyGetKey {
  return createLocalJWKSet(keys);
}

/** Whether looking for a key failed because of what the token names, not because of where the keys are. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** What an authenticator for JWTs is made of. */
export interface JwtAuthenticatorOptions {
  readonly keys: JWTVerifyGetKey;
  readonly rules: TokenRules;
  readonly clock: Clock;
  readonly limits: { readonly tokenBelievedMs: number; readonly clockSkewSeconds: number };
  /** The ids of the clients that may ask; null when they are registered elsewhere. */
  readonly clientIds: ReadonlySet<string> | null;
}

/** An authenticator for tokens of one issuer. */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { keys, rules, clock, limits, clientIds } = options;
  return {
    makesSandboxes: false,
    isKnownClient: (clientId) => clientIds?.has(clientId) ?? true,
    async authenticate(token) {
      const now = clock.now();
      const claims = await verify(token, now);
      const organisations = new Set(readWords(claims, rules.organisationsClaim));
      const expiresAt = (claims.exp ?? 0) * 1_000;
      return {
        actor: decodeActor(claims, token),
        access: decideAccess(readWords(claims, rules.rolesClaim), rules),
        isEntitledTo: (org) => organisations.has(org),
        validUntil: epochMs(Math.floor(Math.min(expiresAt, now + limits.tokenBelievedMs))),
      };
    },
  };

  async function verify(token: string, now: number) {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [...rules.algorithms],
        issuer: rules.issuer,
        audience: rules.audience,
        currentDate: new Date(now),
        clockTolerance: limits.clockSkewSeconds,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new GatewayError('tokenInvalid', { cause: error });
      throw error;
    }
  }
}
