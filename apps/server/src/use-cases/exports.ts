/** Exports: profiles and events into files. */
import {
  type Audience,
  audienceId,
  type EpochMs,
  type ExportJob,
  type ExportRequest,
  epochMs,
  isFinalTaskStatus,
  type JobAudience,
  Problem,
  type ProblemDetail,
  type Scope,
  taskId,
  unfinishedTaskStatuses,
} from '@muster/audience';
import { fieldAt, type ObjectType, parseIsoTime } from '@muster/pql';
import type { NewExport, WrittenTime } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { cancelTask } from './cancel-task.ts';
import { defaultMergePolicyId } from './default-merge-policy.ts';
import type { UseCaseDependencies } from './ports.ts';
import { withDependencies } from './prepare-job.ts';

/** How many exports there may be. */
export interface ExportLimits {
  readonly exportsInProgressMax: number;
  readonly exportsKeptMax: number;
}

type Dependencies = Pick<
  UseCaseDependencies,
  'control' | 'clock' | 'ids' | 'loadSchema' | 'exportRunner' | 'exportFiles'
>;

/** Fields every row has anyway, by the names that the reference gives them. */
const alwaysThere: ReadonlySet<string> = new Set(['identityMap', 'segmentMembership']);

/** Collects what is wrong with a request, so that all of it is reported. */
class RequestReader {
  readonly details: ProblemDetail[] = [];

  time(written: WrittenTime | null): EpochMs | null {
    if (written === null) return null;
    const time = parseIsoTime(written.text);
    if (time !== null) return epochMs(time);
    const { field } = written;
    const message = `\`${written.text.slice(0, 100)}\` is not a time`;
    this.details.push({ message, field, expected: 'RFC 3339, such as `2024-05-31T00:00:00Z`' });
    return null;
  }

  span(from: EpochMs | null, to: EpochMs | null, field: string): void {
    if (from === null || to === null || from <= to) return;
    this.details.push({ message: 'the span ends before it begins', field });
  }

  paths(type: ObjectType, paths: readonly string[], field: string): readonly string[] {
    const known = paths.filter((path) => {
      if (alwaysThere.has(path.split('.')[0] ?? '')) return false;
      if (fieldAt(type, path.split('.')) !== null) return true;
      this.details.push({ message: `unknown field \`${path}\``, field, expected: 'the dotted path of a field' });
      return false;
    });
    return known;
  }
}

async function findSegments({ control }: Dependencies, scope: Scope, wanted: NewExport): Promise<readonly Audience[]> {
  const ids = [...new Set(wanted.segments.map(({ segmentId }) => audienceId(segmentId)))];
  const found = await control.audiences.findMany(scope, ids);
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length === 0) return found;
  throw new Problem(
    'audienceNotFound',
    missing.map((id) => ({ message: `audience \`${id}\` does not exist`, field: '/filter/segments' })),
  );
}

/** The audiences to evaluate first: those exported, or all when everyone is. */
async function audiencesToEvaluate(
  deps: Dependencies,
  scope: Scope,
  segments: readonly Audience[],
): Promise<readonly JobAudience[]> {
  const wanted = segments.length === 0 ? await deps.control.audiences.listForBatch(scope) : segments;
  const all = await withDependencies(deps, scope, wanted);
  return all.flatMap((audience): readonly JobAudience[] => {
    if (audience.kind === 'external' || audience.lifecycleState === 'inactive') return [];
    return [{ audienceId: audience.id, expression: audience.expression, mergePolicyId: audience.mergePolicyId }];
  });
}

async function prepare(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewExport,
  requestId: string,
): Promise<ExportRequest> {
  const { scope, sandbox } = tenant;
  const schema = await deps.loadSchema(scope);
  const read = new RequestReader();
  const [qualifiedFrom, qualifiedTo] = [read.time(wanted.qualifiedFrom), read.time(wanted.qualifiedTo)];
  const changedAfter = read.time(wanted.changedAfter);
  const fields = read.paths(schema.profile, wanted.fields, '/fields');
  const events =
    wanted.events === null
      ? null
      : {
          fields: read.paths(schema.event, wanted.events.fields, '/additionalFields/eventList/fields'),
          from: read.time(wanted.events.from),
          to: read.time(wanted.events.to),
        };
  read.span(qualifiedFrom, qualifiedTo, '/filter/segmentQualificationTime');
  if (events !== null) read.span(events.from, events.to, '/additionalFields/eventList/filter');
  if ((qualifiedFrom !== null || qualifiedTo !== null) && wanted.segments.length === 0) {
    const message = '`segmentQualificationTime` needs `segments` to qualify for';
    read.details.push({ message, field: '/filter/segmentQualificationTime', suggestion: 'add `filter.segments`' });
  }
  if (read.details.length > 0) throw new Problem('invalidBody', read.details);
  const segments = await findSegments(deps, scope, wanted);
  const policies = segments.flatMap((audience) => (audience.kind === 'platform' ? [audience.mergePolicyId] : []));
  return {
    datasetId: wanted.datasetId,
    schemaName: wanted.schemaName,
    format: wanted.format,
    segmentPerBatch: wanted.segmentPerBatch,
    fields,
    segments: wanted.segments.map(({ segmentId, namespace, statuses }) => ({
      audienceId: audienceId(segmentId),
      namespace,
      statuses,
    })),
    qualifiedFrom,
    qualifiedTo,
    changedAfter,
    emptyProfiles: wanted.emptyProfiles,
    events,
    evaluate: wanted.evaluateFirst ? await audiencesToEvaluate(deps, scope, segments) : null,
    mergePolicyId: wanted.mergePolicyId ?? policies[0] ?? defaultMergePolicyId(sandbox),
    requestId,
  };
}

