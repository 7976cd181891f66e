import { type Audience, type AudienceId, Problem, type Scope } from '@muster/audience';
import type { FoundAudience } from './find-audience.ts';
import type { UseCaseDependencies } from './ports.ts';

/** Audiences with the audiences whose rules refer to each. */
export async function withDependents(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  audiences: readonly Audience[],
): Promise<readonly FoundAudience[]> {
  const ids = audiences.filter((audience) => audience.kind === 'platform').map((audience) => audience.id);
  const dependents = await control.audiences.dependentsOf(scope, ids);
  return audiences.map((audience) => ({ audience, dependents: dependents.get(audience.id) ?? [] }));
}

/** Those of the audiences that exist, in the order asked for. Throws `entitiesNotFound` when none does. */
export async function bulkFindAudiences(
  deps: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<readonly FoundAudience[]> {
  const audiences = await deps.control.audiences.findMany(scope, ids);
  if (audiences.length === 0) {
    throw new Problem('entitiesNotFound', [{ message: `The entity ${ids.join(',')} is not found.` }]);
  }
  return withDependents(deps, scope, audiences);
}
