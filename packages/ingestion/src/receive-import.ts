/** A file into a sandbox, from its bytes to durable profiles and events. */
import { type Clock, type ImportRun, Problem, type Scope } from '@muster/audience';
import type { RegexEngine, Schema } from '@muster/pql';
import { type ControlStore, type DataStore, loadSandboxSchema } from '@muster/store';
import { createDocumentReader } from './documents/document-reader.ts';
import type { FactReader } from './facts.ts';
import { ImportLedger, type LedgerPage, type LedgerState } from './import-ledger.ts';
import { type ImportLimits, importLimits } from './limits.ts';
import { bindRows } from './mapping/bind-row.ts';
import { decodeMappingFor } from './mapping/check-mapping.ts';
import { extendSchema } from './mapping/extend-schema.ts';
import { createMappedReader } from './mapping/mapped-reader.ts';
import type { Mapping } from './mapping/mapping.ts';
import { planMapping } from './mapping/plan-mapping.ts';
import { readRows } from './read/read-rows.ts';
import type { RowSource } from './read/row.ts';
import { guardSource, SourceInterrupted } from './read/source.ts';

/** What an import needs of the outside world. */
export interface ImportDependencies {
  readonly control: Pick<ControlStore, 'imports' | 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'write' | 'compact'>;
  readonly regex: RegexEngine;
  readonly clock: Clock;
  /** Default: `importLimits`. */
  readonly limits?: ImportLimits;
}

/** Everything that one attempt carries along. */
interface Attempt {
  readonly deps: ImportDependencies;
  readonly limits: ImportLimits;
  readonly scope: Scope;
  readonly schema: Schema;
  /** As last saved. */
  run: ImportRun;
}

/** How long rows are worked on before others in this process get their turn, milliseconds. */
const sliceMs = 10;

/**
 * Reads a file into profiles and events; gives the import as it is afterwards, and saved.
 *
 * `succeeded`: everything is durable. `failed`: the file or its mapping cannot be used, `error` says why. `interrupted`:
 * the bytes stopped, `signal` was aborted or the engine went away; sending the same file again goes on and doubles
 * nothing, since what is written twice counts once. Any other failure leaves the import interrupted and is thrown.
 * Memory is bounded by `limits`, whatever the size of the file.
 */
