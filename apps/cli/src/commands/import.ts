/** `muster import`: files into profiles and events. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import process from 'node:process';
import type { MusterClient, NewImport } from '@muster/client';
import type { ImportResource } from '@muster/wire';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { type Output, renderTable } from '../output.ts';
import { type Progress, showProgress } from '../progress.ts';
import { readJson, unreadable } from '../read-input.ts';
import { announceImport } from '../service/announce-import.ts';
import { withService } from '../service/connect.ts';
import { type GlobalOptions, outputFor } from './options.ts';

interface ImportOptions extends GlobalOptions {
  readonly kind?: 'profiles' | 'events';
  readonly mapping?: string;
}

/** How often the service is asked how far it is. */
const pollMs = 500;
/** Rejected rows that are listed in the report. */
const shownProblemsMax = 10;

/** Adds the command. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .summary('read files into profiles and events')
    .description(
      'Reads CSV or JSON lines, also compressed by gzip. JSON lines that are XDM documents need no mapping; what a ' +
        'mapping can say stands in docs/import.md. A file that was interrupted goes on when the same command is run again.',
    )
    .argument('<file...>', 'the files, read one after the other')
    .addOption(
      new Option('--kind <kind>', 'what the lines are; default: what the mapping makes of them').choices([
        'profiles',
        'events',
      ]),
    )
    .option('--mapping <file>', 'JSON that says how rows become profiles and events')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  muster import --kind profiles people.jsonl\n' +
        '  muster import --mapping examples/online-retail/mapping.json online-retail.csv.gz',
    )
    .action(async (files: readonly string[], _options: unknown, command: Command) => {
      await runImports(files, command.optsWithGlobals<ImportOptions>());
    });
}

async function runImports(files: readonly string[], options: ImportOptions): Promise<void> {
  const output = outputFor(options);
  const mapping = options.mapping === undefined ? null : await readMapping(options.mapping);
  const kind = options.kind ?? kindOf(mapping);
  const sources = await Promise.all(files.map((file) => describeFile(file)));
  await withService(options, async (client) => {
    for (const source of sources) {
      const announcement = { name: source.name, kind, ...(mapping === null ? {} : { mapping }) };
      const fingerprint = await fingerprintOf(source.path, announcement);
      const run = await importFile(client, source, { ...announcement, fingerprint }, output);
      await output.result(run, renderReport(run));
      assertSucceeded(run);
    }
  });
}

type Mapping = NonNullable<NewImport['mapping']>;

// What JSON text holds is JSON all through.
const isMapping = (json: unknown): json is Mapping => typeof json === 'object' && json !== null && !Array.isArray(json);

async function readMapping(file: string): Promise<Mapping> {
  const json = await readJson(file);
  if (isMapping(json)) return json;
  throw new CliError('invalidInput', `\`${file}\` holds no mapping: it must be a JSON object`);
}

function kindOf(mapping: Mapping | null): 'profiles' | 'events' {
  if (mapping === null) throw new CliError('wrongUsage', 'say what the lines are: --kind profiles or --kind events');
  return 'event' in mapping ? 'events' : 'profiles';
}

interface SourceFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

async function describeFile(path: string): Promise<SourceFile> {
  // An import that was interrupted reads its file again from the start.
  if (path === '-') throw new CliError('wrongUsage', 'an import needs a file: stdin cannot be read a second time');
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new CliError('invalidInput', `\`${path}\` is no file`);
    return { path, name: basename(path), bytes: found.size };
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  }
}

/** Tells the same file with the same mapping again: a hash of the file's hash and of all that is announced with it. */
async function fingerprintOf(path: string, announcement: Omit<NewImport, 'fingerprint'>): Promise<string> {
  const content = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) content.update(chunk);
  } catch (error) {
    throw unreadable(path, error);
  }
  const { kind, mapping } = announcement;
  const whole = `${content.digest('hex')}\n${kind}\n${JSON.stringify(mapping ?? null)}`;
  return createHash('sha256').update(whole).digest('hex');
}

