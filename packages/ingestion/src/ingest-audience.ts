/** Files into the members of an external audience. */
import {
  type AudienceCount,
  type AudienceId,
  type EpochMs,
  type ExternalField,
  type ExternalRunOutcome,
  epochMs,
  fitsExternalType,
  identityFieldOf,
  Problem,
  type Scope,
} from '@muster/audience';
import { type ControlStore, type DataStore, loadSandboxSchema } from '@muster/store';
import { type ImportLimits, importLimits } from './limits.ts';
import { readRows } from './read/read-rows.ts';
import type { RowSource } from './read/row.ts';

/** A file that can be read as often as needed. */
export interface AudienceFile {
  readonly name: string;
  open(): AsyncIterable<Uint8Array>;
}

/** What ingesting an audience acts through. */
export interface AudienceIngestion {
  readonly control: Pick<ControlStore, 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'write' | 'replaceMembers'>;
}

/** What to ingest. */
export interface AudienceFiles {
  /** Ingesting under the same id again changes nothing. */
  readonly runId: string;
  readonly audienceId: AudienceId;
  readonly asOf: EpochMs;
  readonly fields: readonly ExternalField[];
  readonly files: readonly AudienceFile[];
}

interface Progress {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
  /** Called when all files were found readable, before the members are replaced. */
  readonly beforeMembers: () => Promise<void>;
}

/** How many rows were read, and how many of them were left out. */
interface RowTotals {
  rows: number;
  rejected: number;
}

/**
 * Reads CSV files and makes the people in them the members of an audience, instead of those before. People who have no
 * profile yet get one; other columns are checked and not kept.
 *
 * Throws `fileUnreadable` when a file cannot be read or lacks a column; rows that do not fit are counted.
 */
export async function ingestAudience(
  { control, data }: AudienceIngestion,
  scope: Scope,
  wanted: AudienceFiles,
  { signal, onProgress, beforeMembers }: Progress,
): Promise<{ readonly outcome: ExternalRunOutcome; readonly count: AudienceCount }> {
  const identity = assertIdentity(wanted.fields);
  const { namespace } = identity;
  const schema = await loadSandboxSchema(control, scope);
  const totals: RowTotals = { rows: 0, rejected: 0 };
  for (const [index, file] of wanted.files.entries()) {
    for await (const ids of readIdentities(file, wanted.fields, identity.field, totals)) {
      signal.throwIfAborted();
      const records = ids.map((id) => ({ identity: { namespace, id }, attributes: {}, time: epochMs(0) }));
      // Profile ids are given in turn: one writer at a time in a sandbox, as with imports.
      await control.withLock(`ingest:${scope.org}:${scope.sandbox}`, () =>
        data.write(scope, schema, { datasetId: wanted.audienceId, records, events: [] }),
      );
    }
    onProgress((0.5 * (index + 1)) / wanted.files.length);
  }
  // A second reading, so that memory stays bounded however long the files are.
  async function* members(): AsyncGenerator<readonly string[]> {
    const ignored: RowTotals = { rows: 0, rejected: 0 };
    for (const file of wanted.files) yield* readIdentities(file, wanted.fields, identity.field, ignored);
  }
  const { runId, audienceId, asOf } = wanted;
  await beforeMembers();
  const count = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, () =>
    data.replaceMembers(scope, { runId, audienceId, asOf, namespace, ids: members() }, signal),
  );
  return { outcome: { ...totals, files: wanted.files.length, members: count.total }, count };
}

function assertIdentity(fields: readonly ExternalField[]): {
  readonly field: ExternalField;
  readonly namespace: string;
} {
  const field = identityFieldOf(fields);
  const namespace = field?.identityNs ?? null;
  if (field === null || namespace === null) throw new Error('an external audience has no identity among its fields');
  return { field, namespace };
}

/** The identities of a file in blocks of at most a batch; counts rows, and those that do not fit. */
async function* readIdentities(
  file: AudienceFile,
  fields: readonly ExternalField[],
  identity: ExternalField,
  totals: RowTotals,
  limits: ImportLimits = importLimits,
): AsyncGenerator<readonly string[]> {
  const source = await readRows(file.open(), { format: 'csv', delimiter: ',' }, limits);
  const columns = columnsOf(file, source, fields);
  const identityColumn = columns.find(({ field }) => field === identity)?.column ?? -1;
  let ids: string[] = [];
  for await (const block of source.blocks) {
    for (const row of block) {
      totals.rows++;
      const cells = row.kind === 'cells' ? row.cells : [];
      const id = cells[identityColumn]?.trim() ?? '';
      const fits = columns.every(({ field, column }) => fitsExternalType(cells[column]?.trim() ?? '', field.type));
      if (id === '' || id.length > limits.identityLengthMax || !fits) totals.rejected++;
      else ids.push(id);
    }
    if (ids.length < limits.batchRecordsMax) continue;
    yield ids;
    ids = [];
  }
  if (ids.length > 0) yield ids;
}

function columnsOf(
  { name }: AudienceFile,
  { header }: RowSource,
  fields: readonly ExternalField[],
): readonly { readonly field: ExternalField; readonly column: number }[] {
  const columns = fields.map((field) => ({ field, column: header?.indexOf(field.name) ?? -1 }));
  const absent = columns.filter(({ column }) => column < 0).map(({ field }) => `\`${field.name}\``);
  if (absent.length === 0) return columns;
  throw new Problem('fileUnreadable', [{ message: `the file \`${name}\` has no column ${absent.join(', ')}` }]);
}
