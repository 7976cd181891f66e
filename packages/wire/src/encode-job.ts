/** Segment jobs as the wire shows them. */
import {
  type EpochMs,
  type EvaluationJob,
  isFinalJobStatus,
  type JobMetrics,
  type OrgId,
  type Sandbox,
} from '@muster/audience';
import type { JobListRequest } from './decode-job.ts';
import { profileClass } from './encode-audience.ts';
import { encodeSandbox } from './encode-sandbox.ts';
import type { JobListResource, JobResource } from './job-schema.ts';

/** Whose job it is. */
export interface JobSurroundings {
  readonly org: OrgId;
  readonly sandbox: Sandbox;
}

/** What is known before there is a result: when the job came, and when it was over if it is. */
function encodePartialMetrics(job: EvaluationJob): JobResource['metrics'] {
  const { createdAt, updatedAt, status } = job;
  return {
    totalTime: isFinalJobStatus(status) ? encodeSpan(createdAt, updatedAt) : { startTimeInMs: createdAt },
    profileSegmentationTime: {},
    segmentedProfileCounter: {},
    segmentedProfileByNamespaceCounter: {},
    segmentedProfileByStatusCounter: {},
    totalProfilesByMergePolicy: {},
  };
}

function encodeSpan(startedAt: EpochMs, endedAt: EpochMs): JobResource['metrics']['totalTime'] {
  return { startTimeInMs: startedAt, endTimeInMs: endedAt, totalTimeInMs: endedAt - startedAt };
}

/** The total time is that of the job, with its wait for a runner; the other one that of the evaluation. */
function encodeMetrics(job: EvaluationJob, metrics: JobMetrics): JobResource['metrics'] {
  const { counts } = metrics;
  return {
    totalTime: encodeSpan(job.createdAt, metrics.endedAt),
    profileSegmentationTime: encodeSpan(metrics.startedAt, metrics.endedAt),
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

/** A number for a job, the same each time: clients keep it as the id of the computation. FNV-1a, in 31 bits. */
function computeNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash & 0x7fffffff;
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
    batchId: job.id,
    computeJobId: computeNumber(job.id),
    computeGatewayJobId: job.id,
    segments: job.audiences.map((audience) => ({
      segmentId: audience.audienceId,
      segment: {
        id: audience.audienceId,
        expression: { ...audience.expression },
        mergePolicyId: audience.mergePolicyId,
        mergePolicy: { id: audience.mergePolicyId, version: 1 },
      },
    })),
    metrics: job.metrics === null ? encodePartialMetrics(job) : encodeMetrics(job, job.metrics),
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
  children: readonly JobResource[],
  totalCount: number,
): JobListResource {
  const { index, limit } = request.page;
  const hasNext = (index + 1) * limit < totalCount;
  const next = String(index + 1);
  return {
    children: [...children],
    _page: { totalCount, pageSize: children.length, ...(hasNext ? { next } : {}) },
    _links: {
      next: hasNext ? { href: `@/segment/jobs?start=${next}&limit=${limit}${request.repeated}` } : {},
    },
  };
}
