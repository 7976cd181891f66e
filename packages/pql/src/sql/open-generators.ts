/** Generators in SQL: lambdas over the parallel columns of stored arrays and maps, over a profile's events, over slices. */
import { walkExpression } from '../check/children.ts';
import type { Expression, ExpressionOf, Generator } from '../check/expression.ts';
import type { Binding, ColumnReference, Environment } from './environment.ts';
import {
  bind,
  bindingOf,
  columnsUnder,
  fullPath,
  isEventArray,
  replaced,
  storedContainer,
  usedPaths,
} from './environment.ts';
import type { SqlFragment } from './fragment.ts';
import { identifier, joinSql, parameter, sql, tuplePosition } from './fragment.ts';
import type { Renderer } from './renderer.ts';

/** One variable after the other, each perhaps inside the items of those before. */
export type Generators = readonly [Generator, ...Generator[]];

/** A generator as a lambda: its arguments, the arrays they run over, and what the body is rendered in. */
interface OpenGenerator {
  readonly lambda: SqlFragment;
  readonly arrays: SqlFragment;
  /** One of the arrays, for questions about the length. */
  readonly anyArray: SqlFragment;
  readonly inside: Environment;
}

/** Generators as lambdas in one another. */
interface OpenGenerators {
  /** The arrays that the innermost step gives, as arrays inside arrays. */
  readonly wrap: (inner: SqlFragment) => SqlFragment;
  readonly inside: Environment;
}

/** All generators, for a step that renders `body`; null when there is no step, since nothing is stored there. */
export function openGenerators(
  [generator, ...rest]: Generators,
  body: readonly Expression[],
  environment: Environment,
  renderer: Renderer,
): OpenGenerators | null {
  const open = openGenerator(generator, rest, body, environment, renderer);
  if (open === null) return null;
  const [next, ...more] = rest;
  const deeper = next === undefined ? null : openGenerators([next, ...more], body, open.inside, renderer);
  if (next !== undefined && deeper === null) return null;
  const where = generator.where === null ? null : renderer.condition(generator.where, open.inside);
  return {
    inside: deeper?.inside ?? open.inside,
    wrap: (inner) => {
      const step = deeper === null ? inner : deeper.wrap(inner);
      const guarded = where === null ? step : sql`if(${where}, ${step}, [])`;
      return sql`arrayMap(${open.lambda} -> ${guarded}, ${open.arrays})`;
    },
  };
}

/** The lambda of a generator; null when no row can have an item, since nothing is stored there. */
export function openGenerator(
  generator: Generator,
  rest: readonly Generator[],
  value: readonly Expression[],
  environment: Environment,
  renderer: Renderer,
): OpenGenerator | null {
  const { array, variable, where } = generator;
  if (isEventArray(array)) return openEvents(generator, environment);
  const body = [...(where === null ? [] : [where]), ...value, ...rest.flatMap(laterParts)];
  if (array.kind === 'slice')
    return openSlice(variable, array, [...body, ...laterGenerators(rest, value)], environment, renderer);
  const stored = storedContainer(array);
  if (stored === null) {
    // Only what is stored has columns to be entries of.
    if (array.kind === 'entries') return null;
    const items = renderer.value(array, environment).sql;
    const column: ColumnReference = { sql: sql``, element: 'String', arrayDepth: 1, nullable: true };
    return openColumns(generator, '', [['', { ...column, sql: items }]], environment);
  }
  const owner = bindingOf(environment, stored.variable);
  const path = fullPath(owner.prefix, stored.steps);
  const candidates = columnsUnder(owner, path);
  const used = new Set(
    usedPaths(variable, { prefix: path, columns: new Map(candidates) }, [...body, ...laterGenerators(rest, value)]),
  );
  const needed = candidates.filter(([candidate]) => used.has(candidate));
  const columns = needed.length > 0 ? needed : candidates.slice(0, 1);
  return columns.length === 0 ? null : openColumns(generator, path, columns, environment);
}

function laterParts({ array, where }: Generator): readonly Expression[] {
  return where === null ? [array] : [array, where];
}

