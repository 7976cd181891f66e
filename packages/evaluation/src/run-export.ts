/** An export, from a request to files. */
import {
  type AudienceId,
  type Clock,
  type ExportFile,
  type ExportJob,
  type ExportOutcome,
  type ExportRequest,
  type ExportSegment,
  type JobMetrics,
  jobId,
  type Scope,
} from '@muster/audience';
import { leafPaths, type ObjectType } from '@muster/pql';
import {
  type ControlStore,
  type DataStore,
  loadSandboxSchema,
  type ProgressListener,
  type RowCounts,
  type RowField,
  type RowQuery,
  type RowSelection,
} from '@muster/store';
import { type BatchDependencies, evaluateBatch } from './evaluate-batch.ts';
import { metricsOf } from './job-runner.ts';

/** Files of one export, which are there together or not at all. */
export interface ExportDraft {
  /** Writes a file; gives its size in bytes. */
  write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /** Puts the files in their place, instead of what an earlier attempt put there. */
  publish(): Promise<void>;
  /** Removes what was written; nothing happens after `publish`. */
  discard(): Promise<void>;
}

/** What an export acts through. */
export interface ExportDependencies extends BatchDependencies {
  readonly control: Pick<ControlStore, 'audiences' | 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'layout' | 'runBatch' | 'exportRows' | 'countRows'>;
  readonly clock: Clock;
  /** Begins the files of an export; what an attempt that was cut off left is gone. */
  openDraft(id: ExportJob['id']): Promise<ExportDraft>;
}

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** One file to write. */
interface Part {
  readonly name: string;
  readonly segmentId: AudienceId | null;
  readonly query: RowQuery;
}

/**
 * Writes the files of an export. Repeating it gives the files again, of the data as they are then.
 *
 * Throws what the data plane and the disk throw, and `expressionInvalid` when it is to evaluate first and cannot.
 */
export async function runExport(
  deps: ExportDependencies,
  scope: Scope,
  { id, request }: Pick<ExportJob, 'id' | 'request'>,
  options: Options,
): Promise<ExportOutcome> {
  const { signal } = options;
  const evaluationShare = request.evaluate === null ? 0 : 0.5;
  if (request.evaluate !== null) {
    const onProgress = (done: number): void => options.onProgress(done * evaluationShare);
    await evaluateFirst(deps, scope, id, request.evaluate, { signal, onProgress });
  }
  const parts = await planParts(deps, scope, request);
  const draft = await deps.openDraft(id);
  try {
    const files: ExportFile[] = [];
    const counts: RowCounts[] = [];
    for (const [index, part] of parts.entries()) {
      const onProgress = (done: number): void =>
        options.onProgress(evaluationShare + ((1 - evaluationShare) * (index + done)) / parts.length);
      const { bytes, rows } = await writePart(deps, scope, draft, { part, format: request.format, signal, onProgress });
      const { name, segmentId, query } = part;
      if (query.content === 'profiles') counts.push(rows);
      files.push({ name, content: query.content, segmentId, rows: sumOf(rows), bytes });
    }
    signal.throwIfAborted();
    await draft.publish();
    const byNamespace = addUp(counts);
    return { files, exportedProfiles: sumOf(byNamespace), byNamespace };
  } finally {
    await draft.discard();
  }
}

async function evaluateFirst(
  deps: ExportDependencies,
  scope: Scope,
  id: ExportJob['id'],
  audiences: NonNullable<ExportRequest['evaluate']>,
  options: Options,
): Promise<JobMetrics> {
  const job = { id: jobId(id), asOf: deps.clock.now(), audiences };
  const { metrics, problems } = await evaluateBatch(deps, scope, job, options);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  await deps.control.audiences.saveMetrics(scope, metricsOf(job, metrics));
  return metrics;
}

/** The files of a request, with names that hold nothing a user wrote. */
async function planParts(deps: ExportDependencies, scope: Scope, request: ExportRequest): Promise<readonly Part[]> {
  const schema = await loadSandboxSchema(deps.control, scope);
  const { profiles, events } = await deps.data.layout(scope);
  const stored = { profiles: new Set(profiles.columns.keys()), events: new Set(events.columns.keys()) };
  const groups: readonly { readonly segments: readonly ExportSegment[]; readonly mark: string }[] =
    request.segmentPerBatch && request.segments.length > 0
      ? request.segments.map((segment, index) => ({ segments: [segment], mark: `-${index + 1}` }))
      : [{ segments: request.segments, mark: '' }];
  return groups.flatMap(({ segments, mark }): readonly Part[] => {
    const selection = selectionOf(request, segments);
    const segmentId = mark === '' ? null : (segments[0]?.audienceId ?? null);
    const people: Part = {
      name: `profiles${mark}.${request.format}`,
      segmentId,
      query: {
        content: 'profiles',
        selection,
        fields: chosenFields(schema.profile, request.fields, stored.profiles),
        withMemberships: true,
      },
    };
    if (request.events === null) return [people];
    const { fields, from, to } = request.events;
    const query = {
      content: 'events',
      selection,
      fields: chosenFields(schema.event, fields, stored.events),
      from,
      to,
    } as const;
    return [people, { name: `events${mark}.${request.format}`, segmentId, query }];
  });
}

function selectionOf(request: ExportRequest, segments: readonly ExportSegment[]): RowSelection {
  const { qualifiedFrom, qualifiedTo, changedAfter, emptyProfiles } = request;
  const chosen = segments.length === 0 ? null : segments;
  return { segments: chosen, qualifiedFrom, qualifiedTo, changedAfter, withEmpty: emptyProfiles };
}

/** The leaves under the paths asked for, in schema order; without any, those that somebody has a value in. */
function chosenFields(type: ObjectType, paths: readonly string[], stored: ReadonlySet<string>): readonly RowField[] {
  return [...leafPaths(type)]
    .map(({ path, type: leaf }) => ({ path: path.join('.'), isTime: leaf.kind === 'timestamp' }))
    .filter(({ path }) =>
      paths.length === 0 ? stored.has(path) : paths.some((wanted) => path === wanted || path.startsWith(`${wanted}.`)),
    );
}

async function writePart(
  deps: ExportDependencies,
  scope: Scope,
  draft: ExportDraft,
  { part, format, signal, onProgress }: Options & { readonly part: Part; readonly format: ExportRequest['format'] },
): Promise<{ readonly bytes: number; readonly rows: RowCounts }> {
  const rows = await deps.data.countRows(scope, part.query, signal);
  const expected = Math.max(1, sumOf(rows));
  async function* watched(): AsyncGenerator<Uint8Array> {
    let lines = 0;
    for await (const piece of deps.data.exportRows(scope, part.query, format, signal)) {
      signal.throwIfAborted();
      // The pieces of Parquet have no lines to count; it arrives when all of it is made.
      for (const byte of piece) if (byte === lineFeed) lines++;
      if (format !== 'parquet') onProgress(Math.min(1, lines / expected));
      yield piece;
    }
  }
  return { bytes: await draft.write(part.name, watched()), rows };
}

const lineFeed = 10;

const sumOf = (counts: RowCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

function addUp(all: readonly RowCounts[]): RowCounts {
  const sums = new Map<string, number>();
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}
