/** Requests about segment jobs, as values of the domain. */
import { type AudienceId, audienceId, type JobStatus, jobStatuses, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { profileClass } from './encode-audience.ts';
import { NewJobOfClass, NewJobOfSegments } from './job-schema.ts';
import { wireLimits } from './limits.ts';
import { decodePropertyFilter } from './property-filter.ts';
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

/** Which jobs to list. */
export interface JobListRequest {
  readonly page: PageRequest;
  readonly status: JobStatus | null;
  readonly audienceId: AudienceId | null;
  /** The parameters to repeat in the link to the next page, encoded. */
  readonly repeated: string;
}

function decodeStatus(text: string | undefined): JobStatus | null | Problem {
  if (text === undefined) return null;
  const status = jobStatuses.find((candidate) => candidate === text.toUpperCase());
  return (
    status ??
    new Problem('invalidParameter', [
      { message: '`status` is not a status of jobs', field: 'status', expected: `one of ${jobStatuses.join(', ')}` },
    ])
  );
}

function decodeJobFilters(texts: readonly string[]): Pick<JobListRequest, 'status' | 'audienceId'> | Problem {
  let status: JobStatus | null = null;
  let id: AudienceId | null = null;
  for (const text of texts) {
    const filter = decodePropertyFilter(text);
    if (filter instanceof Problem) return filter;
    const attribute = [filter.path.join('.'), ...(filter.elementPath ?? [])].join('~');
    if (filter.operator === 'equals' && attribute === 'segments~segmentId') {
      id = audienceId(filter.value);
    } else if (filter.operator === 'equals' && attribute === 'status') {
      const decoded = decodeStatus(filter.value);
      if (decoded instanceof Problem) return decoded;
      status = decoded;
    } else {
      return new Problem('invalidParameter', [
        {
          message: '`property` is not a filter of jobs',
          field: 'property',
          expected: '`segments~segmentId==ID` or `status==STATUS`',
        },
      ]);
    }
  }
  return { status, audienceId: id };
}

/** The list a query asks for, or what is wrong with the query. Jobs are listed newest first. */
export function decodeJobList(query: QueryParameters): JobListRequest | Problem {
  const page = decodePageRequest(query, { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax });
  if (page instanceof Problem) return page;
  const statusText = decodeText(query, 'status', wireLimits.filterLengthMax);
  if (statusText instanceof Problem) return statusText;
  const status = decodeStatus(statusText);
  if (status instanceof Problem) return status;
  const sort = decodeText(query, 'sort', wireLimits.filterLengthMax);
  if (sort instanceof Problem) return sort;
  if (sort !== undefined && sort !== 'creationTime:desc') {
    return new Problem('invalidParameter', [
      { message: '`sort` is not an order of jobs', field: 'sort', expected: '`creationTime:desc`' },
    ]);
  }
  const texts = decodeTexts(query, 'property');
  const filters = decodeJobFilters(texts);
  if (filters instanceof Problem) return filters;
  const repeated = [
    ...(statusText === undefined ? [] : [['status', statusText]]),
    ...texts.map((text) => ['property', text]),
  ]
    .map(([name = '', value = '']) => `&${name}=${encodeURIComponent(value)}`)
    .join('');
  return { page, status: status ?? filters.status, audienceId: filters.audienceId, repeated };
}
