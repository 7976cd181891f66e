/** Segment jobs as the wire shows them. */
import type { EvaluationJob, JobMetrics, OrgId, Sandbox } from '@muster/audience';
import type { JobListRequest } from './decode-job.ts';
import { profileClass } from './encode-audience.ts';
import { encodeSandbox } from './encode-sandbox.ts';
import type { JobListResource, JobResource } from './job-schema.ts';

/** Whose job it is. */
export interface JobSurroundings {
  readonly org: OrgId;
  readonly sandbox: Sandbox;
}

/** Before the end, counters are empty and the times of the evaluation are unknown. */
const unknownMetrics: JobResource['metrics'] = {
  totalTime: {},
  profileSegmentationTime: {},
  segmentedProfileCounter: {},
  segmentedProfileByNamespaceCounter: {},
  segmentedProfileByStatusCounter: {},
  totalProfilesByMergePolicy: {},
};

function encodeMetrics(job: EvaluationJob, metrics: JobMetrics): JobResource['metrics'] {
  const time = {
    startTimeInMs: metrics.startedAt,
    endTimeInMs: metrics.endedAt,
    totalTimeInMs: metrics.endedAt - metrics.startedAt,
  };
  const { counts } = metrics;
  return {
    totalTime: time,
    profileSegmentationTime: time,
    totalProfiles: metrics.totalProfiles,
    segmentedProfileCounter: Object.fromEntries(counts.map((count) => [count.audienceId, count.total])),
    segmentedProfileByNamespaceCounter: Object.fromEntries(
      counts.map((count) => [count.audienceId, { ...count.byNamespace }]),
    ),
    segmentedProfileByStatusCounter: Object.fromEntries(
      counts.map(({ audienceId, realized, existing, exited }) => [audienceId, { realized, existing, exited }]),
    ),
    totalProfilesByMergePolicy: Object.fromEntries(
      job.audiences.map((audience) => [audience.mergePolicyId, metrics.totalProfiles]),
    ),
  };
}

/** The resource of a job, the same for every operation. */
export function encodeJob(job: EvaluationJob, around: JobSurroundings): JobResource {
  const href = `/segment/jobs/${job.id}`;
  return {
    id: job.id,
    imsOrgId: around.org,
    sandbox: encodeSandbox(around.sandbox),
    profileInstanceId: 'ups',
    source: job.source,
    status: job.status,
    segments: job.audiences.map((audience) => ({
      segmentId: audience.audienceId,
      segment: {
        id: audience.audienceId,
        expression: { ...audience.expression },
        mergePolicyId: audience.mergePolicyId,
        mergePolicy: { id: audience.mergePolicyId, version: 1 },
      },
    })),
    metrics: job.metrics === null ? unknownMetrics : encodeMetrics(job, job.metrics),
    requestId: job.requestId,
    ...(job.scheduledRun === null ? {} : { properties: { ...job.scheduledRun } }),
    schema: { name: profileClass },
    _links: { cancel: { href, method: 'DELETE' }, checkStatus: { href, method: 'GET' } },
    errors: job.errors.map((error) => ({ code: error.code, msg: error.message, callStack: [] })),
    creationTime: job.createdAt,
    updateTime: job.updatedAt,
    updateEpoch: Math.floor(job.updatedAt / 1000),
    muster: { asOf: new Date(job.asOf).toISOString(), progress: job.progress, attempts: job.attempts },
  };
}

/** A page of jobs. The last page, and any beyond it, has no `next`. */
export function encodeJobList(
  request: JobListRequest,
  jobs: readonly EvaluationJob[],
  totalCount: number,
  around: JobSurroundings,
): JobListResource {
  const { index, limit } = request.page;
  const totalPages = Math.ceil(totalCount / limit);
  const hasNext = index + 1 < totalPages;
  return {
    children: jobs.map((job) => encodeJob(job, around)),
    _page: {
      totalCount,
      totalPages,
      pageSize: jobs.length,
      limit,
      start: String(index),
      ...(hasNext ? { next: String(index + 1) } : {}),
    },
    _links: {
      next: hasNext ? { href: `@/segment/jobs?start=${index + 1}&limit=${limit}${request.repeated}` } : {},
    },
  };
}
