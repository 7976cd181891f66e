/** `muster sandboxes`: isolated copies of everything, inside an organisation. */
import type { MusterClient } from '@muster/client';
import type { ManagedSandboxResource } from '@muster/wire';
import type { Command } from 'commander';
import { renderTable } from '../output.ts';
import { withService } from '../service/connect.ts';
import { type GlobalOptions, outputFor } from './options.ts';

/** Adds the commands. */
export function addSandboxesCommand(program: Command): void {
  const sandboxes = program.command('sandboxes').summary('list, reset and delete sandboxes');
  sandboxes
    .command('list')
    .description('Lists the sandboxes of the organisation, by name.')
    .action(async (_options: unknown, command: Command) => {
      await runList(command.optsWithGlobals<GlobalOptions>());
    });
  sandboxes
    .command('reset')
    .argument('<name>', 'the sandbox')
    .description('Removes everything in a sandbox: audiences, jobs, schedules, imports, fields, profiles, events.')
    .addHelpText('after', '\nExample:\n  muster sandboxes reset prod')
    .action(async (name: string, _options: unknown, command: Command) => {
      await runChange(command.optsWithGlobals<GlobalOptions>(), (client) => client.sandboxes.reset(name));
    });
  sandboxes
    .command('delete')
    .argument('<name>', 'the sandbox; the default one can only be reset')
    .description('Deletes a sandbox and everything in it.')
    .addHelpText('after', '\nExample:\n  muster sandboxes delete acme-dev')
    .action(async (name: string, _options: unknown, command: Command) => {
      await runChange(command.optsWithGlobals<GlobalOptions>(), (client) => client.sandboxes.delete(name));
    });
}

async function runList(options: GlobalOptions): Promise<void> {
  const listed = await withService(options, (client) => Array.fromAsync(client.sandboxes.iterate()));
  const rows = listed.map(({ name, type, state, title }) => [name, type, state, title]);
  await outputFor(options).result(listed, renderTable(['name', 'type', 'state', 'title'], rows));
}

async function runChange(
  options: GlobalOptions,
  change: (client: MusterClient) => Promise<ManagedSandboxResource>,
): Promise<void> {
  const sandbox = await withService(options, change);
  await outputFor(options).result(sandbox, `${sandbox.name}: ${sandbox.state}`);
}
