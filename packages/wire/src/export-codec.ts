/** Export jobs between wire and domain. */
import {
  type EpochMs,
  type ExportFormat,
  type ExportJob,
  type ExportRequest,
  type ExportStatus,
  type OrgId,
  Problem,
  type TaskStatus,
  taskStatuses,
} from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { profileClass } from './encode-audience.ts';
import { type ExportJobListResource, type ExportJobResource, NewExportBody } from './export-schema.ts';
import { wireLimits } from './limits.ts';
import { decodeText, decodeWholeNumber, type QueryParameters } from './query-parameters.ts';

/** The format of files unless a client names one. */
const formatDefault: ExportFormat = 'jsonl';
/** Members are exported unless a client names statuses; `existing` are among them. */
const statusesDefault: readonly ExportStatus[] = ['realized', 'existing'];
const namespaceDefault = 'ups';

/** A moment as a client wrote it, and where. */
export interface WrittenTime {
  readonly text: string;
  readonly field: string;
}

/** What a client says of an export; times are not read yet. */
export interface NewExport {
  readonly datasetId: string;
  readonly schemaName: string;
  readonly format: ExportFormat;
  readonly segmentPerBatch: boolean;
  readonly fields: readonly string[];
  readonly segments: ExportRequest['segments'] extends readonly (infer Segment)[]
    ? readonly (Omit<Segment, 'audienceId'> & { readonly segmentId: string })[]
    : never;
  readonly qualifiedFrom: WrittenTime | null;
  readonly qualifiedTo: WrittenTime | null;
  readonly changedAfter: WrittenTime | null;
  readonly emptyProfiles: boolean;
  readonly events: {
    readonly fields: readonly string[];
    readonly from: WrittenTime | null;
    readonly to: WrittenTime | null;
  } | null;
  readonly evaluateFirst: boolean;
  readonly mergePolicyId: string | null;
}

function pathsOf(text: string | undefined): readonly string[] {
  const paths = (text ?? '').split(',').map((path) => path.trim().replace(/\.\*$/, ''));
  return [...new Set(paths.filter((path) => path !== ''))];
}

function writtenTime(text: string | undefined, field: string): WrittenTime | null {
  return text === undefined ? null : { text, field };
}

function decodeEvents(body: NewExportBody): NewExport['events'] {
  const list = body.additionalFields?.eventList;
  if (list === undefined) return null;
  const place = '/additionalFields/eventList/filter';
  return {
    fields: pathsOf(list.fields),
    from: writtenTime(list.filter?.fromIngestTimestamp, `${place}/fromIngestTimestamp`),
    to: writtenTime(list.filter?.toIngestTimestamp, `${place}/toIngestTimestamp`),
  };
}

/** The export a body asks for, or what is wrong with the body. */
export function decodeNewExport(body: unknown): NewExport | Problem {
  if (!Check(NewExportBody, body)) return new Problem('invalidBody', checkValue(NewExportBody, body));
  if (body.schema.name !== profileClass) {
    const detail = { message: '`schema.name` is not a class that is exported', field: '/schema/name' };
    return new Problem('invalidBody', [{ ...detail, expected: `\`${profileClass}\`` }]);
  }
  const { filter = {}, destination } = body;
  const span = filter.segmentQualificationTime;
  return {
    datasetId: destination.datasetId,
    schemaName: body.schema.name,
    format: body.muster?.format ?? formatDefault,
    segmentPerBatch: destination.segmentPerBatch ?? false,
    fields: pathsOf(body.fields),
    segments: (filter.segments ?? []).map(({ segmentId, segmentNs = namespaceDefault, status = statusesDefault }) => ({
      segmentId,
      namespace: segmentNs,
      statuses: [...new Set(status)],
    })),
    qualifiedFrom: writtenTime(span?.startTime, '/filter/segmentQualificationTime/startTime'),
    qualifiedTo: writtenTime(span?.endTime, '/filter/segmentQualificationTime/endTime'),
    changedAfter: writtenTime(filter.fromIngestTimestamp, '/filter/fromIngestTimestamp'),
    emptyProfiles: filter.emptyProfiles ?? false,
    events: decodeEvents(body),
    evaluateFirst: body.evaluationInfo?.segmentation ?? false,
    mergePolicyId: body.mergePolicy?.id ?? null,
  };
}

/** Which export jobs to list: those with numbers below `before`. */
export interface ExportListRequest {
  readonly status: TaskStatus | null;
  readonly before: number | null;
  readonly limit: number;
}

const offsetPattern = /^\d{1,16}_(?<number>\d{1,15})$/;

/** The list a query asks for, or what is wrong with the query. */
export function decodeExportList(query: QueryParameters): ExportListRequest | Problem {
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) return limit;
  const statusText = decodeText(query, 'status', wireLimits.filterLengthMax);
  if (statusText instanceof Problem) return statusText;
  const status = taskStatuses.find((known) => known === statusText?.toUpperCase()) ?? null;
  if (statusText !== undefined && status === null) {
    return new Problem('invalidParameter', [
      {
        message: '`status` is not a status of export jobs',
        field: 'status',
        expected: `one of ${taskStatuses.join(', ')}`,
      },
    ]);
  }
  const offset = decodeText(query, 'offset', wireLimits.filterLengthMax);
  if (offset instanceof Problem) return offset;
  const before = offset === undefined || offset === '' || offset === '0' ? null : offsetPattern.exec(offset);
  if (before === null && offset !== undefined && offset !== '' && offset !== '0') {
    return new Problem('invalidParameter', [
      { message: '`offset` is not the offset of a page', field: 'offset', expected: 'the one in `link.next`' },
    ]);
  }
  return {
    status,
    before: before === null ? null : Number(before.groups?.['number']),
    limit: Math.min(limit ?? wireLimits.pageSizeDefault, wireLimits.pageSizeMax),
  };
}

