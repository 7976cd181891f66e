/** Requests about segment jobs, as values of the domain. */
import { type AudienceId, audienceId, jobStatuses, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { decodeFilters } from './audience-list.ts';
import { checkValue } from './check-value.ts';
import { profileClass } from './encode-audience.ts';
import { NewJobOfClass, NewJobOfSegments } from './job-schema.ts';
import { wireLimits } from './limits.ts';
import type { PropertyFilter } from './property-filter.ts';
import {
  decodePageRequest,
  decodeText,
  decodeTexts,
  type PageRequest,
  type QueryParameters,
} from './query-parameters.ts';

/** Which audiences a job is for. */
export type JobAudiences = { readonly kind: 'all' } | { readonly kind: 'named'; readonly ids: readonly AudienceId[] };

function decodeReferences(references: readonly { readonly segmentId: string }[]): JobAudiences {
  if (references.some((reference) => reference.segmentId === '*')) return { kind: 'all' };
  return { kind: 'named', ids: [...new Set(references.map((reference) => audienceId(reference.segmentId)))] };
}

/** The audiences a body names, each once, or what is wrong with the body. */
export function decodeNewJob(body: unknown): JobAudiences | Problem {
  if (Array.isArray(body)) {
    return Check(NewJobOfSegments, body)
      ? decodeReferences(body)
      : new Problem('invalidBody', checkValue(NewJobOfSegments, body));
  }
  if (!Check(NewJobOfClass, body)) return new Problem('invalidBody', checkValue(NewJobOfClass, body));
  const schemaName = body.schema?.name ?? profileClass;
  if (schemaName !== profileClass) {
    return new Problem('invalidBody', [
      {
        message: '`schema.name` is not a class that is evaluated',
        field: '/schema/name',
        expected: `\`${profileClass}\``,
      },
    ]);
  }
  return decodeReferences(body.segments);
}

/** What jobs can be sorted by, by the names of the wire. */
const sortKeys = { creationTime: 'createdAt', updateTime: 'updatedAt' } as const;
type SortField = keyof typeof sortKeys;

/** Which jobs to list. */
export interface JobListRequest {
  readonly page: PageRequest;
  readonly sort: { readonly key: (typeof sortKeys)[SortField]; readonly direction: 'asc' | 'desc' };
  readonly filters: readonly PropertyFilter[];
  /** The parameters to repeat in the link to the next page, encoded. */
  readonly repeated: string;
}

/** Statuses that may be asked for. The last two occur on the platform only: no job has them here. */
const askedStatuses = [...jobStatuses, 'PROCESSED', 'KILLED'] as const;

/** The condition that `status` is: statuses are in upper case, the parameter in any. */
function decodeStatus(text: string | undefined): readonly PropertyFilter[] | Problem {
  if (text === undefined) return [];
  const status = askedStatuses.find((candidate) => candidate === text.toUpperCase());
  if (status === undefined) {
    return new Problem('invalidParameter', [
      { message: '`status` is not a status of jobs', field: 'status', expected: `one of ${jobStatuses.join(', ')}` },
    ]);
  }
  return [{ path: ['status'], elementPath: null, operator: 'equals', value: status }];
}

const isSortField = (text: string): text is SortField => Object.hasOwn(sortKeys, text);

function decodeSort(text: string | undefined): JobListRequest['sort'] | Problem {
  if (text === undefined) return { key: 'createdAt', direction: 'desc' };
  const [field = '', direction = '', ...rest] = text.split(':');
  if (isSortField(field) && (direction === 'asc' || direction === 'desc') && rest.length === 0) {
    return { key: sortKeys[field], direction };
  }
  return new Problem('invalidParameter', [
    {
      message: '`sort` is not an order of jobs',
      field: 'sort',
      expected: '`creationTime` or `updateTime`, with `:asc` or `:desc`',
      suggestion: 'write `sort=creationTime:desc`',
    },
  ]);
}

function repeatedParameters(query: QueryParameters): string {
  return ['status', 'sort', 'property']
    .flatMap((name) => decodeTexts(query, name).map((text) => `&${name}=${encodeURIComponent(text)}`))
    .join('');
}

/** The list a query asks for, or what is wrong with the query. Newest first unless it says otherwise. */
export function decodeJobList(query: QueryParameters): JobListRequest | Problem {
  const page = decodePageRequest(query, { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax });
  if (page instanceof Problem) return page;
  const statusText = decodeText(query, 'status', wireLimits.filterLengthMax);
  if (statusText instanceof Problem) return statusText;
  const status = decodeStatus(statusText);
  if (status instanceof Problem) return status;
  const sortText = decodeText(query, 'sort', wireLimits.filterLengthMax);
  if (sortText instanceof Problem) return sortText;
  const sort = decodeSort(sortText);
  if (sort instanceof Problem) return sort;
  const filters = decodeFilters(query);
  if (filters instanceof Problem) return filters;
  return { page, sort, filters: [...status, ...filters], repeated: repeatedParameters(query) };
}
