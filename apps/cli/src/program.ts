/** The command line: its commands, and how wrong usage and failures end. */
import { Command, CommanderError, Option } from 'commander';
import packageDocument from '../package.json' with { type: 'json' };
import { CliError, exitCodes } from './cli-error.ts';
import { addAudiencesCommand } from './commands/audiences.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addImportCommand } from './commands/import.ts';
import { addExportCommand, addMembersCommand } from './commands/members.ts';
import { decodeOrg, decodeSandbox } from './commands/options.ts';
import { addPqlCommand } from './commands/pql.ts';
import { addSandboxesCommand } from './commands/sandboxes.ts';
import { addServeCommand } from './commands/serve.ts';

/** The program with all its commands. */
export function createProgram(): Command {
  const program = new Command('muster')
    .description('An open audience service: define an audience in PQL, find its members, keep the answer true.')
    // From the environment too, so that a script says once whose data it is about.
    .addOption(
      new Option('--org <id>', 'the organisation').env('MUSTER_ORG').default('DEMO@AdobeOrg').argParser(decodeOrg),
    )
    .addOption(
      new Option('--sandbox <name>', 'the sandbox').env('MUSTER_SANDBOX').default('prod').argParser(decodeSandbox),
    )
    .addOption(
      new Option(
        '--url <url>',
        'a running service; default: the one on the data folder, or one inside this process',
      ).env('MUSTER_URL'),
    )
    .option('--data-dir <folder>', 'the data folder; default: MUSTER_DATA_DIR or .muster')
    // Better from the environment: there it stands in no list of processes and no history of a shell.
    .addOption(new Option('--token <token>', 'the bearer token').env('MUSTER_TOKEN').default('muster-cli'))
    .addOption(
      new Option('--api-key <id>', 'the client id that the token is for').env('MUSTER_API_KEY').default('muster-cli'),
    )
    .option('--json', 'print results as JSON')
    .version(packageDocument.version, '--version', 'print the version')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .showHelpAfterError('(the command with --help says how it is used)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'muster: ')) })
    .exitOverride()
    .addHelpText(
      'after',
      '\nResults go to stdout, messages to stderr. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 invalid input.\n\n' +
        'Examples:\n' +
        '  muster import --mapping examples/online-retail/mapping.json online-retail.csv.gz\n' +
        '  muster audiences create --name Germany --expression \'homeAddress.country = "Germany"\'\n' +
        '  muster evaluate Germany --as-of 2011-12-10',
    );
  addServeCommand(program);
  addImportCommand(program);
  addAudiencesCommand(program);
  addEvaluateCommand(program);
  addMembersCommand(program);
  addExportCommand(program);
  addSandboxesCommand(program);
  addPqlCommand(program);
  return program;
}

/** How a run ended. */
export interface Ending {
  readonly exitCode: number;
  /** For stderr; null when everything is said already. */
  readonly message: string | null;
}

/** What an error means for the process. Commander has printed its own errors. */
export function decideEnding(error: unknown): Ending {
  if (error instanceof CommanderError) {
    return { exitCode: error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongUsage, message: null };
  }
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: exitCodes.failed, message: `this is a mistake in muster itself\n${detail}` };
}
