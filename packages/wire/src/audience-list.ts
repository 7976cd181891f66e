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
  id: 'id',
  audienceId: 'externalId',
  name: 'name',
  description: 'description',
  type: 'kind',
  originName: 'originName',
  namespace: 'namespace',
  lifecycleState: 'lifecycleState',
  'schema.name': 'schemaName',
  mergePolicyId: 'mergePolicyId',
  datasetId: 'datasetId',
  ttlInDays: 'ttlInDays',
  'evaluationInfo.batch.enabled': 'batch',
  'evaluationInfo.continuous.enabled': 'streaming',
  'evaluationInfo.synchronous.enabled': 'edge',
  createdBy: 'createdBy',
  lastModifiedBy: 'lastModifiedBy',
  creationTime: 'createdAt',
  createEpoch: 'createdAt',
  updateTime: 'updatedAt',
  updateEpoch: 'updatedAt',
  totalProfiles: 'totalProfiles',
  'metrics.data.totalProfiles': 'totalProfiles',
} as const;
type SortField = keyof typeof sortKeys;

/** An attribute to sort by. */
export interface SortTerm {
  readonly field: SortField;
  readonly key: (typeof sortKeys)[SortField];
  readonly direction: 'asc' | 'desc';
}

/** A list request, decoded. */
export interface AudienceListRequest {
  readonly page: PageRequest;
  /** The most important first; at least one. */
  readonly sort: readonly SortTerm[];
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

/** The order of lists that ask for none. */
export const sortUnlessGiven: SortTerm = { field: 'creationTime', key: 'createdAt', direction: 'desc' };

function decodeSortTerm(text: string): SortTerm | null {
  const [field = '', direction = '', ...rest] = text.trim().split(':');
  if (!isSortField(field) || (direction !== 'asc' && direction !== 'desc') || rest.length > 0) return null;
  return { field, key: sortKeys[field], direction };
}

/** The terms of `sort`, which may hold several, be given several times, or both. Newest first without it. */
export function decodeSort(query: QueryParameters): readonly SortTerm[] | Problem {
  const texts = decodeTexts(query, 'sort');
  if (texts.length === 0) return [sortUnlessGiven];
  const written = texts.flatMap((text) => text.split(','));
  const terms = written.slice(0, wireLimits.sortTermsMax).map(decodeSortTerm);
  const known = terms.filter((term) => term !== null);
  if (known.length === written.length) return known;
  const wrong = written.find((text) => decodeSortTerm(text) === null);
  return new Problem('invalidParameter', [
    {
      message:
        wrong === undefined
          ? '`sort` has too many attributes'
          : `\`${wrong.slice(0, 100)}\` in \`sort\` is not an attribute and a direction`,
      field: 'sort',
      expected: `up to ${wireLimits.sortTermsMax} of \`attribute:asc\` or \`attribute:desc\`, with commas between them, each attribute one of ${Object.keys(
        sortKeys,
      )
        .map((key) => `\`${key}\``)
        .join(', ')}`,
      suggestion: 'write `sort=updateTime:desc`',
    },
  ]);
}

/** The conditions of the parameter `property`, or what is wrong with them. */
export function decodeFilters(query: QueryParameters): readonly PropertyFilter[] | Problem {
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

const isMetricsWishGranted = (filter: PropertyFilter): boolean =>
  isMetricsWish(filter) && filter.operator === 'equals' && filter.value === 'true';

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
  const sort = decodeSort(query);
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
    metrics: filters.some(isMetricsWishGranted) ? 'shown' : 'hidden',
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
  const [{ field, direction } = sortUnlessGiven] = request.sort;
  const totalPages = Math.ceil(totalCount / limit);
  const hasNext = index + 1 < totalPages;
  const next = String(index + 1);
  return {
    children: [...children],
    _page: {
      totalCount,
      totalPages,
      sortField: field,
      sort: direction,
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
