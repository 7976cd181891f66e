/** Authentication as the settings say: reads the files they name. */
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock } from '@muster/audience';
import type { JSONWebKeySet } from 'jose';
import type { ServerLimits } from '../config.ts';
import { ConfigError } from '../settings-reader.ts';
import type { AuthConfig, TokenRules } from './auth-config.ts';
import type { Authenticator } from './caller.ts';
import { devAuthenticator } from './dev-authenticator.ts';
import { decodeIssuerClients } from './issuer-clients.ts';
import { createJwtAuthenticator, localKeys, remoteKeys } from './jwt-authenticator.ts';
import { createTokenIssuer, readSigningKey, type TokenIssuer } from './token-issuer.ts';

/** How tokens are checked, and who makes them. */
export interface Auth {
  readonly authenticator: Authenticator;
  /** Null when tokens come from elsewhere. */
  readonly issuer: TokenIssuer | null;
}

/** What authentication needs besides its settings. */
export interface AuthSurroundings {
  readonly clock: Clock;
  readonly limits: ServerLimits;
}

/** Reads a file and makes something of it. Throws a `ConfigError` with the name of the setting. */
async function readSetting<Value>(
  name: string,
  path: string,
  decode: (text: string) => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await decode(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${name} cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Both values, or one `ConfigError` with what is wrong with either. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<readonly [First, Second]> {
  const settled = await Promise.allSettled([first, second]);
  const reasons = settled.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  const problems = reasons.flatMap((reason) => (reason instanceof ConfigError ? reason.problems : []));
  if (problems.length > 0) throw new ConfigError(problems);
  return Promise.all([first, second]);
}

function decodeKeySet(text: string): JSONWebKeySet {
  const value: JSONWebKeySet = JSON.parse(text);
  // The library's own check, so that a bad file is told at start and not with the first token.
  localKeys(value);
  return value;
}

/** Dev: any token is welcome, and any client may fetch one, signed by a key that lives as long as the process. */
async function openDev({ clock, limits }: AuthSurroundings): Promise<Auth> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const rules = {
    issuer: 'muster',
    audience: 'muster',
    organisationsClaim: 'organisations',
    rolesClaim: 'roles',
  };
  const signing = await readSigningKey(privateKey);
  const { tokenLifeSeconds } = limits;
  return {
    authenticator: devAuthenticator,
    issuer: createTokenIssuer({ signing, rules, clients: null, clock, tokenLifeSeconds }),
  };
}

async function openIssuer(
  source: { readonly keyPath: string; readonly clientsPath: string },
  rules: TokenRules,
  { clock, limits }: AuthSurroundings,
): Promise<Auth> {
  const [signing, clients] = await both(
    readSetting('MUSTER_ISSUER_KEY_FILE', source.keyPath, async (pem) => {
      const key = await readSigningKey(pem);
      if (rules.algorithms.includes(key.algorithm)) return key;
      throw new Error(`it signs with ${key.algorithm}, which MUSTER_JWT_ALGORITHMS does not have`);
    }),
    readSetting('MUSTER_ISSUER_CLIENTS_FILE', source.clientsPath, decodeIssuerClients),
  );
  const clientIds = new Set(clients.map(({ clientId }) => clientId));
  return {
    authenticator: createJwtAuthenticator({ keys: localKeys(signing.keys), rules, clock, limits, clientIds }),
    issuer: createTokenIssuer({ signing, rules, clients, clock, tokenLifeSeconds: limits.tokenLifeSeconds }),
  };
}

/** Authentication as the settings say. Throws `ConfigError` with all that is wrong with the files they name. */
export async function openAuth(config: AuthConfig, surroundings: AuthSurroundings): Promise<Auth> {
  if (config.kind === 'dev') return openDev(surroundings);
  const { keys, rules } = config;
  if (keys.kind === 'issuer') return openIssuer(keys, rules, surroundings);
  const found =
    keys.kind === 'url'
      ? remoteKeys(keys.url, surroundings.limits)
      : localKeys(await readSetting('MUSTER_JWKS_FILE', keys.path, decodeKeySet));
  return {
    authenticator: createJwtAuthenticator({ ...surroundings, keys: found, rules, clientIds: null }),
    issuer: null,
  };
}
