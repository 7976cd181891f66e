/** Where a renderer finds the values of variables. */

import { bodyOf, childrenOf, isQuery, mapChildren } from '../check/children.ts';
import type { Expression, ExpressionOf, Generator, Query, Variable } from '../check/expression.ts';
import { eventMember } from '../types/type.ts';
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
    expression.steps[0] === eventMember
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
  if (isQuery(node)) {
    collectQuery(node.generators, usedBody(node), variable, binding, used);
    return;
  }
  if (node.kind === 'path' && node.variable.id === variable.id) {
    // The array of events as such is only asked whether it has any.
    if (isEventArray(node)) return;
    for (const [path] of columnsUnder(binding, fullPath(binding.prefix, node.steps))) used.add(path);
    return;
  }
  for (const child of childrenOf(node)) collectUsed(child, variable, binding, used);
}

/** Of the items of a slice, what is used is what the query around it uses. */
function usedBody(query: Query): readonly Expression[] {
  return query.kind === 'slice' && query.item.type.kind === 'object' ? orderOf(query) : bodyOf(query);
}

function orderOf({ order }: ExpressionOf<'slice'>): readonly Expression[] {
  return order === null ? [] : [order.by];
}

function collectQuery(
  generators: readonly Generator[],
  body: readonly Expression[],
  variable: Variable,
  binding: Binding,
  used: Set<string>,
): void {
  const inside = [...generators.flatMap(({ where }) => where ?? []), ...body];
  const inner = [...inside, ...generators.map(({ array }) => array)];
  for (const generator of generators) collectGenerator(generator, inner, variable, binding, used);
  for (const part of inside) collectUsed(part, variable, binding, used);
}

function collectGenerator(
  { array, variable: item }: Generator,
  inner: readonly Expression[],
  variable: Variable,
  binding: Binding,
  used: Set<string>,
): void {
  if (array.kind === 'slice') {
    const others = inner.filter((part) => part !== array).map((part) => replaced(part, item, array.item));
    collectQuery(array.generators, [...orderOf(array), ...others], variable, binding, used);
    return;
  }
  const stored = storedContainer(array);
  if (stored?.variable.id !== variable.id) {
    collectUsed(array, variable, binding, used);
    return;
  }
  const path = fullPath(binding.prefix, stored.steps);
  const candidates = columnsUnder(binding, path);
  const needed = usedPaths(item, { prefix: path, columns: new Map(candidates) }, inner);
  for (const one of needed) used.add(one);
  const [first] = candidates;
  if (needed.length === 0 && first !== undefined) used.add(first[0]);
}

/** The stored array or map that a generator goes through; null for one that is computed. */
export function storedContainer(array: Expression): ExpressionOf<'path'> | null {
  const container = array.kind === 'entries' ? array.map : array;
  return container.kind === 'path' ? container : null;
}

/** The expression with `item` in place of a variable. */
export function replaced(expression: Expression, variable: Variable, item: Expression): Expression {
  if (expression.kind === 'path' && expression.variable.id === variable.id) return memberAt(item, expression);
  return mapChildren(expression, (child) => replaced(child, variable, item));
}

function memberAt(item: Expression, { steps, type, span }: ExpressionOf<'path'>): Expression {
  if (item.kind === 'path') return { ...item, steps: [...item.steps, ...steps], type, span };
  const member = item.kind === 'object' ? item.members.find(({ name }) => name === steps[0]) : undefined;
  return member?.value ?? item;
}

/** NULL, for a path that has no column: no row has a value there. */
export const sqlNull: SqlOperand = { sql: sql`NULL`, nullable: true };
