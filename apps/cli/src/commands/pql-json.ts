/** `muster pql json`: expressions between text and the form `pql/json`. */
import {
  type Diagnostic,
  formatExpression,
  parseExpression,
  readPqlJson,
  renderDiagnostics,
  writePqlJson,
} from '@muster/pql';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Output } from '../output.ts';
import { invalidText } from '../pql/check-text.ts';
import { readExpression, readJson } from '../read-input.ts';
import { type GlobalOptions, outputFor } from './options.ts';

interface JsonOptions extends GlobalOptions {
  readonly fromJson?: boolean;
}

/** Adds the command to `muster pql`. */
export function addPqlJsonCommand(pql: Command): void {
  pql
    .command('json')
    .description('Prints an expression as pql/json, or one in pql/json as text.')
    .argument('<expression-file>', 'the file with the expression, or - for stdin')
    .option('--from-json', 'read pql/json and print text')
    .addHelpText('after', '\nExample:\n  echo "a = 1" | muster pql json - | muster pql json --from-json -')
    .action(async (source: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<JsonOptions>();
      await (options.fromJson === true ? runFromJson : runToJson)(source, outputFor(options));
    });
}

async function runToJson(source: string, output: Output): Promise<void> {
  const text = await readExpression(source);
  const { ast, diagnostics } = parseExpression(text);
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    throw invalidText(text, diagnostics);
  }
  if (diagnostics.length > 0) output.message(renderDiagnostics(text, diagnostics));
  const json = writePqlJson(ast);
  await output.result(json, JSON.stringify(json, null, 2));
}

async function runFromJson(source: string, output: Output): Promise<void> {
  const { ast, diagnostics } = readPqlJson(await readJson(source));
  if (diagnostics.length > 0) throw new CliError('invalidInput', diagnostics.map(renderFinding).join('\n'));
  const text = formatExpression(ast);
  await output.result({ expression: text }, text);
}

/** A finding about JSON, whose message names the place: there is no text to underline. */
function renderFinding({ code, severity, message, help }: Diagnostic): string {
  return `${severity}: ${message} [${code}]${help === undefined ? '' : `\n  help: ${help}`}`;
}
