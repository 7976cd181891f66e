/** Comparison, arithmetic and null tests. The checker types their operands itself: they work on several types. */

import { finiteSql } from '../sql/finite.ts';
import type { SqlFragment } from '../sql/fragment.ts';
import { sql } from '../sql/fragment.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { compareValues, equalValues, isArray } from './compare.ts';
import { finiteNumber } from './finite.ts';
import type { FunctionExample, FunctionRecord } from './function-record.ts';

const either = [
  { name: 'left', type: 'any' },
  { name: 'right', type: 'any' },
] as const;

/** A comparison: false with a null operand. */
function comparison(
  doc: string,
  examples: readonly FunctionExample[],
  test: (order: number) => boolean,
  render: (a: SqlFragment, b: SqlFragment) => SqlFragment,
): FunctionRecord {
  return {
    form: 'operator',
    parameters: either,
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc,
    examples,
    evaluate: () => (a, b) => test(compareValues(a, b)),
    sql: ([a = sql`NULL`, b = sql`NULL`]) => sql`(${render(a, b)})`,
  };
}

/** An arithmetic operator: null with a null operand or without a finite result. */
function arithmeticOperator(
  doc: string,
  examples: readonly FunctionExample[],
  apply: (a: number, b: number) => number,
  render: (a: SqlFragment, b: SqlFragment) => SqlFragment,
): FunctionRecord {
  return {
    form: 'operator',
    parameters: either,
    result: scalarTypes.number,
    nullRule: 'null',
    doc,
    examples,
    evaluate: () => (a, b) => finiteNumber(typeof a === 'number' && typeof b === 'number' ? apply(a, b) : Number.NaN),
    sql: ([a = sql`NULL`, b = sql`NULL`]) => finiteSql(render(a, b)),
  };
}

/** Whether a value counts as absent: null, or a container without items. */
function isAbsent(value: PqlValue): boolean {
  return value === null || (isArray(value) && value.length === 0);
}

/** The operators that compare two values. */
export const comparisonNames: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/** Records by internal name. */
export const operators: Readonly<Record<string, FunctionRecord>> = {
  '=': {
    form: 'operator',
    parameters: either,
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc: 'True when both sides are present and equal.',
    examples: [{ pql: '1 = 1.0', value: true }],
    evaluate: () => (a, b) => a !== null && b !== null && (a === b || (typeof a === 'object' && equalValues(a, b))),
    sql: ([a = sql`NULL`, b = sql`NULL`]) => sql`(${a} = ${b})`,
  },
  '!=': {
    form: 'operator',
    parameters: either,
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc: 'True when both sides are present and differ.',
    examples: [{ pql: '"a" != "b"', value: true }],
    evaluate: () => (a, b) => a !== null && b !== null && a !== b && (typeof a !== 'object' || !equalValues(a, b)),
    sql: ([a = sql`NULL`, b = sql`NULL`]) => sql`(${a} != ${b})`,
  },
  '<': comparison(
    'True when the left side comes before the right side.',
    [{ pql: '1 < 2', value: true }],
    (order) => order < 0,
    (a, b) => sql`${a} < ${b}`,
  ),
  '<=': comparison(
    'True when the left side comes before the right side or equals it.',
    [{ pql: '2 <= 2', value: true }],
    (order) => order <= 0,
    (a, b) => sql`${a} <= ${b}`,
  ),
  '>': comparison(
    'True when the left side comes after the right side.',
    [{ pql: '1 > 2', value: false }],
    (order) => order > 0,
    (a, b) => sql`${a} > ${b}`,
  ),
  '>=': comparison(
    'True when the left side comes after the right side or equals it.',
    [{ pql: '2 >= 2', value: true }],
    (order) => order >= 0,
    (a, b) => sql`${a} >= ${b}`,
  ),
  '+': arithmeticOperator(
    'The sum.',
    [{ pql: '1 + 2', value: 3 }],
    (a, b) => a + b,
    (a, b) => sql`${a} + ${b}`,
  ),
  '-': arithmeticOperator(
    'The difference.',
    [{ pql: '1 - 2', value: -1 }],
    (a, b) => a - b,
    (a, b) => sql`${a} - ${b}`,
  ),
  '*': arithmeticOperator(
    'The product.',
    [{ pql: '2 * 3', value: 6 }],
    (a, b) => a * b,
    (a, b) => sql`${a} * ${b}`,
  ),
  '/': arithmeticOperator(
    'The quotient; null for a division by zero.',
    [
      { pql: '7 / 2', value: 3.5 },
      { pql: '1 / 0', value: null },
    ],
    (a, b) => a / b,
    (a, b) => sql`${a} / nullIf(${b}, 0)`,
  ),
  '%': arithmeticOperator(
    'The remainder, with the sign of the left side; null for a division by zero.',
    [{ pql: '-7 % 3', value: -1 }],
    // What the engine computes, to the last bit; the remainder of JavaScript is exact where this one rounds.
    (a, b) => a - Math.trunc(a / b) * b,
    (a, b) => sql`modulo(${a}, nullIf(${b}, 0))`,
  ),
  negate: {
    form: 'operator',
    parameters: [{ name: 'operand', type: 'number' }],
    result: scalarTypes.number,
    nullRule: 'null',
    doc: 'The number with its sign changed.',
    examples: [{ pql: '-(1 + 2)', value: -3 }],
    evaluate: () => (a) => (typeof a === 'number' ? -a : null),
    sql: ([a = sql`NULL`]) => sql`negate(${a})`,
  },
  isNull: {
    form: 'method',
    parameters: [{ name: 'value', type: 'any' }],
    result: scalarTypes.boolean,
    nullRule: 'own',
    doc: 'True when there is no value: null, an object without present members, an array or map without items.',
    examples: [
      { pql: '(1 / 0).isNull()', value: true },
      { pql: '"".isNull()', value: false },
    ],
    evaluate: () => isAbsent,
    sql: ([a = sql`NULL`]) => sql`isNull(${a})`,
  },
};
