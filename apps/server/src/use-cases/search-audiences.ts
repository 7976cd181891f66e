/** The search over audiences: every word of a query may match anywhere, so all audiences are looked at. */
import { type Audience, audienceId, lifecycleStates, Problem, type Scope } from '@muster/audience';
import type { AudienceQuery } from '@muster/store';
import { type EntitySearch, rootFolderId, type SearchQuery, searchableOf } from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/** Audiences read at a time. */
const scanPageSize = 500;

/** Audiences that are in lists, by name. */
async function* audiencesOf(
  { control }: Dependencies,
  scope: Scope,
  conditions: Partial<AudienceQuery>,
): AsyncGenerator<Audience> {
  const query: AudienceQuery = {
    sort: [{ key: 'name', direction: 'asc' }],
    lifecycleStates: lifecycleStates.filter((state) => state !== 'inactive'),
    ...conditions,
  };
  for (let offset = 0; ; offset += scanPageSize) {
    const { items, totalCount } = await control.audiences.list(scope, query, { offset, limit: scanPageSize });
    yield* items;
    if (offset + scanPageSize >= totalCount) return;
  }
}

/** How many audiences fulfil a query in each namespace that has any, by the name of the namespace. */
export async function countByNamespace(
  deps: Dependencies,
  scope: Scope,
  query: SearchQuery,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const audience of audiencesOf(deps, scope, {})) {
    if (!query.matches(searchableOf(audience))) continue;
    counts.set(audience.namespace, (counts.get(audience.namespace) ?? 0) + 1);
  }
  return new Map([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A page of the audiences of a namespace that fulfil a query, by name, and how many there are. */
export async function searchAudiences(
  deps: Dependencies,
  scope: Scope,
  search: EntitySearch,
): Promise<{ readonly audiences: readonly Audience[]; readonly totalCount: number }> {
  const first = search.index * search.limit;
  const audiences: Audience[] = [];
  let totalCount = 0;
  if (!search.isInRoot) return { audiences, totalCount };
  for await (const audience of audiencesOf(deps, scope, { namespace: search.namespace })) {
    if (!search.query.matches(searchableOf(audience))) continue;
    if (totalCount >= first && audiences.length < search.limit) audiences.push(audience);
    totalCount++;
  }
  return { audiences, totalCount };
}

/** What an id of the search names in a namespace. Throws `audienceNotFound`. */
export async function findSearched(
  { control }: Dependencies,
  scope: Scope,
  { namespace, entityId }: { readonly namespace: string; readonly entityId: string },
): Promise<'audience' | 'root'> {
  if (entityId === rootFolderId) return 'root';
  const found = await control.audiences.find(scope, audienceId(entityId));
  if (found?.namespace === namespace) return 'audience';
  const query = { sort: [], namespace, externalId: entityId } as const;
  const { totalCount } = await control.audiences.list(scope, query, { offset: 0, limit: 1 });
  if (totalCount > 0) return 'audience';
  throw new Problem('audienceNotFound', [{ message: 'no audience of this namespace has this id', field: 'entityId' }]);
}
