/** Audiences of which only the metadata is made here. */
import { type Audience, Problem } from '@muster/audience';
import type { NewAudienceMetadata } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { createAudience } from './create-audience.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/**
 * Makes an external audience that has no members yet. Throws `externalConflict` when its namespace has this external id
 * already.
 */
export async function createAudienceMetadata(
  deps: Dependencies,
  tenant: Tenant,
  { externalId, ...wanted }: NewAudienceMetadata,
): Promise<Audience> {
  try {
    return await createAudience(deps, tenant, {
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
    });
  } catch (error) {
    // These operations have codes of their own.
    if (error instanceof Problem && error.problem === 'audienceExists') {
      throw new Problem('externalConflict', error.details);
    }
    throw error;
  }
}
