/** The functions of the language as they stand in its documentation. */
import { describeType } from '../types/describe.ts';
import { describeFunction, signatureOf } from './function-description.ts';
import type { FunctionForm, FunctionRecord } from './function-record.ts';
import { functionRegistry } from './registry.ts';

const headings: Readonly<Record<FunctionForm, string>> = {
  operator: 'Operators',
  function: 'Functions',
  method: 'Methods',
};

const nullRules: Readonly<Record<FunctionRecord['nullRule'], string>> = {
  false: 'false',
  null: 'null',
  own: 'own rule',
};

/**
 * A table for each form of function, in Markdown, with what every record says. Ends without a line break.
 *
 * Source of the section "Functions" in docs/pql.md, which a test compares.
 */
export function renderFunctionTable(): string {
  return Object.entries(headings)
    .map(([form, heading]) => {
      const rows = [...functionRegistry].filter(([, record]) => record.form === form).map(renderRow);
      return [
        `### ${heading}`,
        '',
        '| Name | Signature | Gives | With a null | Meaning | Examples |',
        '|---|---|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

function renderRow([name, record]: readonly [string, FunctionRecord]): string {
  const cells = [
    code(name),
    code(recordSignature(name, record)),
    describeType(record.result),
    nullRules[record.nullRule],
    record.doc,
    record.examples.map(({ pql, value }) => `${code(pql)} is ${code(JSON.stringify(value))}`).join('; '),
  ];
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `)).join('|')}|`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** How a function is written: operators between or before their operands, the others as calls, without the result. */
function recordSignature(name: string, { form, parameters }: FunctionRecord): string {
  if (form === 'operator') {
    const [left, right] = parameters.map((parameter) => parameter.name);
    return right === undefined ? `-${left ?? ''}` : `${left ?? ''} ${name} ${right}`;
  }
  const description = describeFunction(name, form);
  return description === null ? name : signatureOf(description).replace(/: [^:]*$/, '');
}
