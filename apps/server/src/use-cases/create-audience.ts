import { type Audience, audienceId, type OnceRequest } from '@muster/audience';
import type { NewAudience } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { createEtag } from './etag.ts';
import type { UseCaseDependencies } from './ports.ts';
import { prepareAudience, type ServerFields } from './prepare-audience.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** What every new audience gets from the server. */
function newServerFields(deps: Dependencies, { scope }: Tenant): ServerFields {
  const now = deps.clock.now();
  return {
    id: audienceId(deps.ids.uuid()),
    createdBy: scope.actor,
    createdAt: now,
    lastModifiedBy: scope.actor,
    updatedAt: now,
    etag: createEtag(deps.ids, now),
  };
}

/**
 * Makes an audience. Throws `expressionInvalid` with every error of its rule, `audienceInvalid`, or `audienceExists`
 * when its namespace has this external id already.
 */
export async function createAudience(deps: Dependencies, tenant: Tenant, wanted: NewAudience): Promise<Audience> {
  const fields = newServerFields(deps, tenant);
  const audience = await prepareAudience(deps, tenant, wanted, { fields, before: null });
  await deps.control.audiences.create(tenant.scope, audience);
  return audience;
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
  request: Omit<OnceRequest, 'at'>,
): Promise<CreatedOnce> {
  const fields = newServerFields(deps, tenant);
  const once = { ...request, at: fields.createdAt };
  const earlier = await deps.control.audiences.findOnce(tenant.scope, once);
  if (earlier !== null) return { audience: earlier, isRepetition: true };
  const prepared = await prepareAudience(deps, tenant, wanted, { fields, before: null });
  const audience = await deps.control.audiences.createOnce(tenant.scope, prepared, once);
  return { audience, isRepetition: audience.id !== prepared.id };
}
