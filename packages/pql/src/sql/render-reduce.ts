/** Reductions of arrays in SQL. */
import type { Expression, ExpressionOf, Generator } from '../check/expression.ts';
import type { Environment, SqlOperand } from './environment.ts';
import { finiteSql } from './finite.ts';
import type { SqlFragment } from './fragment.ts';
import { joinSql, sql } from './fragment.ts';
import { type Generators, openGenerator, openGenerators } from './open-generators.ts';
import type { Renderer } from './renderer.ts';

/** SQL of a reduction. */
export function renderReduce(node: ExpressionOf<'reduce'>, environment: Environment, renderer: Renderer): SqlOperand {
  const { generators, value } = node;
  switch (node.reducer) {
    case 'exists':
      return { sql: renderExists(generators, environment, renderer), nullable: false };
    case 'count':
      return { sql: sql`toFloat64(${renderCount(generators, environment, renderer)})`, nullable: false };
    case 'sum':
      return { sql: finiteSql(renderSum(generators, requiredValue(value), environment, renderer)), nullable: true };
    default: {
      const values = gather(generators, requiredValue(value), environment, renderer);
      if (node.reducer === 'only') return { sql: sql`arrayElementOrNull(${values}, 1)`, nullable: true };
      const aggregate = { average: sql`'avgOrNull'`, min: sql`'minOrNull'`, max: sql`'maxOrNull'` }[node.reducer];
      return { sql: finiteSql(sql`arrayReduce(${aggregate}, ${values})`), nullable: true };
    }
  }
}

/** SQL of a generated array, without nulls. */
export function renderCollect(
  node: ExpressionOf<'collect'>,
  environment: Environment,
  renderer: Renderer,
): SqlFragment {
  return sql`arrayFilter(item -> isNotNull(item), ${gather(node.generators, node.item, environment, renderer)})`;
}

function requiredValue(value: Expression | null): Expression {
  if (value === null) throw new Error('an aggregate has no value');
  return value;
}

function renderExists([generator, ...rest]: Generators, environment: Environment, renderer: Renderer): SqlFragment {
  const open = openGenerator(generator, rest, [], environment, renderer);
  if (open === null) return sql`false`;
  const conditions = whereOf(generator, open.inside, renderer);
  const [next, ...more] = rest;
  if (next !== undefined) conditions.push(renderExists([next, ...more], open.inside, renderer));
  if (conditions.length === 0) return sql`notEmpty(${open.anyArray})`;
  return sql`arrayExists(${open.lambda} -> ${joinSql(conditions, sql` AND `)}, ${open.arrays})`;
}

function renderCount([generator, ...rest]: Generators, environment: Environment, renderer: Renderer): SqlFragment {
  const open = openGenerator(generator, rest, [], environment, renderer);
  if (open === null) return sql`0`;
  const [where] = whereOf(generator, open.inside, renderer);
  const [next, ...more] = rest;
  if (next === undefined) {
    return where === undefined
      ? sql`length(${open.anyArray})`
      : sql`arrayCount(${open.lambda} -> ${where}, ${open.arrays})`;
  }
  const inner = renderCount([next, ...more], open.inside, renderer);
  return sql`arraySum(${open.lambda} -> ${guarded(where, sql`toUInt64(${inner})`, sql`0`)}, ${open.arrays})`;
}

function renderSum(
  [generator, ...rest]: Generators,
  value: Expression,
  environment: Environment,
  renderer: Renderer,
): SqlFragment {
  const open = openGenerator(generator, rest, [value], environment, renderer);
  if (open === null) return sql`toFloat64(0)`;
  const [where] = whereOf(generator, open.inside, renderer);
  const [next, ...more] = rest;
  const inner =
    next === undefined
      ? sql`ifNull(toFloat64(${renderer.value(value, open.inside).sql}), 0)`
      : renderSum([next, ...more], value, open.inside, renderer);
  return sql`arraySum(${open.lambda} -> ${guarded(where, inner, sql`toFloat64(0)`)}, ${open.arrays})`;
}

/** The values of all combinations in one array; nulls are still in it. */
function gather(generators: Generators, value: Expression, environment: Environment, renderer: Renderer): SqlFragment {
  const open = openGenerators(generators, [value], environment, renderer);
  return open === null ? sql`[]` : sql`arrayFlatten(${open.wrap(sql`[${renderer.value(value, open.inside).sql}]`)})`;
}

/** SQL of a slice of scalars. */
export function renderSlice(node: ExpressionOf<'slice'>, environment: Environment, renderer: Renderer): SqlFragment {
  const variable = { id: sliceVariableId, name: 'item', type: node.item.type };
  const item: Expression = { kind: 'path', variable, steps: [], type: node.item.type, span: node.span };
  return gather([{ variable, array: node, where: null }], item, environment, renderer);
}

/** A variable that no expression has. */
const sliceVariableId = -2;

function guarded(where: SqlFragment | undefined, value: SqlFragment, otherwise: SqlFragment): SqlFragment {
  return where === undefined ? value : sql`if(${where}, ${value}, ${otherwise})`;
}

function whereOf({ where }: Generator, environment: Environment, renderer: Renderer): SqlFragment[] {
  return where === null ? [] : [renderer.condition(where, environment)];
}
