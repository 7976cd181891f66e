/** `muster serve`: the service, until it is told to stop. */
import process from 'node:process';
import type { Command } from 'commander';
import { dataFolderOf } from '../service/connect.ts';
import { decodePort, type GlobalOptions } from './options.ts';

interface ServeOptions extends GlobalOptions {
  readonly host?: string;
  readonly port?: number;
}

/** Adds the command. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .summary('start the service')
    .description(
      'Serves the HTTP API until SIGTERM or SIGINT. The other settings are environment variables, see docs/api.md.',
    )
    .option('--host <address>', 'the address to listen on; default: MUSTER_HOST or 127.0.0.1')
    .option('--port <number>', 'the port to listen on, 0 for a free one; default: MUSTER_PORT or 8080', decodePort)
    .addHelpText('after', '\nExample:\n  muster serve --port 8081 --data-dir /var/lib/muster')
    .action(async (_options: unknown, command: Command) => {
      await runServer(command.optsWithGlobals<ServeOptions>());
    });
}

/** Hands over to the program of the server, which reads its settings from the environment. */
async function runServer(options: ServeOptions): Promise<void> {
  process.env['MUSTER_DATA_DIR'] = dataFolderOf(options);
  if (options.host !== undefined) process.env['MUSTER_HOST'] = options.host;
  if (options.port !== undefined) process.env['MUSTER_PORT'] = String(options.port);
  await import('@muster/server/main');
}
