/** Who asks, and for which organisation and sandbox: the headers of a request as a `Scope`. */
import type { IncomingHttpHeaders } from 'node:http';
import {
  type Clock,
  decodeOrgId,
  decodeSandboxName,
  type EpochMs,
  type OrgId,
  Problem,
  type Sandbox,
  type SandboxName,
  type Scope,
} from '@muster/audience';
import type { SandboxStore } from '@muster/store';
import type { Access, Authenticator } from '../auth/caller.ts';
import { GatewayError } from './gateway-error.ts';
import { permissionDenied } from './permission.ts';
import { type SandboxGate, sandboxBusy } from './sandbox-gate.ts';

/** On whose behalf a request is served. */
export interface Tenant {
  readonly scope: Scope;
  readonly sandbox: Sandbox;
  /** Tells the organisation's sandbox from all others; the same for all its actors. */
  readonly key: string;
  readonly access: Access;
}

/** Tenants by their headers, so that a request costs one look-up. The oldest go first. */
const tenantsMax = 2_000;
/** Longer headers are not remembered: memory stays bounded whatever clients send. */
const rememberedLengthMax = 4_096;

/** The sandbox that every organisation has. */
const defaultSandboxName = 'prod';

const bearerPattern = /^Bearer +([^\s]+)$/i;
const single = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? (header[0] ?? '') : (header ?? '');

/** What headers say, before the token is believed. */
interface Claimed {
  readonly token: string;
  readonly org: OrgId;
  readonly sandbox: SandboxName;
}

function decodeSandboxHeader(text: string): SandboxName {
  const sandbox = decodeSandboxName(text);
  if (sandbox !== null) return sandbox;
  throw new Problem('sandboxNotFound', [
    {
      message: '`x-sandbox-name` is not the name of a sandbox',
      field: 'x-sandbox-name',
      expected: 'lower-case letters, digits and hyphens',
    },
  ]);
}

/** What the headers say. Throws the gateway's errors, in the order the reference checks them. */
function decodeHeaders(headers: IncomingHttpHeaders, { authenticator, isSandboxOptional }: TenantRules): Claimed {
  const authorization = headers.authorization ?? '';
  if (authorization === '') throw new GatewayError('tokenMissing');
  const token = bearerPattern.exec(authorization)?.[1];
  if (token === undefined) throw new GatewayError('tokenInvalid');
  const apiKey = single(headers['x-api-key']);
  if (apiKey === '') throw new GatewayError('apiKeyMissing');
  if (!authenticator.isKnownClient(apiKey)) throw new GatewayError('apiKeyInvalid');
  const orgText = single(headers['x-gw-ims-org-id']);
  if (orgText === '') throw new GatewayError('organisationMissing');
  const org = decodeOrgId(orgText);
  if (org === null) throw new GatewayError('organisationInvalid');
  const sandboxText = single(headers['x-sandbox-name']);
  if (sandboxText === '' && !isSandboxOptional) throw new GatewayError('sandboxMissing');
  return { token, org, sandbox: decodeSandboxHeader(sandboxText === '' ? defaultSandboxName : sandboxText) };
}

/** Finds the tenant of a request. */
export interface TenantFinder {
  /** The tenant of headers seen before, without waiting; undefined for new ones and for tokens to be checked again. */
  remembered(headers: IncomingHttpHeaders): Tenant | undefined;
  /** The tenant of any headers. Throws gateway errors and problems. */
  find(headers: IncomingHttpHeaders): Promise<Tenant>;
}

/** What decides about tenants. */
export interface TenantRules {
  readonly sandboxes: SandboxStore;
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  /** Requests that name no sandbox mean the default one. */
  readonly isSandboxOptional: boolean;
  readonly gate: Pick<SandboxGate, 'onReopen'>;
  /** Tenants are looked up again when they have been known so long; null where no other process changes sandboxes. */
  readonly tenantAgeMs: number | null;
}