export async function receiveImport(
  deps: ImportDependencies,
  scope: Scope,
  run: ImportRun,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ImportRun> {
  const schema = await loadSandboxSchema(deps.control, scope);
  const limits = deps.limits ?? importLimits;
  const attempt: Attempt = { deps, limits, scope, schema, run };
  await save(attempt, { status: 'receiving', error: null });
  try {
    await readFile(attempt, guardSource(bytes, signal));
    await underLock(attempt, () => deps.data.compact(scope));
    return await save(attempt, { status: 'succeeded' });
  } catch (error) {
    const ending = decideEnding(error);
    const saved = await save(attempt, ending);
    if (ending.isBug) throw error;
    return saved;
  }
}

interface Ending {
  readonly status: 'failed' | 'interrupted';
  readonly error: string;
  readonly isBug: boolean;
}

function decideEnding(error: unknown): Ending {
  if (error instanceof SourceInterrupted) return { status: 'interrupted', error: error.message, isBug: false };
  if (!(error instanceof Problem)) return { status: 'interrupted', error: 'an internal error', isBug: true };
  const status = error.problem === 'engineUnavailable' ? 'interrupted' : 'failed';
  return { status, error: renderProblem(error), isBug: false };
}

function renderProblem(problem: Problem): string {
  const { details, definition } = problem;
  if (details.length === 0) return definition.title;
  return details
    .map(({ field, message, suggestion }) => {
      const place = field === undefined ? '' : `${field}: `;
      return `${place}${message}${suggestion === undefined ? '' : `; ${suggestion}`}`;
    })
    .join('\n');
}

async function readFile(attempt: Attempt, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { run, limits, scope, deps } = attempt;
  const mapping = run.mapping === null ? null : decodeMappingFor(run.mapping, run.kind);
  const schema = mapping === null ? attempt.schema : await extendSchema(deps.control, scope, mapping.schema);
  const extended: Attempt = { ...attempt, schema };
  const rows = await readRows(bytes, mapping?.file ?? { format: null, delimiter: ',' }, limits);
  const reader = createReader(extended, mapping, rows);
  const ledger = new ImportLedger(run.committedRows, limits);
  const writer = new PageWriter(attempt, schema);
  try {
    await takeRows(rows, reader, ledger, writer);
    reader.end(ledger);
    await writer.write(ledger.takePage(null));
  } finally {
    // A write in flight belongs to this attempt: it must have ended, and be counted, before the attempt does.
    await writer.finish();
  }
}

function createReader({ run, schema, limits, deps }: Attempt, mapping: Mapping | null, rows: RowSource): FactReader {
  const { identityLengthMax } = limits;
  if (mapping === null) {
    if (rows.header !== null) {
      const suggestion = 'JSONL files start with `{`; a CSV file needs a mapping';
      throw new Problem('fileUnreadable', [
        { message: 'without a mapping the lines must be JSON documents', suggestion },
      ]);
    }
    return createDocumentReader({ kind: run.kind, schema, defaultTime: run.createdAt, identityLengthMax });
  }
  const evaluation = { asOf: run.createdAt, regex: deps.regex };
  const plan = planMapping(mapping, schema, evaluation, identityLengthMax);
  return createMappedReader(plan, bindRows(mapping.columns, rows.header), limits);
}

async function takeRows(rows: RowSource, reader: FactReader, ledger: ImportLedger, writer: PageWriter): Promise<void> {
  let sliceEnd = performance.now() + sliceMs;
  for await (const block of rows.blocks) {
    for (const row of block) {
      ledger.countRow(row.row, row.kind === 'malformed' ? 0 : row.bytes);
      reader.take(row, ledger);
      if (ledger.isFull()) await writer.write(ledger.takePage(reader.firstOpenRow()));
    }
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceEnd = performance.now() + sliceMs;
  }
}

/** Writes pages in order, one while the rows of the next are read: the engine works in another process. */
class PageWriter {
  readonly #attempt: Attempt;
  readonly #schema: Schema;
  #inFlight: Promise<void> = Promise.resolve();

  constructor(attempt: Attempt, schema: Schema) {
    this.#attempt = attempt;
    this.#schema = schema;
  }

  /** Resolves once the page before this one is durable; throws what went wrong with it. */
  async write(page: LedgerPage): Promise<void> {
    await this.#inFlight;
    this.#inFlight = this.#writePage(page);
    // Looked at by the next `write` or by `finish`; until then it must not count as unhandled.
    this.#inFlight.catch(() => undefined);
  }

  /** Resolves once all pages are durable. */
  async finish(): Promise<void> {
    await this.#inFlight;
  }

  async #writePage({ records, events, state }: LedgerPage): Promise<void> {
    const { deps, scope, run } = this.#attempt;
    if (records.length + events.length > 0) {
      await underLock(this.#attempt, () =>
        deps.data.write(scope, this.#schema, { datasetId: run.name, records, events }),
      );
    }
    await save(this.#attempt, state);
  }
}

function underLock(attempt: Attempt, work: () => Promise<void>): Promise<void> {
  const { org, sandbox } = attempt.scope;
  return attempt.deps.control.withLock(`ingest:${org}:${sandbox}`, work);
}

type Change = Partial<LedgerState> & Partial<Pick<ImportRun, 'status' | 'error'>>;

async function save(attempt: Attempt, change: Change): Promise<ImportRun> {
  const { deps, scope, run } = attempt;
  const { status = run.status, error = run.error } = change;
  const { counts = run.counts, problems = run.problems, committedRows = run.committedRows } = change;
  attempt.run = { ...run, status, error, counts, problems, committedRows, updatedAt: deps.clock.now() };
  await deps.control.imports.replace(scope, attempt.run);
  return attempt.run;
}
