/** `muster pql sql`: what a batch run asks the engine for an expression. */
import {
  anySchema,
  type BatchScans,
  type Formula,
  formatIsoTime,
  parseIsoTime,
  planBatch,
  renderScans,
  renderSql,
  type SqlStatement,
} from '@muster/pql';
import { schemaLayout } from '@muster/store';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { checkText } from '../pql/check-text.ts';
import { loadSchemaOption } from '../pql/load-schema.ts';
import { readExpression } from '../read-input.ts';
import { decodeTime, type GlobalOptions, outputFor } from './options.ts';

interface SqlOptions extends GlobalOptions {
  readonly schema?: string;
  readonly asOf?: string;
}

/** A scan as it is shown. */
interface ShownScan {
  readonly name: string;
  /** The leaves its bitmaps are, in the order of the array. */
  readonly leaves: readonly number[];
  readonly sql: string;
  readonly parameters: SqlStatement['parameters'];
}

/** Adds the command to `muster pql`. */
export function addPqlSqlCommand(pql: Command): void {
  pql
    .command('sql')
    .description('Prints the ClickHouse SQL that finds the members by an expression, with its parameters.')
    .argument('<expression-file>', 'the file with the expression, or - for stdin')
    .option('--as-of <time>', '`now`, ISO 8601; default: the clock', decodeTime)
    .option(
      '--schema <file>',
      'JSON Schema of the fields, all of which have a column; default: the built-in XDM fields',
    )
    .addHelpText('after', '\nExample:\n  echo \'homeAddress.country = "DE"\' | muster pql sql - --as-of 2024-05-31')
    .action(async (source: string, _options: unknown, command: Command) => {
      await runSql(source, command.optsWithGlobals<SqlOptions>());
    });
}

async function runSql(source: string, options: SqlOptions): Promise<void> {
  const output = outputFor(options);
  const schema = await loadSchemaOption(options.schema);
  if (schema === anySchema) throw new CliError('wrongUsage', 'columns have types: `pql sql` needs a schema, not `any`');
  const expression = checkText(await readExpression(source), schema, output, { expect: 'condition' });
  const asOf = options.asOf === undefined ? Date.now() : (parseIsoTime(options.asOf) ?? Date.now());
  const plan = renderScans(planBatch([{ audienceId: 'audience', expression }], asOf), schemaLayout(schema));
  const scans = plan.scans.map(({ name, leaves, select }): ShownScan => {
    const { text, parameters } = renderSql(select);
    return { name, leaves, sql: text, parameters };
  });
  const formula = formulaOf(plan);
  await output.result({ asOf: formatIsoTime(asOf), formula, scans }, renderPlan(formula, scans));
}

function formulaOf({ audiences }: BatchScans): Formula {
  const [audience] = audiences;
  return audience?.formula ?? { kind: 'nobody' };
}

/** The plan for people: SQL whose comments say what is not SQL. */
function renderPlan(formula: Formula, scans: readonly ShownScan[]): string {
  return [`-- members: ${renderFormula(formula)}`, ...scans.map(renderScan)].join('\n\n');
}

function renderScan({ name, leaves, sql, parameters }: ShownScan): string {
  const bitmaps = leaves.length === 1 ? `leaf ${leaves.join()}` : `leaves ${leaves.join(', ')}`;
  const bound = Object.entries(parameters).map(([key, value]) => `-- ${key} = ${JSON.stringify(value)}`);
  return [`-- scan of ${name}: ${bitmaps}`, `${sql};`, ...bound].join('\n');
}

/** Set algebra in words; what is inside another operation stands in parentheses. */
function renderFormula(formula: Formula): string {
  switch (formula.kind) {
    case 'leaf':
      return `leaf ${formula.leaf}`;
    case 'audience':
      return `the members of ${JSON.stringify(formula.audienceId)}`;
    case 'not':
      return `not ${renderOperand(formula.operand)}`;
    case 'and':
    case 'or':
      return formula.operands.map(renderOperand).join(` ${formula.kind} `);
    default:
      return formula.kind;
  }
}

function renderOperand(formula: Formula): string {
  const text = renderFormula(formula);
  return formula.kind === 'and' || formula.kind === 'or' ? `(${text})` : text;
}
