/** Going through arrays: nested loops inside a function of their own. */
import { assertNever } from '../assert.ts';
import { conjunctsOf, freeVariables, someNode } from '../check/children.ts';
import type { Expression, ExpressionOf, Generator, Query, Variable } from '../check/expression.ts';
import { compareValues, isArray, orderValues } from '../functions/compare.ts';
import { finiteNumber } from '../functions/finite.ts';
import { makeMap, mapEntryAt, partsOf } from '../functions/maps.ts';
import type { PqlValue } from '../types/value.ts';
import type { JsFragment } from './code.ts';
import { bound, hoisted, js, once, variableName } from './code.ts';
import { generateLookup } from './item-lookup.ts';
import type { Generate, Place } from './place.ts';

/**
 * The code of a query: a call of a function of its own. What depends on nothing but the variables that the program is
 * given is computed once in a run, wherever it stands.
 */
export function generateQuery(node: Query, place: Place): JsFragment {
  const variables = freeVariables(node);
  const run = hoisted(variables, statementsOf(node, place));
  return variables.every((id) => place.given.includes(id)) ? once(run) : run;
}

function statementsOf(node: Query, place: Place): JsFragment {
  switch (node.kind) {
    case 'reduce':
      return reduceStatements(node, place);
    case 'collect':
      return collectStatements(node, place);
    case 'slice':
      return sliceStatements(node, place);
    case 'map':
      return mapStatements(node, place);
    default:
      return assertNever(node);
  }
}

function reduceStatements(node: ExpressionOf<'reduce'>, place: Place): JsFragment {
  const { generators } = node;
  switch (node.reducer) {
    case 'exists':
      return js`${loops(generators, js`return true;`, place)} return false;`;
    case 'count':
      return js`let count = 0; ${loops(generators, js`count++;`, place)} return count;`;
    case 'only': {
      const step = js`return ${place.inside(requiredValue(node.value))};`;
      return js`${loops(generators, step, place)} return null;`;
    }
    case 'sum':
    case 'average':
      return sumStatements(node, place);
    default:
      return extremeStatements(node, place);
  }
}

/** Values that are null are left out. */
function collectStatements({ generators, item }: ExpressionOf<'collect'>, place: Place): JsFragment {
  const step = js`{ const value = ${place.inside(item)}; if (value !== null) values.push(value); }`;
  return js`const values = []; ${loops(generators, step, place)} return values;`;
}

/** Without an order, nothing is looked at beyond the first items. */
function sliceStatements({ generators, item, order, count }: ExpressionOf<'slice'>, place: Place): JsFragment {
  const limit = bound(count);
  if (order === null) {
    const step = js`{ if (items.length === ${limit}) return items; items.push(${place.inside(item)}); }`;
    return js`const items = []; ${loops(generators, step, place)} return items;`;
  }
  const step = js`{ const by = ${place.inside(order.by)}; if (by !== null) ranked.push({ by, item: ${place.inside(item)} }); }`;
  const sign = order.direction === 'greatest' ? -1 : 1;
  const compare = bound((a: PqlValue, b: PqlValue) => sign * orderValues(a, b));
  return js`const ranked = []; ${loops(generators, step, place)}
    return ranked.sort((a, b) => ${compare}(a.by, b.by)).slice(0, ${limit}).map(({ item }) => item);`;
}

/** Keys that are no text become one. */
function mapStatements({ generators, key, value }: ExpressionOf<'map'>, place: Place): JsFragment {
  const step = js`entries.push([${place.inside(key)}, ${place.inside(value)}]);`;
  const make = bound((entries: PqlValue) => makeMap(entries, key.type));
  return js`const entries = []; ${loops(generators, step, place)} return ${make}(entries);`;
}

/** `for` and `if` for each generator, around the step. Loops inside loops count their steps. */
function loops(generators: readonly Generator[], step: JsFragment, place: Place): JsFragment {
  return generators.reduceRight((inner, generator, index) => {
    const { variable, where } = generator;
    const isRepeated = place.isRepeated || index > 0;
    const body = where === null ? inner : js`if (${place.inside(where)}) ${inner}`;
    const found = isRepeated ? generateLookup(generator, place) : null;
    const items = found ?? generateItems(generator, index > 0 ? place.inside : place.here);
    return js`for (const ${variableName(variable.id)} of ${items}) { ${isRepeated ? place.step : js``} ${body} }`;
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
  for (const condition of conjunctsOf(where)) {
    if (condition.kind !== 'call' || condition.name !== '=') continue;
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

/**
 * A step for each value of an aggregate, called `value`: of an untyped one that is an array, for each of its items, which
 * count as steps of a loop inside a loop.
 */
function valueStep(value: Expression | null, step: JsFragment, place: Place): JsFragment {
  const given = requiredValue(value);
  const code = place.inside(given);
  return given.type.kind === 'any'
    ? js`for (const value of ${bound(valuesIn)}(${code})) { ${place.step} ${step} }`
    : js`{ const value = ${code}; ${step} }`;
}

function valuesIn(value: PqlValue): readonly PqlValue[] {
  return isArray(value) ? value.flatMap(valuesIn) : [value];
}

function sumStatements({ generators, value, reducer }: ExpressionOf<'reduce'>, place: Place): JsFragment {
  const step = valueStep(value, js`if (typeof value === 'number') { sum += value; count++; }`, place);
  const finish = reducer === 'sum' ? finiteSum : average;
  return js`let sum = 0, count = 0; ${loops(generators, step, place)} return ${bound(finish)}(sum, count);`;
}

function average(sum: PqlValue, count: PqlValue): PqlValue {
  return typeof sum === 'number' && typeof count === 'number' && count > 0 ? finiteNumber(sum / count) : null;
}

/** The sum, or null when it is infinite. */
function finiteSum(sum: PqlValue): PqlValue {
  return typeof sum === 'number' ? finiteNumber(sum) : null;
}

function extremeStatements({ generators, value, reducer }: ExpressionOf<'reduce'>, place: Place): JsFragment {
  const sign = reducer === 'min' ? 1 : -1;
  const better = (next: PqlValue, best: PqlValue): boolean => best === null || sign * compareValues(next, best) < 0;
  const step = valueStep(value, js`if (value !== null && ${bound(better)}(value, best)) best = value;`, place);
  return js`let best = null; ${loops(generators, step, place)} return best;`;
}