/** Forgets the oldest exports and their files, and refuses when too much is still to be done. */
async function makeRoom(deps: Dependencies, scope: Scope, limits: ExportLimits): Promise<void> {
  const { exports } = deps.control;
  const inProgress = await exports.count(scope, { statuses: unfinishedTaskStatuses });
  if (inProgress >= limits.exportsInProgressMax) {
    throw new Problem('tooManyExports', [
      {
        message: `${inProgress} export jobs have not ended yet`,
        expected: `fewer than ${limits.exportsInProgressMax}`,
        suggestion: 'wait for one to end, or cancel one',
      },
    ]);
  }
  const kept = await exports.list(
    scope,
    {},
    { before: null, limit: limits.exportsKeptMax + limits.exportsInProgressMax },
  );
  for (const job of kept.slice(Math.max(0, limits.exportsKeptMax - 1))) {
    if (!isFinalTaskStatus(job.status)) continue;
    // The job first: nobody can ask for files that are being removed.
    await exports.delete(scope, job.id);
    await deps.exportFiles.remove(job.id);
  }
}

/**
 * Makes an export job and starts it as soon as a runner is free.
 *
 * Throws `invalidBody` with everything that is wrong, `audienceNotFound` naming the segments, or `tooManyExports`.
 */
export async function createExport(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewExport,
  options: { readonly requestId: string; readonly limits: ExportLimits },
): Promise<ExportJob> {
  const request = await prepare(deps, tenant, wanted, options.requestId);
  await makeRoom(deps, tenant.scope, options.limits);
  const job = await deps.control.exports.create(tenant.scope, {
    id: taskId(deps.ids.uuid()),
    subject: '',
    request,
    createdBy: tenant.scope.actor,
    createdAt: deps.clock.now(),
  });
  deps.exportRunner.wake();
  return job;
}

/** An export job of the scope. Throws `exportNotFound`. */
export async function findExport(
  { control }: Pick<Dependencies, 'control'>,
  scope: Scope,
  number: number | null,
): Promise<ExportJob> {
  const job = number === null ? null : await control.exports.findByNumber(scope, number);
  if (job === null) throw new Problem('exportNotFound');
  return job;
}

/**
 * Cancels an export job. One that is running is CANCELLING until its runner has let go. Cancelling twice is fine.
 *
 * Throws `exportNotFound`, or `exportNotCancellable` when it has succeeded or failed.
 */
export async function cancelExport(deps: Dependencies, scope: Scope, number: number | null): Promise<ExportJob> {
  const job = await findExport(deps, scope, number);
  if (job.status === 'SUCCEEDED' || job.status === 'FAILED') {
    throw new Problem('exportNotCancellable', [
      { message: `the export job is \`${job.status}\``, suggestion: 'make a new job' },
    ]);
  }
  const cancelled = await cancelTask(deps.control.exports, deps.exportRunner, scope, job, deps.clock.now());
  return cancelled ?? cancelExport(deps, scope, number);
}

/** The content of a file of an export. Throws `exportNotFound`, or `exportFileNotFound`. */
export async function readExportFile(
  deps: Pick<Dependencies, 'control' | 'exportFiles'>,
  scope: Scope,
  number: number | null,
  name: string,
): Promise<{ readonly bytes: number; readonly content: NodeJS.ReadableStream }> {
  const job = await findExport(deps, scope, number);
  const file = job.outcome?.files.find((candidate) => candidate.name === name);
  const content = file === undefined ? null : await deps.exportFiles.read(job.id, file.name);
  if (file === undefined || content === null) {
    throw new Problem('exportFileNotFound', [
      {
        message: `the export job is \`${job.status}\` and has no such file`,
        suggestion: 'see `muster.files` of the export job',
      },
    ]);
  }
  return { bytes: file.bytes, content };
}
