/** Segment definitions: platform audiences whose names are their own in the sandbox. */
import { type Audience, type AudienceId, Problem, type Scope } from '@muster/audience';
import type { NewAudience, NewPlatform } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { bulkFindAudiences } from './bulk-find-audiences.ts';
import { changeAudience } from './change-audience.ts';
import { createAudience } from './create-audience.ts';
import { type FoundAudience, findAudience } from './find-audience.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** The definition with this id. Throws `audienceNotFound`, also for an audience that has no rule. */
export async function findDefinition(
  deps: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
): Promise<FoundAudience> {
  const found = await findAudience(deps, scope, id);
  if (found.audience.kind !== 'platform') throw new Problem('audienceNotFound');
  return found;
}

/** Those of the definitions that exist, in the order asked for. Throws `entitiesNotFound` when none does. */
export async function bulkFindDefinitions(
  deps: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<readonly FoundAudience[]> {
  const found = (await bulkFindAudiences(deps, scope, ids)).filter(({ audience }) => audience.kind === 'platform');
  if (found.length > 0) return found;
  throw new Problem('entitiesNotFound', [{ message: `The entity ${ids.join(',')} is not found.` }]);
}

/** Throws `definitionExists` when another definition has the name. */
async function assertNameIsFree(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  name: string,
  own: AudienceId | null,
): Promise<void> {
  const isDefinition = { attribute: 'kind', operator: 'equals', value: 'platform' } as const;
  const query = { name, conditions: [isDefinition], sort: [] };
  const { items } = await control.audiences.list(scope, query, { offset: 0, limit: 2 });
  const other = items.find(({ id }) => id !== own);
  if (other === undefined) return;
  throw new Problem('definitionExists', [
    {
      message: `the segment definition \`${other.id}\` has this name`,
      field: '/name',
      suggestion: `change that one with \`PATCH /segment/definitions/${other.id}\`, or choose another name`,
    },
  ]);
}

/** Runs `work` while no other request gives or takes a name in the sandbox through definitions. */
function withNames<Result>(
  { control }: Pick<Dependencies, 'control'>,
  { org, sandbox }: Scope,
  work: () => Promise<Result>,
): Promise<Result> {
  return control.withLock(`definition names ${org} ${sandbox}`, work);
}

/** Makes a definition. Throws `definitionExists`, and what `createAudience` throws. */
export function createDefinition(deps: Dependencies, tenant: Tenant, wanted: NewPlatform): Promise<Audience> {
  return withNames(deps, tenant.scope, async () => {
    await assertNameIsFree(deps, tenant.scope, wanted.name, null);
    return createAudience(deps, tenant, wanted);
  });
}

/**
 * Changes a definition to what `change` makes of it. Throws `audienceNotFound`, `definitionExists` when it is to have
 * another's name, what `change` refuses with, and what `changeAudience` throws.
 */
export function changeDefinition(
  deps: Dependencies,
  tenant: Tenant,
  id: AudienceId,
  change: (stored: FoundAudience) => NewAudience | Problem,
): Promise<FoundAudience> {
  return withNames(deps, tenant.scope, async () => {
    const before = await findDefinition(deps, tenant.scope, id);
    const wanted = change(before);
    if (wanted instanceof Problem) throw wanted;
    if (wanted.name !== before.audience.name) await assertNameIsFree(deps, tenant.scope, wanted.name, id);
    return changeAudience(deps, tenant, id, { condition: { kind: 'none' }, change });
  });
}
