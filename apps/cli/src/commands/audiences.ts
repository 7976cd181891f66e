/** `muster audiences`: definitions. */
import type { MusterClient } from '@muster/client';
import type { AudienceResource } from '@muster/wire';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { renderTable } from '../output.ts';
import { readText } from '../read-input.ts';
import { withService } from '../service/connect.ts';
import { findAudience } from '../service/find-audience.ts';
import { decodeCount, type GlobalOptions, outputFor } from './options.ts';

interface ListOptions extends GlobalOptions {
  readonly name?: string;
  readonly limit: number;
}

interface CreateOptions extends GlobalOptions {
  readonly name: string;
  readonly description?: string;
  readonly expression?: string;
  readonly expressionFile?: string;
}

/** What the service gives at most on one page. */
const pageSizeMax = 100;

/** Adds the commands. */
export function addAudiencesCommand(program: Command): void {
  const audiences = program.command('audiences').summary('list, create, show and delete audiences');
  audiences
    .command('list')
    .description('Lists audiences, newest first.')
    .option('--name <text>', 'only those whose name contains this')
    .option('--limit <n>', 'how many at most', decodeCount, 100)
    .addHelpText('after', '\nExample:\n  muster audiences list --name germany')
    .action(async (_options: unknown, command: Command) => {
      await runList(command.optsWithGlobals<ListOptions>());
    });
  audiences
    .command('create')
    .description('Creates an audience from a PQL expression; prints its id.')
    .requiredOption('--name <name>', 'what people call it')
    .option('--description <text>', 'what it is for')
    .option('--expression <pql>', 'the rule')
    .option('--expression-file <file>', 'the file with the rule, or - for stdin')
    .addHelpText(
      'after',
      '\nExample:\n  muster audiences create --name Germany --expression \'homeAddress.country = "Germany"\'',
    )
    .action(async (_options: unknown, command: Command) => {
      await runCreate(command.optsWithGlobals<CreateOptions>());
    });
  audiences
    .command('show')
    .argument('<audience>', 'id or name')
    .description('Prints an audience: its rule, its state, how many members it has.')
    .addHelpText('after', '\nExample:\n  muster audiences show Germany')
    .action(async (audience: string, _options: unknown, command: Command) => {
      await runShow(audience, command.optsWithGlobals<GlobalOptions>());
    });
  audiences
    .command('delete')
    .argument('<audience>', 'id or name')
    .description('Deletes an audience, if no other one uses it.')
    .addHelpText('after', '\nExample:\n  muster audiences delete Germany')
    .action(async (audience: string, _options: unknown, command: Command) => {
      await runDelete(audience, command.optsWithGlobals<GlobalOptions>());
    });
}

async function runList(options: ListOptions): Promise<void> {
  const listed = await withService(options, (client) => collectAudiences(client, options));
  const rows = listed.map(({ id, name, lifecycleState, metrics }) => [
    id,
    lifecycleState,
    metrics === undefined ? '' : metrics.data.totalProfiles,
    name,
  ]);
  await outputFor(options).result(listed, renderTable(['id', 'state', 'members', 'name'], rows));
}

async function collectAudiences(
  { audiences }: MusterClient,
  { limit, name }: ListOptions,
): Promise<readonly AudienceResource[]> {
  const collected: AudienceResource[] = [];
  const query = { limit: Math.min(limit, pageSizeMax), property: ['withMetrics==true'] };
  for await (const audience of audiences.iterate(name === undefined ? query : { ...query, name })) {
    if (collected.push(audience) === limit) break;
  }
  return collected;
}

async function runCreate(options: CreateOptions): Promise<void> {
  const { name, description, expression, expressionFile } = options;
  if ((expression === undefined) === (expressionFile === undefined)) {
    throw new CliError('wrongUsage', 'give the rule by --expression or by --expression-file');
  }
  const value = expression ?? (await readText(expressionFile ?? '-'));
  const audience = await withService(options, ({ audiences }) =>
    audiences.create({
      name,
      ...(description === undefined ? {} : { description }),
      type: 'SegmentDefinition',
      expression: { type: 'PQL', format: 'pql/text', value: value.trim() },
      schema: { name: '_xdm.context.profile' },
    }),
  );
  await outputFor(options).result(audience, audience.id);
}

async function runShow(text: string, options: GlobalOptions): Promise<void> {
  const audience = await withService(options, async (client) => {
    const { id } = await findAudience(client, text);
    return client.audiences.get(id);
  });
  const { id, name, description, lifecycleState, metrics } = audience;
  const rule = 'expression' in audience ? audience.expression.value : undefined;
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ['id', id],
    ['name', name],
    ['description', description],
    ['state', lifecycleState],
    ['members', metrics?.data.totalProfiles],
    ['rule', rule],
  ];
  const known = lines.filter(([, value]) => value !== undefined);
  await outputFor(options).result(audience, known.map(([label, value]) => `${label.padEnd(11)}  ${value}`).join('\n'));
}

async function runDelete(text: string, options: GlobalOptions): Promise<void> {
  const { id, name } = await withService(options, async (client) => {
    const found = await findAudience(client, text);
    await client.audiences.delete(found.id);
    return found;
  });
  await outputFor(options).result({ id, name, deleted: true }, `${name}: deleted`);
}