/** The sandbox of a scope: made now where that is the custom, or where the organisation has just come. */
async function findSandbox({ sandboxes, clock, authenticator }: TenantRules, scope: Scope): Promise<Sandbox> {
  if (authenticator.makesSandboxes || scope.sandbox === defaultSandboxName) return sandboxes.ensure(scope, clock.now());
  const sandbox = await sandboxes.find(scope, scope.sandbox);
  if (sandbox !== null) return sandbox;
  throw new Problem('sandboxNotFound', [
    {
      message: `the organisation has no sandbox \`${scope.sandbox}\``,
      field: 'x-sandbox-name',
      suggestion: 'create it with `POST /data/foundation/sandbox-management/sandboxes`',
    },
  ]);
}

/** The headers that tell tenants apart. */
type TenantHeaders = Readonly<
  Record<'authorization' | 'x-api-key' | 'x-gw-ims-org-id' | 'x-sandbox-name', IncomingHttpHeaders[string]>
>;

/** A tenant, the headers it was found by, and how long it may be believed. */
interface KnownTenant {
  readonly headers: TenantHeaders;
  readonly tenant: Tenant;
  readonly validUntil: EpochMs | null;
  /** Milliseconds of a clock that only goes forward. */
  readonly since: number;
}

const tenantHeadersOf = (headers: IncomingHttpHeaders): TenantHeaders => ({
  authorization: headers.authorization,
  'x-api-key': headers['x-api-key'],
  'x-gw-ims-org-id': headers['x-gw-ims-org-id'],
  'x-sandbox-name': headers['x-sandbox-name'],
});

const keyOf = (headers: IncomingHttpHeaders): string => Object.values(tenantHeadersOf(headers)).join('\n');

const isSame = (left: TenantHeaders, right: IncomingHttpHeaders): boolean =>
  left.authorization === right.authorization &&
  left['x-api-key'] === right['x-api-key'] &&
  left['x-gw-ims-org-id'] === right['x-gw-ims-org-id'] &&
  left['x-sandbox-name'] === right['x-sandbox-name'];

/** A finder that believes the tokens that the authenticator believes, and as long. */
export function createTenantFinder(rules: TenantRules): TenantFinder {
  const tenants = new Map<string, KnownTenant>();
  // Most requests come from whoever sent the one before; comparing is cheaper than making a key of long headers.
  let latest: KnownTenant | undefined;
  rules.gate.onReopen((key) => {
    latest = undefined;
    for (const [headers, { tenant }] of tenants) if (tenant.key === key) tenants.delete(headers);
  });

  function remember(headers: IncomingHttpHeaders, tenant: Tenant, validUntil: EpochMs | null): void {
    const key = keyOf(headers);
    if (key.length > rememberedLengthMax) return;
    const [oldest] = tenants.keys();
    if (tenants.size >= tenantsMax && oldest !== undefined) tenants.delete(oldest);
    latest = { headers: tenantHeadersOf(headers), tenant, validUntil, since: performance.now() };
    tenants.set(key, latest);
  }

  return {
    remembered(headers) {
      const found = latest !== undefined && isSame(latest.headers, headers) ? latest : tenants.get(keyOf(headers));
      if (found === undefined) return undefined;
      latest = found;
      if (rules.tenantAgeMs !== null && performance.now() - found.since > rules.tenantAgeMs) return undefined;
      return found.validUntil === null || found.validUntil > rules.clock.now() ? found.tenant : undefined;
    },
    async find(headers) {
      const { token, org, sandbox: name } = decodeHeaders(headers, rules);
      const caller = await rules.authenticator.authenticate(token);
      if (!caller.isEntitledTo(org)) throw new GatewayError('organisationForeign');
      const scope: Scope = { org, sandbox: name, actor: caller.actor };
      // Before anything of the organisation is looked at or made.
      if (caller.access === 'none') throw permissionDenied({ scope, path: '', action: 'READ' });
      const sandbox = await findSandbox(rules, scope);
      // Whoever manages sandboxes may name one that is being removed.
      if (sandbox.state !== 'active' && !rules.isSandboxOptional) throw sandboxBusy();
      const tenant: Tenant = { scope, sandbox, key: `${org}/${name}`, access: caller.access };
      if (sandbox.state === 'active') remember(headers, tenant, caller.validUntil);
      return tenant;
    },
  };
}
