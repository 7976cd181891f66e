/** Audiences of which only the metadata is made here. */
import { Problem } from '@muster/audience';
import type { NewAudienceMetadata } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { type CreatedOnce, createAudienceAsAsked, type NamedRequest } from './create-audience.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/**
 * Makes an external audience that has no members yet; once, when the request has a name. Throws `externalConflict` when its
 * namespace has this external id already, and `idempotencyKeyReused` when the name stands for another request.
 */
export async function createAudienceMetadata(
  deps: Dependencies,
  tenant: Tenant,
  { externalId, ...wanted }: NewAudienceMetadata,
  request: NamedRequest | null,
): Promise<CreatedOnce> {
  const audience = {
    ...wanted,
    kind: 'external',
    externalId: externalId ?? deps.ids.uuid(),
    lifecycleState: 'published',
    labels: [],
    tags: [],
    schemaName: null,
    ttlInDays: null,
    datasetId: null,
    linkedAudienceRef: null,
    audienceMeta: null,
  } as const;
  try {
    return await createAudienceAsAsked(deps, tenant, audience, request);
  } catch (error) {
    // These operations have codes of their own.
    if (error instanceof Problem && error.problem === 'audienceExists') {
      throw new Problem('externalConflict', error.details);
    }
    throw error;
  }
}
