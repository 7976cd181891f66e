/** Searches between wire and domain. There are no folders but the root. */
import { type Audience, Problem, type ProblemDetail } from '@muster/audience';
import { wireLimits } from './limits.ts';
import { decodeText, decodeWholeNumber, type QueryParameters } from './query-parameters.ts';
import { decodeSearchQuery, type Searchable, type SearchQuery } from './search-query.ts';
import type { SearchEntitiesResource, SearchNamespacesResource, SearchTaxonomyResource } from './search-schema.ts';

/** The class that is searched. */
export const searchedClass = '_xdm.context.segmentdefinition';
/** The id of the one folder. */
export const rootFolderId = 'root';

const success = { message: 'Success' } as const;

/** The texts of a search; missing ones are empty. */
interface SearchTexts {
  readonly s: string;
  readonly namespace: string;
  readonly entityId: string;
}

function decodeSearch(query: QueryParameters, required: readonly (keyof SearchTexts)[]): SearchTexts | Problem {
  const details: ProblemDetail[] = [];
  const read = (name: string): string => {
    const text = decodeText(query, name, wireLimits.filterLengthMax);
    if (text instanceof Problem) details.push(...text.details);
    return typeof text === 'string' ? text : '';
  };
  // Descriptions of the API disagree on the name.
  const className = read('schema.name') || read('schemaClass');
  if (className !== searchedClass) {
    const message = className === '' ? '`schema.name` is missing' : '`schema.name` is not a class that is searched';
    details.push({ message, field: 'schema.name', expected: `\`${searchedClass}\`` });
  }
  const texts = { s: read('s'), namespace: read('namespace'), entityId: read('entityId') };
  for (const name of required) {
    if (texts[name] === '')
      details.push({ message: `\`${name}\` is missing`, field: name, suggestion: `add \`${name}\`` });
  }
  return details.length === 0 ? texts : new Problem('invalidParameter', details);
}

/** The search for namespaces that a query asks for, or what is wrong with the query. */
export function decodeNamespaceSearch(query: QueryParameters): SearchQuery | Problem {
  const texts = decodeSearch(query, []);
  return texts instanceof Problem ? texts : decodeSearchQuery(texts.s);
}

/** A search in one namespace. */
export interface EntitySearch {
  readonly namespace: string;
  readonly query: SearchQuery;
  /** Whether the folder asked for is the root, the only one with something in it. */
  readonly isInRoot: boolean;
  readonly index: number;
  readonly limit: number;
}

/** The search for entities that a query asks for, or what is wrong with the query. */
export function decodeEntitySearch(query: QueryParameters): EntitySearch | Problem {
  const texts = decodeSearch(query, ['namespace']);
  if (texts instanceof Problem) return texts;
  const search = decodeSearchQuery(texts.s);
  if (search instanceof Problem) return search;
  const index = decodeWholeNumber(query, 'page', 0);
  if (index instanceof Problem) return index;
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) return limit;
  return {
    namespace: texts.namespace,
    query: search,
    isInRoot: texts.entityId === '' || texts.entityId === rootFolderId,
    index: index ?? 0,
    limit: Math.min(limit ?? wireLimits.searchPageMax, wireLimits.searchPageMax),
  };
}

/** The object whose folders a query asks for, or what is wrong with the query. */
export function decodeTaxonomySearch(query: QueryParameters): Pick<SearchTexts, 'namespace' | 'entityId'> | Problem {
  return decodeSearch(query, ['namespace', 'entityId']);
}

/** What a search sees of an audience. */
export function searchableOf(audience: Audience): Searchable {
  const { id, name, description } = audience;
  return {
    text: { name, segmentName: name, segmentDescription: description ?? '' },
    ids: { segmentId: id, folderId: rootFolderId, parentFolderId: rootFolderId, folderLocation: rootFolderId },
  };
}

function base64Of(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** The namespaces with their counts. */
export function encodeSearchNamespaces(counts: ReadonlyMap<string, number>): SearchNamespacesResource {
  const namespaces = [...counts].map(([namespace, count]) => ({ namespace, displayName: namespace, count }));
  return { namespaces, totalCount: namespaces.length, status: success };
}

/** A page of audiences, of `totalCount`. An empty result has one page: clients go on for ever on none. */
export function encodeSearchEntities(
  search: EntitySearch,
  audiences: readonly Audience[],
  totalCount: number,
): SearchEntitiesResource {
  return {
    entities: audiences.map((audience) => ({
      id: audience.id,
      base64EncodedSourceId: base64Of(audience.externalId),
      sourceId: audience.externalId,
      isFolder: false,
      parentFolderId: rootFolderId,
      name: audience.name,
      description: audience.description ?? '',
    })),
    page: {
      totalCount,
      totalPages: Math.max(1, Math.ceil(totalCount / search.limit)),
      pageOffset: search.index,
      pageSize: audiences.length,
    },
    status: success,
  };
}

/** The folders above an audience, or above the root. */
export function encodeSearchTaxonomy(of: 'audience' | 'root'): SearchTaxonomyResource {
  const root = {
    id: rootFolderId,
    base64EncodedSourceId: base64Of(rootFolderId),
    name: rootFolderId,
    parentFolderId: '',
  };
  return { taxonomy: of === 'root' ? [] : [root], status: success };
}
