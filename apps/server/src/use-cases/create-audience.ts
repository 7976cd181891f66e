import type { Audience, OnceRequest } from '@muster/audience';
import type { NewAudience } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import type { UseCaseDependencies } from './ports.ts';
import { prepareAudience } from './prepare-audience.ts';
import { newServerFields } from './server-fields.ts';
import { settlementOf } from './settle-methods.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** A request that is to create something once, before its time is known. */
export type NamedRequest = Omit<OnceRequest, 'at'>;

/**
 * Makes an audience. Throws `expressionInvalid` with every error of its rule, `audienceInvalid`, or `audienceExists`
 * when its namespace has this external id already.
 */
export async function createAudience(deps: Dependencies, tenant: Tenant, wanted: NewAudience): Promise<Audience> {
  const fields = newServerFields(deps, tenant.scope);
  const audience = await prepareAudience(deps, tenant, wanted, { fields, before: null });
  const settle = await settlementOf(deps, tenant.scope, { before: null, after: audience });
  return deps.control.audiences.create(tenant.scope, audience, settle);
}

/** What a request with a key created, and whether an earlier one did. */
export interface CreatedOnce {
  readonly audience: Audience;
  readonly isRepetition: boolean;
}

/**
 * Makes an audience once: a request that is repeated gets what the first one made, as it was then, also when the same
 * could not be made any more. Throws `idempotencyKeyReused` when the key stands for another request, and what
 * `createAudience` throws.
 */
export async function createAudienceOnce(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewAudience,
  request: NamedRequest,
): Promise<CreatedOnce> {
  const fields = newServerFields(deps, tenant.scope);
  const once = { ...request, at: fields.createdAt };
  const earlier = await deps.control.audiences.findOnce(tenant.scope, once);
  if (earlier !== null) return { audience: earlier, isRepetition: true };
  const prepared = await prepareAudience(deps, tenant, wanted, { fields, before: null });
  const settle = await settlementOf(deps, tenant.scope, { before: null, after: prepared });
  const audience = await deps.control.audiences.createOnce(tenant.scope, prepared, once, settle);
  return { audience, isRepetition: audience.id !== prepared.id };
}

/** Makes an audience; once, when the request has a name. Throws what the two above throw. */
export async function createAudienceAsAsked(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewAudience,
  request: NamedRequest | null,
): Promise<CreatedOnce> {
  if (request !== null) return createAudienceOnce(deps, tenant, wanted, request);
  return { audience: await createAudience(deps, tenant, wanted), isRepetition: false };
}