/** Later generators around the values as a node, so that what these read through their variables counts as used. */
function laterGenerators([first, ...rest]: readonly Generator[], values: readonly Expression[]): readonly Expression[] {
  if (first === undefined) return [];
  const { type, span } = first.array;
  const item: Expression = { kind: 'list', items: values, type, span };
  return [{ kind: 'collect', generators: [first, ...rest], item, type, span }];
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

/** The items of a slice as tuples of what `body` uses of them. */
function openSlice(
  variable: Generator['variable'],
  slice: ExpressionOf<'slice'>,
  body: readonly Expression[],
  environment: Environment,
  renderer: Renderer,
): OpenGenerator | null {
  const uses = body.map((part) => replaced(part, variable, slice.item));
  const by = slice.order === null ? [] : [slice.order.by];
  const open = openGenerators(slice.generators, [...by, ...uses], environment, renderer);
  if (open === null) return null;
  const { prefix, columns } = itemColumns(variable, slice.item, body, open.inside, renderer);
  const values = [...by.map((one) => renderer.value(one, open.inside).sql), ...columns.map(([, column]) => column.sql)];
  const tuples = sql`arrayFlatten(${open.wrap(sql`[tuple(${joinSql(values.length === 0 ? [sql`true`] : values)})]`)})`;
  const arrays = sql`arraySlice(${ordered(tuples, slice)}, 1, ${parameter(slice.count, 'Int64')})`;
  const name = identifier(`v${variable.id}`);
  const members = columns.map(([path, column], index): [string, ColumnReference] => [
    path,
    { ...column, sql: sql`tupleElement(${name}, ${tuplePosition(by.length + index)})` },
  ]);
  const binding: Binding = { prefix, columns: new Map(members) };
  return { lambda: name, arrays, anyArray: arrays, inside: bind(environment, variable, binding) };
}

interface ItemColumns {
  readonly prefix: string;
  readonly columns: readonly (readonly [string, ColumnReference])[];
}

/** What `body` uses of an item, which `variable` stands for in it. */
function itemColumns(
  variable: Generator['variable'],
  item: Expression,
  body: readonly Expression[],
  inside: Environment,
  renderer: Renderer,
): ItemColumns {
  const computed = (value: Expression): ColumnReference => {
    return { sql: renderer.value(value, inside).sql, element: 'String', arrayDepth: 0, nullable: true };
  };
  if (item.kind === 'object') {
    const used = new Set(body.flatMap((part) => membersOf(part, variable.id)));
    const members = item.members.filter(({ name }) => used.has(name));
    return { prefix: '', columns: members.map(({ name, value }) => [name, computed(value)]) };
  }
  if (item.kind !== 'path' || item.type.kind !== 'object') return { prefix: '', columns: [['', computed(item)]] };
  const owner = bindingOf(inside, item.variable);
  const prefix = fullPath(owner.prefix, item.steps);
  const candidates = columnsUnder(owner, prefix);
  const used = new Set(usedPaths(variable, { prefix, columns: new Map(candidates) }, body));
  return { prefix, columns: candidates.filter(([path]) => used.has(path)) };
}

/** The members of a variable that an expression reads. */
function membersOf(expression: Expression, variableId: number): readonly string[] {
  const names: string[] = [];
  walkExpression(expression, (node) => {
    if (node.kind === 'path' && node.variable.id === variableId) names.push(...node.steps.slice(0, 1));
  });
  return names;
}

/** Tuples in order of their first element, where they have one to be ordered by; ties as they come. */
function ordered(tuples: SqlFragment, { order }: ExpressionOf<'slice'>): SqlFragment {
  if (order === null) return tuples;
  const present = sql`arrayFilter(item -> isNotNull(item.1), ${tuples})`;
  const sorted =
    order.direction === 'least'
      ? sql`arraySort((item, place) -> (item.1, place), items, arrayEnumerate(items))`
      : sql`arrayReverseSort((item, place) -> (item.1, -toInt64(place)), items, arrayEnumerate(items))`;
  // An array of one array gives the items a name, so that they need not be written twice.
  return sql`arrayMap(items -> ${sorted}, [${present}])[1]`;
}

/** The events of a profile as tuples. */
function openEvents({ variable }: Generator, environment: Environment): OpenGenerator {
  const { events } = environment;
  if (events === null) throw new Error('the scan has no events');
  const name = identifier(`v${variable.id}`);
  const columns = events.paths.flatMap((path, index): [string, ColumnReference][] => {
    const column = events.row.columns.get(path);
    return column === undefined
      ? []
      : [[path, { ...column, sql: sql`tupleElement(${name}, ${tuplePosition(index)})` }]];
  });
  const binding: Binding = { prefix: '', columns: new Map(columns) };
  return {
    lambda: name,
    arrays: events.sql,
    anyArray: events.sql,
    inside: bind(environment, variable, binding),
  };
}
