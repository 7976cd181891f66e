/** Lists of audiences: the question and the answer. */
import { type LifecycleState, Problem } from '@muster/audience';
import type { AudienceListResource, AudienceResource } from './audience-schema.ts';
import { wireLimits } from './limits.ts';
import { decodePropertyFilter, type PropertyFilter } from './property-filter.ts';
import {
  decodePageRequest,
  decodeText,
  decodeTexts,
  type PageRequest,
  type QueryParameters,
} from './query-parameters.ts';

/** What audiences can be sorted by, by the names of the wire. */
const sortKeys = {
  creationTime: 'createdAt',
  createEpoch: 'createdAt',
  updateTime: 'updatedAt',
  updateEpoch: 'updatedAt',
  name: 'name',
  totalProfiles: 'totalProfiles',
} as const;
type SortField = keyof typeof sortKeys;

/** A list request, decoded. */
export interface AudienceListRequest {
  readonly page: PageRequest;
  readonly sort: {
    readonly field: SortField;
    readonly key: (typeof sortKeys)[SortField];
    readonly direction: 'asc' | 'desc';
  };
  readonly nameContains: string | null;
  readonly descriptionContains: string | null;
  readonly entityType: string | null;
  readonly filters: readonly PropertyFilter[];
  readonly lifecycleStates: readonly LifecycleState[];
  readonly metrics: 'shown' | 'hidden';
  /** The parameters to repeat in the link to the next page, encoded. */
  readonly repeated: string;
}

/** Naming one of these shows inactive audiences too, which plain lists leave out. */
const revealingAttributes = new Set(['id', 'audienceId', 'lifecycleState']);

const isSortField = (text: string): text is SortField => Object.hasOwn(sortKeys, text);

function decodeSort(text: string | undefined): AudienceListRequest['sort'] | Problem {
  if (text === undefined) return { field: 'creationTime', key: 'createdAt', direction: 'desc' };
  const [field = '', direction = '', ...rest] = text.split(':');
  if (!isSortField(field) || (direction !== 'asc' && direction !== 'desc') || rest.length > 0) {
    return new Problem('invalidParameter', [
      {
        message: '`sort` is not an attribute and a direction',
        field: 'sort',
        expected: `\`attribute:asc\` or \`attribute:desc\`, the attribute one of ${Object.keys(sortKeys)
          .map((key) => `\`${key}\``)
          .join(', ')}`,
        suggestion: 'write `sort=updateTime:desc`',
      },
    ]);
  }
  return { field, key: sortKeys[field], direction };
}

function decodeFilters(query: QueryParameters): readonly PropertyFilter[] | Problem {
  const texts = decodeTexts(query, 'property');
  if (texts.length > wireLimits.filtersMax || texts.some((text) => text.length > wireLimits.filterLengthMax)) {
    return new Problem('invalidParameter', [
      {
        message: '`property` is given too often or is too long',
        field: 'property',
        expected: `at most ${wireLimits.filtersMax} conditions of at most ${wireLimits.filterLengthMax} characters`,
      },
    ]);
  }
  const filters: PropertyFilter[] = [];
  for (const text of texts) {
    const filter = decodePropertyFilter(text);
    if (filter instanceof Problem) return filter;
    filters.push(filter);
  }
  return filters;
}

const isMetricsWish = (filter: PropertyFilter): boolean => filter.path.join('.').toLowerCase() === 'withmetrics';

/** The encoded parameters that select and sort: all but paging. */
function repeatedParameters(query: QueryParameters): string {
  const names = ['sort', 'property', 'name', 'description', 'entityType'];
  return names
    .flatMap((name) => decodeTexts(query, name).map((text) => `&${name}=${encodeURIComponent(text)}`))
    .join('');
}

/** The list a query asks for, or what is wrong with the query. */
export function decodeAudienceList(query: QueryParameters): AudienceListRequest | Problem {
  const page = decodePageRequest(query, { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax });
  if (page instanceof Problem) return page;
  const sortText = decodeText(query, 'sort', wireLimits.filterLengthMax);
  if (sortText instanceof Problem) return sortText;
  const sort = decodeSort(sortText);
  if (sort instanceof Problem) return sort;
  const name = decodeText(query, 'name', wireLimits.filterLengthMax);
  if (name instanceof Problem) return name;
  const description = decodeText(query, 'description', wireLimits.filterLengthMax);
  if (description instanceof Problem) return description;
  const entityType = decodeText(query, 'entityType', wireLimits.filterLengthMax);
  if (entityType instanceof Problem) return entityType;
  const filters = decodeFilters(query);
  if (filters instanceof Problem) return filters;
  const isRevealed = filters.some((filter) => revealingAttributes.has(filter.path.join('.')));
  return {
    page,
    sort,
    nameContains: name ?? null,
    descriptionContains: description ?? null,
    entityType: entityType ?? null,
    filters: filters.filter((filter) => !isMetricsWish(filter)),
    lifecycleStates: isRevealed ? ['draft', 'published', 'inactive'] : ['draft', 'published'],
    metrics: filters.some((filter) => isMetricsWish(filter) && filter.value === 'true') ? 'shown' : 'hidden',
    repeated: repeatedParameters(query),
  };
}

/** A page of the list. The last page, and any beyond it, has no `next`: clients stop there. */
export function encodeAudienceList(
  request: AudienceListRequest,
  children: readonly AudienceResource[],
  totalCount: number,
): AudienceListResource {
  const { index, limit } = request.page;
  const totalPages = Math.ceil(totalCount / limit);
  const hasNext = index + 1 < totalPages;
  const next = String(index + 1);
  return {
    children: [...children],
    _page: {
      totalCount,
      totalPages,
      sortField: request.sort.field,
      sort: request.sort.direction,
      pageSize: children.length,
      limit,
      start: String(index),
      ...(hasNext ? { next } : {}),
    },
    _links: {
      next: hasNext
        ? { href: `@/audiences?start=${next}&limit=${limit}&totalCount=${totalCount}${request.repeated}` }
        : {},
    },
  };
}
