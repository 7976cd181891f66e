/** The search over audiences: a word of a query may match anywhere, so that all audiences are asked, once. */
import { type Audience, audienceId, lifecycleStates, Problem, type Scope } from '@muster/audience';
import type { AudienceQuery, Listed } from '@muster/store';
import { type EntitySearch, rootFolderId, type SearchQuery, searchableOf } from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/** Audiences read at a time. */
const readAtOnce = 500;

/** The audiences of lists that fulfil a search, by name. */
function listQuery(search: SearchQuery): AudienceQuery {
  const listed: AudienceQuery = {
    sort: [{ key: 'name', direction: 'asc' }],
    lifecycleStates: lifecycleStates.filter((state) => state !== 'inactive'),
  };
  if (search.text.trim() === '') return listed;
  return {
    ...listed,
    check: {
      key: `search ${search.text}`,
      looksAtDependents: false,
      holds: (audience) => search.matches(searchableOf(audience)),
    },
  };
}

/** How many audiences fulfil a query in each namespace that has any, by the name of the namespace. */
export async function countByNamespace(
  { control }: Dependencies,
  scope: Scope,
  search: SearchQuery,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let offset = 0, total = 1; offset < total; offset += readAtOnce) {
    const { items, totalCount } = await control.audiences.list(scope, listQuery(search), { offset, limit: readAtOnce });
    for (const { namespace } of items) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
    total = totalCount;
  }
  return new Map([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A page of the audiences of a namespace that fulfil a query, by name, and how many there are. */
export async function searchAudiences(
  { control }: Dependencies,
  scope: Scope,
  { query, namespace, isInRoot, index, limit }: EntitySearch,
): Promise<Listed<Audience>> {
  if (!isInRoot) return { items: [], totalCount: 0 };
  return control.audiences.list(scope, { ...listQuery(query), namespace }, { offset: index * limit, limit });
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
