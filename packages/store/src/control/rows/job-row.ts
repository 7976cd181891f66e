/** Evaluation jobs as rows. The audiences of a job are written once; what a run changes is small. */
import {
  type AudienceCount,
  actorId,
  audienceId,
  type EvaluationJob,
  type JobAudience,
  type JobError,
  type JobMetrics,
  jobId,
  jobStatuses,
  type ScheduledRun,
  type Scope,
  scheduleId,
} from '@muster/audience';
import type { Insertable } from 'kysely';
import { columnText } from '../column-text.ts';
import type { ControlTables } from '../tables.ts';
import {
  listOf,
  memberOf,
  numberOf,
  numbersOf,
  oneOf,
  parsedOf,
  renderJson,
  textOf,
  textOrNullOf,
  timeOf,
} from './row.ts';

/** What changes in the life of a job. */
export function encodeJobProgress(
  job: EvaluationJob,
): Pick<Insertable<ControlTables['jobs']>, 'status' | 'updated_at' | 'attempts' | 'progress' | 'outcome'> {
  return {
    status: job.status,
    updated_at: job.updatedAt,
    attempts: job.attempts,
    progress: job.progress,
    outcome: renderJson({ metrics: job.metrics, errors: job.errors }),
  };
}

/** The row of a new job. */
export function encodeJob(scope: Scope, job: EvaluationJob): Insertable<ControlTables['jobs']> {
  return {
    org: scope.org,
    sandbox: scope.sandbox,
    id: columnText(job.id),
    source: job.source,
    as_of: job.asOf,
    created_by: columnText(job.createdBy),
    created_at: job.createdAt,
    audiences: renderJson(job.audiences),
    request_id: columnText(job.requestId),
    schedule_id: job.scheduledRun === null ? null : columnText(job.scheduledRun.scheduleId),
    run_id: job.scheduledRun === null ? null : columnText(job.scheduledRun.runId),
    ...encodeJobProgress(job),
  };
}

const formats = ['pql/text', 'pql/json'] as const;
const sources = ['api', 'scheduler'] as const;

/** The audience of a job in a stored document. */
export function decodeJobAudience(value: unknown): JobAudience {
  const expression = memberOf(value, 'expression');
  return {
    audienceId: audienceId(textOf(value, 'audienceId')),
    expression: {
      type: textOf(expression, 'type'),
      format: oneOf(formats, expression, 'format'),
      value: textOf(expression, 'value'),
    },
    mergePolicyId: textOf(value, 'mergePolicyId'),
  };
}

function decodeCount(value: unknown): AudienceCount {
  return {
    audienceId: audienceId(textOf(value, 'audienceId')),
    total: numberOf(value, 'total'),
    realized: numberOf(value, 'realized'),
    existing: numberOf(value, 'existing'),
    exited: numberOf(value, 'exited'),
    byNamespace: numbersOf(value, 'byNamespace'),
  };
}

function decodeMetrics(value: unknown): JobMetrics {
  return {
    startedAt: timeOf(value, 'startedAt'),
    endedAt: timeOf(value, 'endedAt'),
    totalProfiles: numberOf(value, 'totalProfiles'),
    counts: listOf(value, 'counts', decodeCount),
  };
}

function decodeError(value: unknown): JobError {
  return { code: textOf(value, 'code'), message: textOf(value, 'message') };
}

function decodeScheduledRun(row: unknown): ScheduledRun | null {
  const id = textOrNullOf(row, 'schedule_id');
  return id === null ? null : { scheduleId: scheduleId(id), runId: textOf(row, 'run_id') };
}

/** The job in a row with all columns. */
export function decodeJob(row: unknown): EvaluationJob {
  const outcome = parsedOf(row, 'outcome');
  const metrics = memberOf(outcome, 'metrics');
  return {
    id: jobId(textOf(row, 'id')),
    source: oneOf(sources, row, 'source'),
    requestId: textOf(row, 'request_id'),
    scheduledRun: decodeScheduledRun(row),
    status: oneOf(jobStatuses, row, 'status'),
    asOf: timeOf(row, 'as_of'),
    audiences: listOf({ audiences: parsedOf(row, 'audiences') }, 'audiences', decodeJobAudience),
    createdBy: actorId(textOf(row, 'created_by')),
    createdAt: timeOf(row, 'created_at'),
    updatedAt: timeOf(row, 'updated_at'),
    attempts: numberOf(row, 'attempts'),
    progress: numberOf(row, 'progress'),
    metrics: metrics === null ? null : decodeMetrics(metrics),
    errors: listOf(outcome, 'errors', decodeError),
  };
}
