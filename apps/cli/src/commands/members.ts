/** `muster members` and `muster export`: who is in an audience. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { MusterClient } from '@muster/client';
import type { MemberResource } from '@muster/wire';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { renderTable } from '../output.ts';
import { withService } from '../service/connect.ts';
import { findAudience } from '../service/find-audience.ts';
import { decodeCount, type GlobalOptions, outputFor } from './options.ts';

interface MembersOptions extends GlobalOptions {
  readonly limit: number;
  readonly fields?: string;
}

interface ExportOptions extends GlobalOptions {
  readonly format: 'csv' | 'jsonl' | 'parquet';
  readonly fields?: string;
  readonly out: string;
}

/** What the service gives at most on one page. */
const pageSizeMax = 1_000;

/** Adds the command. */
export function addMembersCommand(program: Command): void {
  program
    .command('members')
    .summary('list members of an audience')
    .description('Lists the members that the last evaluation found.')
    .argument('<audience>', 'id or name')
    .option('--limit <n>', 'how many at most', decodeCount, 100)
    .option('--fields <paths>', 'profile fields to show, separated by commas')
    .addHelpText('after', '\nExample:\n  muster members "Germany" --limit 10 --fields homeAddress.country')
    .action(async (audience: string, _options: unknown, command: Command) => {
      await runMembers(audience, command.optsWithGlobals<MembersOptions>());
    });
}

async function runMembers(text: string, options: MembersOptions): Promise<void> {
  await withService(options, async (client) => {
    const { id } = await findAudience(client, text);
    const { members, totalCount, evaluationTime } = await collectMembers(client, id, options);
    assertEvaluated(text, evaluationTime);
    const json = { totalCount, evaluationTime, members };
    await outputFor(options).result(json, renderMembers(members, totalCount));
  });
}

function assertEvaluated(text: string, evaluationTime: number | undefined): void {
  if (evaluationTime !== undefined) return;
  throw new CliError('failed', `\`${text}\` was not evaluated yet; \`muster evaluate\` does so`);
}

interface CollectedMembers {
  readonly members: readonly MemberResource[];
  readonly totalCount: number;
  readonly evaluationTime: number | undefined;
}

async function collectMembers(client: MusterClient, id: string, options: MembersOptions): Promise<CollectedMembers> {
  const members: MemberResource[] = [];
  let start: string | undefined;
  while (true) {
    const limit = Math.min(options.limit - members.length, pageSizeMax);
    const query = { limit, ...fieldsQuery(options), ...(start === undefined ? {} : { start }) };
    const page = await client.members.list(id, query);
    members.push(...page.children);
    start = page._page.next;
    if (start === undefined || members.length >= options.limit) {
      return { members, totalCount: page._page.totalCount, evaluationTime: page.evaluationTime };
    }
  }
}

const fieldsQuery = ({ fields }: { readonly fields?: string }): { readonly fields?: string } =>
  fields === undefined ? {} : { fields };

function renderMembers(members: readonly MemberResource[], totalCount: number): string {
  const names = Object.keys(members[0]?.fields ?? {});
  const rows = members.map(({ identity, fields }) => [
    identity.namespace,
    identity.id,
    ...names.map((name) => renderValue(fields[name])),
  ]);
  return `${renderTable(['namespace', 'id', ...names], rows)}\n${members.length} of ${totalCount}`;
}

function renderValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Adds the command. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('write all members of an audience to a file')
    .description('Writes the members that the last evaluation found. The file appears when it is complete.')
    .argument('<audience>', 'id or name')
    .addOption(
      new Option('--format <format>', 'csv, jsonl or parquet').choices(['csv', 'jsonl', 'parquet']).default('csv'),
    )
    .option('--fields <paths>', 'profile fields to write, separated by commas')
    .requiredOption('--out <file>', 'the file, or - for stdout')
    .addHelpText(
      'after',
      '\nExample:\n  muster export "Germany" --format csv --fields homeAddress.country --out germany.csv',
    )
    .action(async (audience: string, _options: unknown, command: Command) => {
      await runExport(audience, command.optsWithGlobals<ExportOptions>());
    });
}

async function runExport(text: string, options: ExportOptions): Promise<void> {
  const output = outputFor(options);
  await withService(options, async (client) => {
    const { id } = await findAudience(client, text);
    // Without this an audience that nobody asked for looks like one without members.
    const { evaluationTime } = await client.members.list(id, { limit: 1 });
    assertEvaluated(text, evaluationTime);
    const pieces = await client.members.export(id, { format: options.format, ...fieldsQuery(options) });
    if (options.out === '-') {
      for await (const piece of pieces) await output.write(piece);
      return;
    }
    const bytes = await writeFile(options.out, pieces);
    await output.result(
      { audience: id, file: options.out, format: options.format, bytes },
      `${options.out}: ${bytes} bytes`,
    );
  });
}

/** Writes beside the file and moves it into place, so that a broken export leaves nothing half. */
async function writeFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const aside = `${path}.part`;
  const file = createWriteStream(aside);
  try {
    await pipeline(pieces, file);
    await rename(aside, path);
    return file.bytesWritten;
  } catch (error) {
    await rm(aside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError('failed', `\`${path}\` cannot be written: ${reason}`, { cause: error });
  }
}
