/** `muster pql`: the language by itself, without a service. */
import process from 'node:process';
import { re2Engine } from '@muster/evaluation';
import {
  analyzeExpression,
  type CheckedExpression,
  compileClosure,
  type Evaluation,
  explainExpression,
  formatExpression,
  formatIsoTime,
  type PqlObject,
  parseExpression,
  parseIsoTime,
  renderDiagnostics,
  renderExplanation,
  stableUntil,
  TooManyStepsError,
} from '@muster/pql';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { createOutput, type Output } from '../output.ts';
import { checkText, invalidText } from '../pql/check-text.ts';
import { encodeValue, renderType } from '../pql/encode-value.ts';
import { loadSchemaOption } from '../pql/load-schema.ts';
import { decodeContext, decodeProfile, memberOfAudience } from '../pql/profile.ts';
import { readExpression, readJson } from '../read-input.ts';
import { decodeTime, type GlobalOptions, outputFor } from './options.ts';
import { addPqlJsonCommand } from './pql-json.ts';
import { addPqlSqlCommand } from './pql-sql.ts';

interface CheckOptions extends GlobalOptions {
  readonly schema?: string;
}

interface EvalOptions extends CheckOptions {
  readonly profile: string;
  readonly asOf?: string;
  readonly context?: string;
}

const expressionArgument = ['<expression-file>', 'the file with the expression, or - for stdin'] as const;
const contextOption = ['--context <file>', 'JSON object of what `@{schema}` means, by schema'] as const;
const schemaOption = [
  '--schema <file>',
  'JSON Schema of the fields, or `any` to accept every field as untyped; default: the built-in XDM fields',
] as const;

/** Adds the commands. */
export function addPqlCommand(program: Command): void {
  const pql = program
    .command('pql')
    .summary('check, evaluate, explain, format and convert expressions, and show their SQL');
  pql
    .command('check')
    .description('Prints the type of an expression, or what is wrong with it.')
    .argument(...expressionArgument)
    .option(...schemaOption)
    .addHelpText('after', '\nExample:\n  echo \'homeAddress.country = "DE"\' | muster pql check -')
    .action(async (source: string, _options: unknown, command: Command) => {
      await runCheck(source, command.optsWithGlobals<CheckOptions>());
    });
  addProfileCommand(pql, 'eval', 'Prints the value of an expression for one profile, as JSON.', runEval);
  addProfileCommand(pql, 'explain', 'Prints why an expression is true or false for one profile.', runExplain);
  pql
    .command('format')
    .description('Prints an expression in its canonical form.')
    .argument(...expressionArgument)
    .addHelpText('after', '\nExample:\n  echo "a=1 and(b=2)" | muster pql format -')
    .action(async (source: string, _options: unknown, command: Command) => {
      await runFormat(source, command.optsWithGlobals<GlobalOptions>());
    });
  addPqlJsonCommand(pql);
  addPqlSqlCommand(pql);
}

/** A command about one expression and one profile. */
function addProfileCommand(
  pql: Command,
  name: string,
  description: string,
  run: (source: string, options: EvalOptions) => Promise<void>,
): void {
  pql
    .command(name)
    .description(description)
    .argument(...expressionArgument)
    .requiredOption('--profile <file>', 'a JSON profile, its events in `xEvent`')
    .option('--as-of <time>', '`now`, ISO 8601; default: the clock', decodeTime)
    .option(...contextOption)
    .option(...schemaOption)
    .addHelpText(
      'after',
      `\nExample:\n  echo "xEvent.count() > 2" | muster pql ${name} - --profile anna.json --as-of 2024-05-31`,
    )
    .action((source: string, _options: unknown, command: Command) =>
      run(source, command.optsWithGlobals<EvalOptions>()),
    );
}

async function runCheck(source: string, options: CheckOptions): Promise<void> {
  const schema = await loadSchemaOption(options.schema);
  const text = await readExpression(source);
  const { checked, diagnostics } = analyzeExpression(text, schema, { regex: re2Engine });
  const type = checked === null ? null : renderType(checked.type);
  const lines = [...(type === null ? [] : [type]), renderDiagnostics(text, diagnostics)];
  const json = { valid: checked !== null, type, diagnostics };
  await outputFor(options).result(json, lines.filter((line) => line !== '').join('\n'));
  if (checked === null) process.exitCode = new CliError('invalidInput', '').exitCode;
}

/** What an expression is evaluated with. */
interface EvalInput {
  readonly text: string;
  readonly checked: CheckedExpression;
  readonly profile: PqlObject;
  readonly evaluation: Evaluation;
}

async function readEvalInput(source: string, options: EvalOptions, output: Output): Promise<EvalInput> {
  if (source === '-' && options.profile === '-') {
    throw new CliError('wrongUsage', 'only one of expression and profile can come from stdin');
  }
  const schema = await loadSchemaOption(options.schema);
  const text = await readExpression(source);
  const checked = checkText(text, schema, output);
  const profile = decodeProfile(await readJson(options.profile), schema, output);
  const asOf = options.asOf === undefined ? Date.now() : (parseIsoTime(options.asOf) ?? Date.now());
  const context = options.context === undefined ? null : decodeContext(await readJson(options.context));
  const evaluation: Evaluation = {
    asOf,
    regex: re2Engine,
    isMember: (audienceId) => memberOfAudience(profile, audienceId),
    contextOf: (schemaId) => context?.[schemaId] ?? null,
  };
  return { text, checked, profile, evaluation };
}

async function runEval(source: string, options: EvalOptions): Promise<void> {
  // The value is JSON for people, too.
  const output = createOutput(true, process.stdout, process.stderr);
  const { checked, profile, evaluation } = await readEvalInput(source, options, output);
  const value = encodeValue(
    withinSteps(() => compileClosure(checked, evaluation)(profile)),
    checked.type,
  );
  const { asOf } = evaluation;
  const json = { value, type: renderType(checked.type), asOf: formatIsoTime(asOf) };
  await output.result(options.json === true ? json : value, '');
}

/** What an evaluation gives; one that takes too many steps is a failure for people, without a stack trace. */
function withinSteps<T>(evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    throw error instanceof TooManyStepsError ? new CliError('failed', error.message, { cause: error }) : error;
  }
}

async function runExplain(source: string, options: EvalOptions): Promise<void> {
  const output = outputFor(options);
  const { text, checked, profile, evaluation } = await readEvalInput(source, options, output);
  const { asOf } = evaluation;
  const explanation = withinSteps(() => explainExpression(checked, text, evaluation, profile));
  const until = stableUntil(checked, profile, evaluation);
  const json = {
    explanation,
    asOf: formatIsoTime(asOf),
    stableUntil: until === null ? null : formatIsoTime(until),
  };
  const stable = until === null ? 'for ever' : `until ${json.stableUntil}`;
  await output.result(json, `${renderExplanation(explanation)}\nIt stays so ${stable} if no data arrives.`);
}

async function runFormat(source: string, options: GlobalOptions): Promise<void> {
  const text = await readExpression(source);
  const { ast, diagnostics } = parseExpression(text);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw invalidText(text, diagnostics);
  const formatted = formatExpression(ast);
  await outputFor(options).result({ expression: formatted }, formatted);
}
