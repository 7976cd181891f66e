/** Going through arrays in SQL: lambdas over the parallel columns of stored arrays, or over a profile's events. */
import type { Expression, ExpressionOf, Generator } from '../check/expression.ts';
import type { Binding, ColumnReference, Environment, SqlOperand } from './environment.ts';
import { bind, bindingOf, columnsUnder, fullPath, isEventArray, usedPaths } from './environment.ts';
import { finiteSql } from './finite.ts';
import type { SqlFragment } from './fragment.ts';
import { identifier, joinSql, sql } from './fragment.ts';
import type { Renderer } from './renderer.ts';

type Generators = readonly [Generator, ...Generator[]];

/** A generator as a lambda: its arguments, the arrays they run over, and what the body is rendered in. */
interface OpenGenerator {
  readonly lambda: SqlFragment;
  readonly arrays: SqlFragment;
  /** One of the arrays, for questions about the length. */
  readonly anyArray: SqlFragment;
  readonly inside: Environment;
}

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
  const open = openGenerator(generator, rest, null, environment, renderer);
  if (open === null) return sql`false`;
  const conditions = whereOf(generator, open.inside, renderer);
  const [next, ...more] = rest;
  if (next !== undefined) conditions.push(renderExists([next, ...more], open.inside, renderer));
  if (conditions.length === 0) return sql`notEmpty(${open.anyArray})`;
  return sql`arrayExists(${open.lambda} -> ${joinSql(conditions, sql` AND `)}, ${open.arrays})`;
}

function renderCount([generator, ...rest]: Generators, environment: Environment, renderer: Renderer): SqlFragment {
  const open = openGenerator(generator, rest, null, environment, renderer);
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
  const open = openGenerator(generator, rest, value, environment, renderer);
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
  return sql`arrayFlatten(${gatherNested(generators, value, environment, renderer)})`;
}

function gatherNested(
  [generator, ...rest]: Generators,
  value: Expression,
  environment: Environment,
  renderer: Renderer,
): SqlFragment {
  const open = openGenerator(generator, rest, value, environment, renderer);
  if (open === null) return sql`[]`;
  const [where] = whereOf(generator, open.inside, renderer);
  const [next, ...more] = rest;
  const inner =
    next === undefined
      ? sql`[${renderer.value(value, open.inside).sql}]`
      : gatherNested([next, ...more], value, open.inside, renderer);
  return sql`arrayMap(${open.lambda} -> ${guarded(where, inner, sql`[]`)}, ${open.arrays})`;
}

function guarded(where: SqlFragment | undefined, value: SqlFragment, otherwise: SqlFragment): SqlFragment {
  return where === undefined ? value : sql`if(${where}, ${value}, ${otherwise})`;
}

function whereOf({ where }: Generator, environment: Environment, renderer: Renderer): SqlFragment[] {
  return where === null ? [] : [renderer.condition(where, environment)];
}

/** The lambda of a generator; null when no row can have an item, since nothing is stored there. */
function openGenerator(
  generator: Generator,
  rest: readonly Generator[],
  value: Expression | null,
  environment: Environment,
  renderer: Renderer,
): OpenGenerator | null {
  const { array, variable, where } = generator;
  if (isEventArray(array)) return openEvents(generator, environment);
  if (array.kind !== 'path') {
    const items = renderer.value(array, environment).sql;
    const column: ColumnReference = { sql: sql``, element: 'String', arrayDepth: 1, nullable: true };
    return openColumns(generator, '', [['', { ...column, sql: items }]], environment);
  }
  const owner = bindingOf(environment, array.variable);
  const path = fullPath(owner.prefix, array.steps);
  const candidates = columnsUnder(owner, path);
  const body = [where, value, ...rest.flatMap((later) => [later.array, later.where])].filter((part) => part !== null);
  const used = new Set(
    usedPaths(variable, { prefix: path, columns: new Map(candidates) }, [...body, ...laterGenerators(rest)]),
  );
  const needed = candidates.filter(([candidate]) => used.has(candidate));
  const columns = needed.length > 0 ? needed : candidates.slice(0, 1);
  return columns.length === 0 ? null : openColumns(generator, path, columns, environment);
}

/** Later generators as a node, so that what they go through counts as used. */
function laterGenerators([first, ...rest]: readonly Generator[]): readonly Expression[] {
  if (first === undefined) return [];
  const { type, span } = first.array;
  return [{ kind: 'reduce', reducer: 'count', generators: [first, ...rest], value: null, type, span }];
}

function openColumns(
  { variable }: Generator,
  prefix: string,
  columns: readonly (readonly [string, ColumnReference])[],
  environment: Environment,
): OpenGenerator {
  const names = columns.map((_, index) => identifier(`v${variable.id}_${index}`));
  const inner = columns.map(([path, column], index): [string, ColumnReference] => [
    path,
    { ...column, sql: names[index] ?? column.sql, arrayDepth: column.arrayDepth - 1 },
  ]);
  const arrays = columns.map(([, column]) => column.sql);
  return {
    lambda: sql`(${joinSql(names)})`,
    arrays: joinSql(arrays),
    anyArray: arrays[0] ?? sql`[]`,
    inside: bind(environment, variable, { prefix, columns: new Map(inner) }),
  };
}

/** The events of a profile as tuples. */
function openEvents({ variable }: Generator, environment: Environment): OpenGenerator {
  const { events } = environment;
  if (events === null) throw new Error('the scan has no events');
  const name = identifier(`v${variable.id}`);
  const columns = events.paths.flatMap((path, index): [string, ColumnReference][] => {
    const column = events.row.columns.get(path);
    return column === undefined ? [] : [[path, { ...column, sql: sql`tupleElement(${name}, ${position(index)})` }]];
  });
  const binding: Binding = { prefix: '', columns: new Map(columns) };
  return {
    lambda: name,
    arrays: events.sql,
    anyArray: events.sql,
    inside: bind(environment, variable, binding),
  };
}

/** A tuple position as SQL text: the engine wants a literal there. Our own small integers only. */
function position(index: number): SqlFragment {
  const digits = String(index + 1).split('');
  return joinSql(
    digits.map((digit) => digitSql[Number(digit)] ?? sql``),
    sql``,
  );
}

const digitSql = [sql`0`, sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`, sql`7`, sql`8`, sql`9`] as const;
