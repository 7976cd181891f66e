/** Who asks, and for which organisation and sandbox: the headers of a request as a `Scope`. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type ActorId,
  actorId,
  type Clock,
  decodeOrgId,
  decodeSandboxName,
  Problem,
  type Sandbox,
  type Scope,
} from '@muster/audience';
import type { SandboxStore } from '@muster/store';
import { GatewayError } from './gateway-error.ts';

/** On whose behalf a request is served. */
export interface Tenant {
  readonly scope: Scope;
  readonly sandbox: Sandbox;
  /** Tells the organisation's sandbox from all others; the same for all its actors. */
  readonly key: string;
}

/** Tenants by their headers, so that a request costs one look-up. The oldest go first. */
const tenantsMax = 2_000;
/** Longer headers are not remembered: memory stays bounded whatever clients send. */
const rememberedLengthMax = 4_096;

const bearerPattern = /^Bearer +([^\s]+)$/i;
const actorPattern = /^[\x21-\x7e]{1,256}$/;

/** The claims of a token that looks like a JWT, unverified: `dev` trusts whoever can reach it. */
function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? Object.fromEntries(Object.entries(claims)) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The user or client a token names, or a short hash of a token that names none. */
export function decodeActor(token: string): ActorId {
  const claims = readClaims(token);
  const named = [claims['user_id'], claims['sub'], claims['client_id']].find(
    (claim) => typeof claim === 'string' && actorPattern.test(claim),
  );
  if (typeof named === 'string') return actorId(named);
  return actorId(`token-${createHash('sha256').update(token).digest('hex').slice(0, 16)}`);
}

const single = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? (header[0] ?? '') : (header ?? '');

/** The scope in the headers. Throws the gateway's errors, in the order the reference checks them. */
function decodeScope(headers: IncomingHttpHeaders): Scope {
  const authorization = headers.authorization ?? '';
  if (authorization === '') throw new GatewayError('tokenMissing');
  const token = bearerPattern.exec(authorization)?.[1];
  if (token === undefined) throw new GatewayError('tokenInvalid');
  if (single(headers['x-api-key']) === '') throw new GatewayError('apiKeyMissing');
  const orgText = single(headers['x-gw-ims-org-id']);
  if (orgText === '') throw new GatewayError('organisationMissing');
  const org = decodeOrgId(orgText);
  if (org === null) throw new GatewayError('organisationInvalid');
  const sandboxText = single(headers['x-sandbox-name']);
  if (sandboxText === '') throw new GatewayError('sandboxMissing');
  const sandbox = decodeSandboxName(sandboxText);
  if (sandbox === null) {
    throw new Problem('sandboxNotFound', [
      {
        message: '`x-sandbox-name` is not the name of a sandbox',
        field: 'x-sandbox-name',
        expected: 'lower-case letters, digits and hyphens',
      },
    ]);
  }
  return { org, sandbox, actor: decodeActor(token) };
}

/** Finds the tenant of a request. */
export interface TenantFinder {
  /** The tenant of headers seen before, without waiting; undefined for new ones. */
  remembered(headers: IncomingHttpHeaders): Tenant | undefined;
  /** The tenant of any headers. Makes organisation and sandbox on first use. Throws gateway errors and problems. */
  find(headers: IncomingHttpHeaders): Promise<Tenant>;
}

function keyOf(headers: IncomingHttpHeaders): string {
  return `${headers.authorization}\n${headers['x-api-key']}\n${headers['x-gw-ims-org-id']}\n${headers['x-sandbox-name']}`;
}

/** A finder for `dev`: any bearer token is welcome. */
export function createTenantFinder(sandboxes: SandboxStore, clock: Clock): TenantFinder {
  const tenants = new Map<string, Tenant>();
  return {
    remembered: (headers) => tenants.get(keyOf(headers)),
    async find(headers) {
      const scope = decodeScope(headers);
      const sandbox = await sandboxes.ensure(scope, clock.now());
      const tenant: Tenant = { scope, sandbox, key: `${scope.org}/${scope.sandbox}` };
      const key = keyOf(headers);
      if (key.length <= rememberedLengthMax) {
        const [oldest] = tenants.keys();
        if (tenants.size >= tenantsMax && oldest !== undefined) tenants.delete(oldest);
        tenants.set(key, tenant);
      }
      return tenant;
    },
  };
}
