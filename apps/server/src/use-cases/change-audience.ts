import { type AudienceId, decideVersion, Problem, type VersionCondition } from '@muster/audience';
import type { NewAudience } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { type FoundAudience, findAudience } from './find-audience.ts';
import type { UseCaseDependencies } from './ports.ts';
import { prepareAudience } from './prepare-audience.ts';
import { changedServerFields } from './server-fields.ts';
import { settlementOf } from './settle-methods.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** A change of an audience, as a function of what is stored, so that it can be repeated on what another writer left. */
export interface AudienceChange {
  readonly condition: VersionCondition;
  /** What the audience is to be; null to leave it as it is; a problem to refuse. */
  readonly change: (stored: FoundAudience) => NewAudience | Problem | null;
}

/**
 * How often a change is tried while others write the same audience. Of the writers that meet, one gets through each
 * time, so that this many can meet at one audience.
 */
const changeAttemptsMax = 100;

/** Whether a write met another one; the next attempt sees what that one left. */
const isOvertaken = (error: unknown): boolean => error instanceof Problem && error.problem === 'preconditionFailed';

/**
 * Changes an audience by what it is at that moment: writers that meet do not overwrite each other's changes.
 *
 * Throws `audienceNotFound`, `preconditionFailed` when the stored version is not what the condition demands, what
 * `change` refuses with, and what `prepareAudience` and the store refuse.
 */
export async function changeAudience(
  deps: Dependencies,
  tenant: Tenant,
  id: AudienceId,
  { condition, change }: AudienceChange,
): Promise<FoundAudience> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await findAudience(deps, tenant.scope, id);
    const refusal = decideVersion(condition, stored.audience.etag);
    if (refusal !== null) throw refusal;
    const wanted = change(stored);
    if (wanted === null) return stored;
    if (wanted instanceof Problem) throw wanted;
    const fields = changedServerFields(deps, tenant.scope, stored.audience);
    try {
      const after = await prepareAudience(deps, tenant, wanted, { fields, before: stored.audience });
      const settle = await settlementOf(deps, tenant.scope, { before: stored.audience, after });
      const audience = await deps.control.audiences.replace(tenant.scope, after, stored.audience.etag, settle);
      return { audience, dependents: stored.dependents };
    } catch (error) {
      if (!isOvertaken(error) || attempt >= changeAttemptsMax) throw error;
    }
  }
}
