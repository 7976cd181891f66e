/** What the claims of a token say. */
import { createHash } from 'node:crypto';
import { type ActorId, actorId } from '@muster/audience';
import type { TokenRules } from './auth-config.ts';
import type { Access } from './caller.ts';

/** The claims of a token. */
export type Claims = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const actorPattern = /^[\x21-\x7e]{1,256}$/;

/**
 * The claim of this name. A name with dots that no claim has is a path into objects: `realm_access.roles`, as some
 * issuers nest what they add.
 */
export function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const key of name.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The words of a claim: an array of texts, or one text with blanks between them. */
export function readWords(claims: Claims, name: string): readonly string[] {
  const value = readClaim(claims, name);
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

/** What the roles let do. */
export function decideAccess(
  roles: readonly string[],
  rules: Pick<TokenRules, 'readRoles' | 'writeRoles' | 'adminRoles'>,
): Access {
  if (roles.some((role) => rules.adminRoles.includes(role))) return 'admin';
  if (roles.some((role) => rules.writeRoles.includes(role))) return 'write';
  return roles.some((role) => rules.readRoles.includes(role)) ? 'read' : 'none';
}

/** The user or client that claims name, or a short hash of the token when they name none. */
export function decodeActor(claims: Claims, token: string): ActorId {
  const named = [claims['user_id'], claims['sub'], claims['client_id']].find(
    (claim) => typeof claim === 'string' && actorPattern.test(claim),
  );
  if (typeof named === 'string') return actorId(named);
  return actorId(`token-${createHash('sha256').update(token).digest('hex').slice(0, 16)}`);
}
