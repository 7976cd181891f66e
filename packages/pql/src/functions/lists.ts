/** `in` and `notIn` with a list of constants; other lists are spelled out as generators by the checker. */
import type { ParameterType, SqlFragment, SqlValue } from '../sql/fragment.ts';
import { parameter, sql } from '../sql/fragment.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { isArray } from './compare.ts';
import type { FunctionRecord } from './function-record.ts';

type Scalar = boolean | number | string;

/** The items of the constant list, which the checker has made scalars of one type. */
function constantItems(constants: readonly (PqlValue | undefined)[]): readonly Scalar[] {
  const list = constants[1] ?? null;
  return isArray(list) ? list.filter((item) => item !== null && typeof item !== 'object') : [];
}

/** The bound list. A list of one type is one array parameter, however long. */
function boundItems(items: readonly Scalar[]): SqlFragment {
  const type: ParameterType =
    typeof items[0] === 'string' ? 'Array(String)' : typeof items[0] === 'boolean' ? 'Array(Bool)' : 'Array(Float64)';
  const values: readonly SqlValue[] = items;
  return parameter(values, type);
}

/** A record for `in` (`wanted` true) or `notIn`. */
function listTest(wanted: boolean, doc: string, example: string): FunctionRecord {
  return {
    form: 'operator',
    parameters: [
      { name: 'value', type: 'any' },
      { name: 'list', type: 'any', literal: true },
    ],
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc,
    examples: [{ pql: example, value: true }],
    evaluate: ({ constants }) => {
      const items: ReadonlySet<PqlValue> = new Set<PqlValue>(constantItems(constants));
      return (value) => value !== null && items.size > 0 && items.has(value) === wanted;
    },
    sql: ([value = sql`NULL`], { constants }) => {
      const items = constantItems(constants);
      if (items.length === 0) return sql`false`;
      // Numbers and moments are compared as doubles, which hold both exactly.
      const operand = typeof items[0] === 'number' ? sql`toFloat64(${value})` : value;
      return wanted ? sql`(${operand} IN ${boundItems(items)})` : sql`(${operand} NOT IN ${boundItems(items)})`;
    },
  };
}

/** `distinct` of an array of scalars; the checker gives the result its type. */
const distinct: FunctionRecord = {
  form: 'method',
  parameters: [{ name: 'array', type: 'any' }],
  result: { kind: 'array', element: scalarTypes.any },
  nullRule: 'own',
  doc: 'The different items of an array, in the order of their first occurrence.',
  examples: [{ pql: '["a", "b", "a"].distinct()', value: ['a', 'b'] }],
  evaluate: () => (array) => (isArray(array) ? [...new Set(array)] : []),
  sql: ([array = sql`[]`]) => sql`arrayDistinct(${array})`,
};

/** Records by internal name. */
export const lists: Readonly<Record<string, FunctionRecord>> = {
  distinct,
  in: listTest(true, 'True when the value is one of the list.', '3 in [1, 2, 3]'),
  notIn: listTest(
    false,
    'True when the value is present, the list is not empty, and the value is not in it.',
    '4 notIn [1, 2, 3]',
  ),
};
