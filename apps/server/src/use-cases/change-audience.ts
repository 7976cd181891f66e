import {
  type Audience,
  type AudienceId,
  decideVersion,
  Problem,
  type Scope,
  type VersionCondition,
} from '@muster/audience';
import type { NewAudience } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { type FoundAudience, findAudience } from './find-audience.ts';
import { lastAsLong, replaceAndMoveEnd } from './planned-end.ts';
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

/** Stores an audience in place of `before`, with what has to change together with it. */
async function storeChanged(deps: Dependencies, scope: Scope, before: Audience, after: Audience): Promise<Audience> {
  // Only when it is another: clients send back whole objects, and that is no wish for memberships to last longer.
  if (before.kind === 'external' && after.kind === 'external' && !lastAsLong(before, after)) {
    return replaceAndMoveEnd(deps, scope, after, before.etag);
  }
  const settle = await settlementOf(deps, scope, { before, after });
  return deps.control.audiences.replace(scope, after, before.etag, settle);
}

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
      const audience = await storeChanged(deps, tenant.scope, stored.audience, after);
      return { audience, dependents: stored.dependents };
    } catch (error) {
      if (!isOvertaken(error) || attempt >= changeAttemptsMax) throw error;
    }
  }
}
