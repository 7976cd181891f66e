/**
 * The only way to make SQL text: frozen trees of text that is written in our sources, identifiers that are quoted, and
 * values that become parameters.
 *
 *   sql`SELECT ${identifier('id')} FROM t WHERE ${identifier('name')} = ${parameter(name, 'String')}`
 *
 * INVARIANT: no string from outside reaches `SqlText` or `parts` as text. `sql` takes fragments only, so a bare string
 * in a placeholder does not compile. Dialect: ClickHouse (backtick identifiers, `{p0:Type}` parameters).
 */

import { assert } from '../assert.ts';

/** Values that can be bound. Dates are bound as epoch milliseconds, in `Int64` columns. */
export type SqlValue = null | boolean | number | bigint | string | readonly SqlValue[];

/** A piece of SQL: composable, frozen. */
export type SqlFragment =
  | { readonly kind: 'sequence'; readonly texts: readonly string[]; readonly parts: readonly SqlFragment[] }
  | { readonly kind: 'identifier'; readonly names: readonly string[] }
  | { readonly kind: 'parameter'; readonly value: SqlValue; readonly type: ParameterType };

/** ClickHouse types that parameters are bound as. */
export type ParameterType = ScalarParameterType | `Nullable(${ScalarParameterType})` | `Array(${ScalarParameterType})`;
type ScalarParameterType = 'String' | 'Int64' | 'UInt32' | 'UInt64' | 'Float64' | 'Bool';

/** SQL text with its bound values, as `@clickhouse/client` takes them. */
export interface SqlStatement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
}

/** A fragment from a template; every placeholder is a fragment. Throws a bug for anything else that got past the types. */
export function sql(texts: TemplateStringsArray, ...parts: readonly SqlFragment[]): SqlFragment {
  assert(
    parts.every((part) => typeof part === 'object'),
    'only fragments stand in SQL',
  );
  return Object.freeze({ kind: 'sequence', texts: Object.freeze([...texts]), parts: Object.freeze([...parts]) });
}

/** A quoted name; several names are joined by dots, each quoted (`database`.`table`). */
export function identifier(...names: readonly [string, ...string[]]): SqlFragment {
  return Object.freeze({ kind: 'identifier', names: Object.freeze([...names]) });
}

/** A bound value. Equal values of one type share one parameter of the statement. */
export function parameter(value: SqlValue, type: ParameterType): SqlFragment {
  return Object.freeze({ kind: 'parameter', value, type });
}

/** The fragments one after the other with `separator` between them; nothing when there are none. */
export function joinSql(fragments: readonly SqlFragment[], separator: SqlFragment = commaSeparator): SqlFragment {
  const parts = fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [separator, fragment]));
  return Object.freeze({
    kind: 'sequence',
    texts: Object.freeze(Array.from({ length: parts.length + 1 }, () => '')),
    parts: Object.freeze(parts),
  });
}

/** The empty fragment. */
export const noSql: SqlFragment = sql``;
const commaSeparator: SqlFragment = sql`, `;

/** Quotes a name for ClickHouse. Backslash is an escape inside backticks there, so it is escaped too. */
function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/**
 * The text of a fragment and its parameters, named `p0`, `p1`, … in order of first use.
 *
 * Iterative over an explicit stack: fragments may be nested deeper than the call stack allows.
 */
export function renderSql(fragment: SqlFragment): SqlStatement {
  const names = new Map<string, string>();
  const parameters: Record<string, SqlValue> = {};
  const output: string[] = [];
  const pending: (SqlFragment | string)[] = [fragment];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') output.push(next);
    else if (next.kind === 'identifier') output.push(next.names.map(quoteIdentifier).join('.'));
    else if (next.kind === 'parameter') output.push(bindParameter(next, names, parameters));
    else {
      for (let index = next.texts.length - 1; index >= 0; index--) {
        const part = next.parts[index];
        if (part !== undefined) pending.push(part);
        pending.push(next.texts[index] ?? '');
      }
    }
  }
  return { text: output.join(''), parameters };
}

/** The placeholder of a value; records it when it is new. */
function bindParameter(
  node: Extract<SqlFragment, { kind: 'parameter' }>,
  names: Map<string, string>,
  parameters: Record<string, SqlValue>,
): string {
  const key = `${node.type} ${valueKey(node.value)}`;
  let name = names.get(key);
  if (name === undefined) {
    name = `p${names.size}`;
    names.set(key, name);
    parameters[name] = node.value;
  }
  return `{${name}:${node.type}}`;
}

/** Tells values apart; JSON alone cannot (bigint, negative zero). */
function valueKey(value: SqlValue): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));
}

/** A position in a tuple, from 0, as SQL text: the engine wants a literal there, from 1. Our own small integers only. */
export function tuplePosition(index: number): SqlFragment {
  const digits = String(index + 1).split('');
  return joinSql(
    digits.map((digit) => digitSql[Number(digit)] ?? noSql),
    noSql,
  );
}

const digitSql = [sql`0`, sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`, sql`7`, sql`8`, sql`9`] as const;
