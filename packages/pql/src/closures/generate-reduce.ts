/** Going through arrays: nested loops inside a function of their own. */
import { isQuery, someNode, walkExpression } from '../check/children.ts';
import type { Expression, ExpressionOf, Generator, Query, Variable } from '../check/expression.ts';
import { compareValues, orderValues } from '../functions/compare.ts';
import { finiteNumber } from '../functions/finite.ts';
import { makeMap, mapEntryAt, partsOf } from '../functions/maps.ts';
import type { PqlValue } from '../types/value.ts';
import type { JsFragment } from './code.ts';
import { bound, hoisted, js, variableName } from './code.ts';
import type { Generate } from './generate.ts';

/** The code of a reduction. */
export function generateReduce(node: ExpressionOf<'reduce'>, generate: Generate): JsFragment {
  const { generators } = node;
  switch (node.reducer) {
    case 'exists':
      return hoisted(outerVariables(node), js`${loops(generators, js`return true;`, generate)} return false;`);
    case 'count':
      return hoisted(
        outerVariables(node),
        js`let count = 0; ${loops(generators, js`count++;`, generate)} return count;`,
      );
    case 'only': {
      const step = js`return ${generate(requiredValue(node.value))};`;
      return hoisted(outerVariables(node), js`${loops(generators, step, generate)} return null;`);
    }
    case 'sum':
    case 'average':
      return generateSum(node, generate);
    default:
      return generateExtreme(node, generate);
  }
}

/** The code of a generated array; values that are null are left out. */
export function generateCollect(node: ExpressionOf<'collect'>, generate: Generate): JsFragment {
  const step = js`{ const value = ${generate(node.item)}; if (value !== null) values.push(value); }`;
  return hoisted(outerVariables(node), js`const values = []; ${loops(node.generators, step, generate)} return values;`);
}

/** The code of the first items; without an order, nothing is looked at beyond them. */
export function generateSlice(node: ExpressionOf<'slice'>, generate: Generate): JsFragment {
  const { generators, item, order, count } = node;
  const limit = bound(count);
  if (order === null) {
    const step = js`{ if (items.length === ${limit}) return items; items.push(${generate(item)}); }`;
    return hoisted(outerVariables(node), js`const items = []; ${loops(generators, step, generate)} return items;`);
  }
  const step = js`{ const by = ${generate(order.by)}; if (by !== null) ranked.push({ by, item: ${generate(item)} }); }`;
  const sign = order.direction === 'greatest' ? -1 : 1;
  const compare = bound((a: PqlValue, b: PqlValue) => sign * orderValues(a, b));
  return hoisted(
    outerVariables(node),
    js`const ranked = []; ${loops(generators, step, generate)}
      return ranked.sort((a, b) => ${compare}(a.by, b.by)).slice(0, ${limit}).map(({ item }) => item);`,
  );
}

/** The code of a map. Keys that are no text become one. */
export function generateMap(node: ExpressionOf<'map'>, generate: Generate): JsFragment {
  const step = js`entries.push([${generate(node.key)}, ${generate(node.value)}]);`;
  const make = bound((entries: PqlValue) => makeMap(entries, node.key.type));
  return hoisted(
    outerVariables(node),
    js`const entries = []; ${loops(node.generators, step, generate)} return ${make}(entries);`,
  );
}

/** The variables that an expression uses and does not itself bring, in order. */
export function outerVariables(node: Query): readonly number[] {
  const used = new Set<number>();
  const own = new Set<number>();
  walkExpression(node, (inner) => {
    if (inner.kind === 'path') used.add(inner.variable.id);
    if (isQuery(inner)) for (const { variable } of inner.generators) own.add(variable.id);
  });
  return [...used].filter((id) => !own.has(id)).sort((a, b) => a - b);
}

/** `for` and `if` for each generator, around the step. */
function loops(generators: readonly Generator[], step: JsFragment, generate: Generate): JsFragment {
  return [...generators].reverse().reduce((inner, generator) => {
    const { variable, where } = generator;
    const body = where === null ? inner : js`if (${generate(where)}) ${inner}`;
    return js`for (const ${variableName(variable.id)} of ${generateItems(generator, generate)}) { ${body} }`;
  }, step);
}

function generateItems(generator: Generator, generate: Generate): JsFragment {
  const { array } = generator;
  const key = keyAskedFor(generator);
  if (array.kind === 'entries' && key !== null) {
    return js`${bound(mapEntryAt)}(${generate(array.map)}, ${generate(key)})`;
  }
  return array.type.kind === 'array' ? generate(array) : js`${bound(partsOf)}(${generate(array)})`;
}

/** The one key that the entries of a generator can have, since it is asked for: `get` need not look at all of them. */
function keyAskedFor({ variable, where }: Generator): Expression | null {
  const conditions = where?.kind === 'and' ? where.operands : [where];
  for (const condition of conditions) {
    if (condition?.kind !== 'call' || condition.name !== '=') continue;
    const [left, right] = condition.arguments;
    if (left === undefined || right === undefined || !isKeyOf(left, variable) || right.type.kind !== 'string') continue;
    if (!someNode(right, (node) => node.kind === 'path' && node.variable.id === variable.id)) return right;
  }
  return null;
}

function isKeyOf(expression: Expression, { id }: Variable): boolean {
  return expression.kind === 'path' && expression.variable.id === id && expression.steps.join('.') === 'key';
}

function requiredValue(value: Expression | null): Expression {
  if (value === null) throw new Error('an aggregate has no value');
  return value;
}

function generateSum(node: ExpressionOf<'reduce'>, generate: Generate): JsFragment {
  const { generators, value, reducer } = node;
  const step = js`{ const value = ${generate(requiredValue(value))}; if (typeof value === 'number') { sum += value; count++; } }`;
  const finish = reducer === 'sum' ? finiteSum : average;
  return hoisted(
    outerVariables(node),
    js`let sum = 0, count = 0; ${loops(generators, step, generate)} return ${bound(finish)}(sum, count);`,
  );
}

function average(sum: PqlValue, count: PqlValue): PqlValue {
  return typeof sum === 'number' && typeof count === 'number' && count > 0 ? finiteNumber(sum / count) : null;
}

/** The sum, or null when it is infinite. */
function finiteSum(sum: PqlValue): PqlValue {
  return typeof sum === 'number' ? finiteNumber(sum) : null;
}

function generateExtreme(node: ExpressionOf<'reduce'>, generate: Generate): JsFragment {
  const { generators, value, reducer } = node;
  const sign = reducer === 'min' ? 1 : -1;
  const better = (next: PqlValue, best: PqlValue): boolean => best === null || sign * compareValues(next, best) < 0;
  const step = js`{ const value = ${generate(requiredValue(value))}; if (value !== null && ${bound(better)}(value, best)) best = value; }`;
  return hoisted(outerVariables(node), js`let best = null; ${loops(generators, step, generate)} return best;`);
}
