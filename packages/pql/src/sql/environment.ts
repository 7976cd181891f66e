/** Where a renderer finds the values of variables. */

import { childrenOf } from '../check/children.ts';
import type { Expression, Generator, Variable } from '../check/expression.ts';
import type { SqlFragment } from './fragment.ts';
import { identifier, sql } from './fragment.ts';
import type { Column, ColumnElement, TableLayout } from './layout.ts';

/** A rendered expression, and whether it can be NULL. */
export interface SqlOperand {
  readonly sql: SqlFragment;
  readonly nullable: boolean;
}

/** A stored leaf as a variable sees it. */
export interface ColumnReference {
  readonly sql: SqlFragment;
  readonly element: ColumnElement;
  /** Arrays that still enclose the value here. */
  readonly arrayDepth: number;
  readonly nullable: boolean;
}

/** A variable in SQL: where it stands in its table's tree, and the columns that can be reached. */
export interface Binding {
  /** Full dotted path of the variable's value; empty for a row. */
  readonly prefix: string;
  /** By full dotted path. */
  readonly columns: ReadonlyMap<string, ColumnReference>;
}

/** What an expression is rendered in. */
export interface Environment {
  readonly bindings: ReadonlyMap<number, Binding>;
  /** The array of a profile's events, as tuples of these columns, where a scan has one. */
  readonly events: { readonly sql: SqlFragment; readonly paths: readonly string[]; readonly row: Binding } | null;
  /** Values that the scan has computed, for `slot` nodes. */
  readonly slots: readonly SqlOperand[];
  readonly profileId: SqlFragment;
  readonly membersOf: (audienceId: string) => SqlFragment;
}

/** A row of a table; `alias` qualifies its columns. */
export function rowBinding(table: TableLayout, alias?: string): Binding {
  const reference = (column: Column): ColumnReference => ({
    sql: alias === undefined ? identifier(column.name) : identifier(alias, column.name),
    element: column.element,
    arrayDepth: column.arrayDepth,
    nullable: column.nullable,
  });
  return { prefix: '', columns: new Map([...table.columns].map(([path, column]) => [path, reference(column)])) };
}

/** The environment with one more variable. */
export function bind(environment: Environment, variable: Variable, binding: Binding): Environment {
  return { ...environment, bindings: new Map([...environment.bindings, [variable.id, binding]]) };
}

/** The binding of a variable. Throws a bug when the planner let a variable through that the scan has not got. */
export function bindingOf(environment: Environment, variable: Variable): Binding {
  const binding = environment.bindings.get(variable.id);
  if (binding === undefined) throw new Error(`variable ${variable.name} is not bound`);
  return binding;
}

/** The full dotted path of a path expression. */
export function fullPath(prefix: string, steps: readonly string[]): string {
  return [...(prefix === '' ? [] : [prefix]), ...steps].join('.');
}

/** The columns at or below a path, in table order. */
export function columnsUnder(binding: Binding, path: string): readonly (readonly [string, ColumnReference])[] {
  if (path === '') return [...binding.columns];
  return [...binding.columns].filter(([candidate]) => candidate === path || candidate.startsWith(`${path}.`));
}

/** Whether an expression is the array of all events of the profile. */
export function isEventArray(expression: Expression): boolean {
  return (
    expression.kind === 'path' &&
    expression.variable.id === 0 &&
    expression.steps.length === 1 &&
    expression.steps[0] === 'xEvent'
  );
}

/**
 * The full paths of the columns that `nodes` read through `variable`, whose own columns are in `binding`.
 *
 * Going through an array that is never looked into still needs one column, to know how often.
 */
export function usedPaths(variable: Variable, binding: Binding, nodes: readonly Expression[]): readonly string[] {
  const used = new Set<string>();
  for (const node of nodes) collectUsed(node, variable, binding, used);
  return [...used];
}

function collectUsed(node: Expression, variable: Variable, binding: Binding, used: Set<string>): void {
  if (node.kind === 'path' && node.variable.id === variable.id) {
    for (const [path] of columnsUnder(binding, fullPath(binding.prefix, node.steps))) used.add(path);
    return;
  }
  if (node.kind !== 'reduce' && node.kind !== 'collect') {
    for (const child of childrenOf(node)) collectUsed(child, variable, binding, used);
    return;
  }
  const value = node.kind === 'reduce' ? node.value : node.item;
  const body = [...node.generators.map(({ where }) => where), value].filter((part) => part !== null);
  const inner = [...body, ...node.generators.map(({ array }) => array)];
  for (const generator of node.generators) collectGenerator(generator, inner, variable, binding, used);
  for (const part of body) collectUsed(part, variable, binding, used);
}

function collectGenerator(
  { array, variable: item }: Generator,
  inner: readonly Expression[],
  variable: Variable,
  binding: Binding,
  used: Set<string>,
): void {
  if (array.kind !== 'path' || array.variable.id !== variable.id) {
    collectUsed(array, variable, binding, used);
    return;
  }
  const path = fullPath(binding.prefix, array.steps);
  const candidates = columnsUnder(binding, path);
  const needed = usedPaths(item, { prefix: path, columns: new Map(candidates) }, inner);
  for (const one of needed) used.add(one);
  const [first] = candidates;
  if (needed.length === 0 && first !== undefined) used.add(first[0]);
}

/** NULL, for a path that has no column: no row has a value there. */
export const sqlNull: SqlOperand = { sql: sql`NULL`, nullable: true };
