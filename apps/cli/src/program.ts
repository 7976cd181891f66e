/** The command line: its commands, and how wrong usage and failures end. */
import { Command, CommanderError, Option } from 'commander';
import { CliError, exitCodes } from './cli-error.ts';
import { addAudiencesCommand } from './commands/audiences.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addImportCommand } from './commands/import.ts';
import { addExportCommand, addMembersCommand } from './commands/members.ts';
import { addPqlCommand } from './commands/pql.ts';
import { addSandboxesCommand } from './commands/sandboxes.ts';
import { addServeCommand } from './commands/serve.ts';

/** The program with all its commands. */
export function createProgram(): Command {
  const program = new Command('muster')
    .description('An open audience service: define an audience in PQL, find its members, keep the answer true.')
    .option('--org <id>', 'the organisation', 'demo@MusterOrg')
    .option('--sandbox <name>', 'the sandbox', 'prod')
    .option('--url <url>', 'a running service; default: the one on the data folder, or one inside this process')
    .option('--data-dir <folder>', 'the data folder; default: MUSTER_DATA_DIR or .muster')
    // From the environment, so that it stands in no list of processes and no history of a shell.
    .addOption(new Option('--token <token>', 'the bearer token').env('MUSTER_TOKEN').default('muster-cli'))
    .option('--api-key <id>', 'the client id that the token is for', 'muster-cli')
    .option('--json', 'print results as JSON')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
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