/** The number of an export job in a path; null when it is none. */
export function decodeExportNumber(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

const isoTime = (time: EpochMs): string => new Date(time).toISOString();

function encodeFilter(request: ExportRequest): ExportJobResource['filter'] {
  const { qualifiedFrom, qualifiedTo, changedAfter, segments } = request;
  const span = {
    ...(qualifiedFrom === null ? {} : { startTime: isoTime(qualifiedFrom) }),
    ...(qualifiedTo === null ? {} : { endTime: isoTime(qualifiedTo) }),
  };
  return {
    ...(segments.length === 0
      ? {}
      : {
          segments: segments.map(({ audienceId, namespace, statuses }) => ({
            segmentId: audienceId,
            segmentNs: namespace,
            status: [...statuses],
          })),
        }),
    ...(qualifiedFrom === null && qualifiedTo === null ? {} : { segmentQualificationTime: span }),
    ...(changedAfter === null ? {} : { fromIngestTimestamp: isoTime(changedAfter) }),
    emptyProfiles: request.emptyProfiles,
  };
}

function encodeEvents({ events }: ExportRequest): Pick<ExportJobResource, 'additionalFields'> {
  if (events === null) return {};
  const filter = {
    ...(events.from === null ? {} : { fromIngestTimestamp: isoTime(events.from) }),
    ...(events.to === null ? {} : { toIngestTimestamp: isoTime(events.to) }),
  };
  const fields = events.fields.length === 0 ? {} : { fields: events.fields.join(',') };
  return { additionalFields: { eventList: { ...fields, ...(Object.keys(filter).length === 0 ? {} : { filter }) } } };
}

/** Batches are known when the files are there; their ids are made of the job's. */
function encodeDestination({ id, request, outcome }: ExportJob): ExportJobResource['destination'] {
  const { datasetId, segmentPerBatch, segments } = request;
  if (outcome === null) return { datasetId, segmentPerBatch };
  if (!segmentPerBatch) return { datasetId, segmentPerBatch, batchId: id };
  const batches = segments.map(({ audienceId, namespace, statuses }, index) => ({
    segmentId: audienceId,
    segmentNs: namespace,
    status: [...statuses],
    batchId: `${id}-${index + 1}`,
  }));
  return { datasetId, segmentPerBatch, batches };
}

function encodeMetrics({ outcome, startedAt, endedAt }: ExportJob): ExportJobResource['metrics'] {
  const time = {
    ...(startedAt === null ? {} : { startTimeInMs: startedAt }),
    ...(endedAt === null ? {} : { endTimeInMs: endedAt }),
    ...(startedAt === null || endedAt === null ? {} : { totalTimeInMs: endedAt - startedAt }),
  };
  return {
    totalTime: time,
    profileExportTime: time,
    totalExportedProfileCounter: outcome?.exportedProfiles ?? 0,
    exportedProfileByNamespaceCounter: { ...outcome?.byNamespace },
  };
}

/** The resource of an export job. */
export function encodeExportJob(job: ExportJob, org: OrgId): ExportJobResource {
  const { request } = job;
  return {
    id: job.number,
    jobType: 'BATCH',
    destination: encodeDestination(job),
    fields: request.fields.join(','),
    schema: { name: request.schemaName },
    imsOrgId: org,
    status: job.status,
    filter: encodeFilter(request),
    ...encodeEvents(request),
    evaluationInfo: { segmentation: request.evaluate !== null },
    mergePolicy: { id: request.mergePolicyId, version: 1 },
    profileInstanceId: 'ups',
    errors: job.error === null ? [] : [{ code: job.error.code, msg: job.error.message, callStack: [] }],
    metrics: encodeMetrics(job),
    computeGatewayJobId: { exportJob: job.id },
    creationTime: job.createdAt,
    updateTime: job.updatedAt,
    requestId: request.requestId,
    muster: {
      format: request.format,
      progress: job.progress,
      attempts: job.attempts,
      files: (job.outcome?.files ?? []).map(({ name, content, segmentId, rows, bytes }) => ({
        name,
        content,
        ...(segmentId === null ? {} : { segmentId }),
        rows,
        bytes,
        href: `@/export/jobs/${job.number}/files/${name}`,
      })),
    },
  };
}

const tokenOf = (job: ExportJob): string => `${job.createdAt}_${job.number}`;

/** A page of export jobs; `jobs` has one more than the page when there is another page. */
export function encodeExportJobList(
  request: ExportListRequest,
  jobs: readonly ExportJob[],
  org: OrgId,
): ExportJobListResource {
  const page = jobs.slice(0, request.limit);
  const [first] = page;
  const last = page.at(-1);
  const status = request.status === null ? '' : `&status=${request.status}`;
  return {
    records: page.map((job) => encodeExportJob(job, org)),
    page: {
      sortField: 'createdTime',
      sort: 'desc',
      pageOffset: first === undefined ? '0' : tokenOf(first),
      pageSize: page.length,
    },
    link: {
      next:
        jobs.length > page.length && last !== undefined
          ? `/export/jobs/?limit=${request.limit}&offset=${tokenOf(last)}${status}`
          : '',
    },
  };
}