async function importFile(
  client: MusterClient,
  source: SourceFile,
  announcement: NewImport,
  output: Output,
): Promise<ImportResource> {
  const announced = await announceImport(client, announcement);
  if (announced.status === 'succeeded') {
    output.message(`${source.name} was imported already; nothing is read again`);
    return announced;
  }
  if (announced.committedRows > 0) output.message(`${source.name}: goes on after row ${announced.committedRows}`);
  const progress = showProgress(source.name, process.stderr);
  const watch = watchImport(client, announced.id, source, progress);
  const sayInterrupted = (): void => {
    watch.stop();
    output.message(`${source.name}: stopping; run the same command again and it goes on`);
    // The service inside this command ends the process when it has closed; otherwise the signal does.
    if (process.listenerCount('SIGINT') === 0) process.kill(process.pid, 'SIGINT');
  };
  process.once('SIGINT', sayInterrupted);
  try {
    return await client.imports.putContent(announced.id, watch.count(createReadStream(source.path)));
  } finally {
    process.off('SIGINT', sayInterrupted);
    watch.stop();
  }
}

interface ImportWatch {
  /** Passes the bytes on and notes how many they are. */
  count(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  stop(): void;
}

/** Shows the share of the bytes that are sent, and the rows that are durable. */
function watchImport(client: MusterClient, id: string, source: SourceFile, progress: Progress): ImportWatch {
  const startedAt = performance.now();
  let sent = 0;
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      const { rows } = (await client.imports.get(id)).counts;
      const rate = Math.round(rows / ((performance.now() - startedAt) / 1_000));
      progress.update(sent / Math.max(source.bytes, 1), `${rows} rows, ${rate} rows/s`);
    } catch (error) {
      // Progress is a courtesy: whether the import works is known from the upload itself.
      progress.update(sent / Math.max(source.bytes, 1), error instanceof Error ? error.message : '');
    } finally {
      isAsking = false;
    }
  };
  const timer = setInterval(() => void ask(), pollMs);
  return {
    async *count(bytes) {
      for await (const chunk of bytes) {
        sent += chunk.length;
        yield chunk;
      }
    },
    stop() {
      clearInterval(timer);
      progress.stop();
    },
  };
}

/** What came of an import, for people. */
export function renderReport(run: ImportResource): string {
  const { rows, profiles, events, skipped, rejected } = run.counts;
  const lines = [
    `${run.name}: ${run.status}`,
    renderTable(['rows', 'profiles', 'events', 'skipped', 'rejected'], [[rows, profiles, events, skipped, rejected]]),
  ];
  if (run.error !== undefined) lines.push(run.error);
  for (const { row, message } of run.problems.slice(0, shownProblemsMax)) lines.push(`row ${row}: ${message}`);
  if (run.problems.length > shownProblemsMax) lines.push(`… and more: GET /imports/${run.id} lists the first 100`);
  return lines.join('\n');
}

/** Throws `CliError` when the file was not read to its end, or rows of it were meant to be imported and none could be. */
export function assertSucceeded(run: Pick<ImportResource, 'name' | 'status' | 'counts'>): void {
  if (run.status === 'succeeded') {
    const { rows, profiles, events, skipped, rejected } = run.counts;
    // Skipped rows are left out on purpose: a file of them alone is fine.
    if (rejected === 0 || profiles + events > 0) return;
    const those =
      rejected === rows ? 'every row was rejected' : `rejected ${rejected}, skipped ${skipped} of ${rows} rows`;
    throw new CliError('invalidInput', `nothing of ${run.name} was imported: ${those}`);
  }
  if (run.status === 'failed') throw new CliError('invalidInput', `${run.name} cannot be imported`);
  throw new CliError('failed', `${run.name} was interrupted; run the same command again and it goes on`);
}
