import { type Audience, audienceId, Problem } from '@muster/audience';
import { type NewAudience, type NewExternal, type NewPlatform, profileClass } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { checkRule } from './check-rule.ts';
import { defaultMergePolicyId } from './default-merge-policy.ts';
import { createEtag } from './etag.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** What every new audience gets from the server. */
function serverFields(deps: Dependencies, { scope }: Tenant) {
  const now = deps.clock.now();
  return {
    id: audienceId(deps.ids.uuid()),
    createdBy: scope.actor,
    createdAt: now,
    lastModifiedBy: scope.actor,
    updatedAt: now,
    etag: createEtag(deps.ids, now),
    metrics: null,
  };
}

async function preparePlatform(deps: Dependencies, tenant: Tenant, wanted: NewPlatform): Promise<Audience> {
  const schemaName = wanted.schemaName ?? profileClass;
  if (schemaName !== profileClass) {
    throw new Problem('audienceInvalid', [
      {
        message: `Audiences of class \`${schemaName}\` are not evaluated here.`,
        field: '/schema/name',
        expected: `\`${profileClass}\``,
      },
    ]);
  }
  const dependencies = await checkRule(deps, tenant.scope, wanted);
  const fields = serverFields(deps, tenant);
  return {
    ...wanted,
    ...fields,
    externalId: fields.id,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    schemaName,
    mergePolicyId: wanted.mergePolicyId ?? defaultMergePolicyId(tenant.sandbox),
    excludeOptOut: true,
    dependencies,
  };
}

function prepareExternal(deps: Dependencies, tenant: Tenant, wanted: NewExternal): Audience {
  return { ...wanted, ...serverFields(deps, tenant) };
}

/**
 * Makes an audience. Throws `expressionInvalid` with every error of its rule, `audienceInvalid`, or `audienceExists`
 * when its namespace has this external id already.
 */
export async function createAudience(deps: Dependencies, tenant: Tenant, wanted: NewAudience): Promise<Audience> {
  const audience =
    wanted.kind === 'platform' ? await preparePlatform(deps, tenant, wanted) : prepareExternal(deps, tenant, wanted);
  await deps.control.audiences.create(tenant.scope, audience);
  return audience;
}
