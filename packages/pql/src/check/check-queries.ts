/** Select, quantifiers, filters and aggregates: all become generators. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Ast, AstOf, VariableDeclaration } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import { scalarTypes } from '../types/type.ts';
import type { Sequence } from './build.ts';
import { allOf, collect, constant, itemsOf, narrowed, nested, not, presentOnly, reduce } from './build.ts';
import { hasArity } from './check-arity.ts';
import { itemFunction } from './check-item-functions.ts';
import { refuseMapFilter } from './check-maps.ts';
import type { CheckContext, NameScope } from './context.ts';
import { reported, withName } from './context.ts';
import type { Expression, Generator, Reducer } from './expression.ts';
import { isNumeric } from './literals.ts';
import { rewrite } from './rewrite.ts';

interface Declared {
  readonly generators: readonly [Generator, ...Generator[]];
  /** The scope to the right of the last declaration. */
  readonly scope: NameScope;
}

/** The generators of `V1 from a1 where c1, V2 from a2 where c2`; null when one is reported. */
function checkVariables(
  declarations: readonly VariableDeclaration[],
  outer: NameScope,
  context: CheckContext,
): Declared | null {
  const generators: Generator[] = [];
  const seen = new Set<string>();
  let scope = outer;
  for (const { name, array, where } of declarations) {
    if (seen.has(name.text)) {
      context.report(diagnose('check/duplicate-variable', name.span, { name: name.text }));
      return null;
    }
    seen.add(name.text);
    const source = asArray(context.check(array, scope), context);
    if (source === null) return null;
    const { generators: inner, item } = itemsOf(source, context);
    scope = withName(scope, name.text, { ...item, span: name.span });
    const sequence: Sequence = { generators: inner, item };
    const restricted = where === null ? sequence : narrowed(sequence, context.checkCondition(where, scope));
    generators.push(...presentOnly(restricted).generators);
  }
  const [first, ...rest] = generators;
  return first === undefined ? null : { generators: [first, ...rest], scope };
}

/** The expression if it can be gone through; reports when it cannot. */
export function asArray(expression: Expression, context: CheckContext): Expression | null {
  const { kind } = expression.type;
  if (kind === 'array' || (kind === 'any' && expression.kind !== 'constant')) return expression;
  if (kind !== 'any') {
    context.report(diagnose('check/not-an-array', expression.span, { got: describeType(expression.type) }));
  }
  return null;
}

/** `select …`: the items of the last variable, one for each matching combination. */
export function checkSelect(node: AstOf<'select'>, scope: NameScope, context: CheckContext): Expression {
  const declared = checkVariables(node.variables, scope, context);
  const last = node.variables.at(-1);
  if (declared === null || last === undefined) return reported(node.span);
  const item = declared.scope.names.get(last.name.text);
  return item === undefined ? reported(node.span) : collect({ generators: declared.generators, item }, node.span);
}

/** `exists …` and `forall …`. */
export function checkQuantifier(node: AstOf<'quantifier'>, scope: NameScope, context: CheckContext): Expression {
  const declared = checkVariables(node.variables, scope, context);
  if (declared === null) return reported(node.span);
  if (node.quantifier === 'exists') return reduce('exists', declared.generators, null, node.span);
  return forall(declared.generators, node.span);
}

/** No step of any generator fails its own condition. Source: docs/pql.md#queries-over-events-and-items. */
function forall(generators: readonly Generator[], span: Span): Expression {
  const noCounterexample = generators.flatMap((generator, index) => {
    if (generator.where === null) return [];
    const before = generators.slice(0, index).map((earlier): Generator => ({ ...earlier, where: null }));
    const [first, ...rest] = [...before, { ...generator, where: not(generator.where) }];
    return first === undefined ? [] : [not(reduce('exists', [first, ...rest], null, span))];
  });
  return allOf(noCounterexample, span);
}

/** `array[condition]`. */
export function checkFilter(node: AstOf<'filter'>, scope: NameScope, context: CheckContext): Expression {
  const given = context.check(node.array, scope);
  if (given.type.kind === 'map') return refuseMapFilter(node, given, context);
  const source = asArray(given, context);
  if (source === null) return reported(node.span);
  if (node.condition.kind === 'number') return refuseIndex(node.condition, context);
  return filterItems(source, node.condition, scope, node.span, context);
}

/** A number in brackets is an index elsewhere; as a condition it would let every item pass. */
function refuseIndex({ span }: AstOf<'number'>, context: CheckContext): Expression {
  const parameters = { what: 'the condition of a filter', expected: 'a condition', got: 'a number' };
  context.report(diagnose('check/type-mismatch', span, parameters, { help: 'the first item is `.head()`' }));
  return reported(span);
}

/** The items of an array that pass a condition. */
export function filterItems(
  array: Expression,
  condition: Ast,
  scope: NameScope,
  span: Span,
  context: CheckContext,
): Expression {
  const sequence = itemsOf(array, context);
  const test = itemFunction(condition, scope, [sequence.item], context);
  if (test === null) return reported(span);
  return collect(narrowed(sequence, context.checkCondition(test.body, test.scope)), span);
}

/** `sum e over V from …` and its short form. */
export function checkAggregate(node: AstOf<'aggregate'>, scope: NameScope, context: CheckContext): Expression {
  const declared = checkVariables(node.variables, scope, context);
  const last = node.variables.at(-1);
  if (declared === null || last === undefined) return reported(node.span);
  const value =
    node.expression === null
      ? declared.scope.names.get(last.name.text)
      : context.check(node.expression, declared.scope);
  return aggregate(
    node.operator,
    { generators: declared.generators, item: value ?? reported(node.span) },
    node.span,
    context,
  );
}

/** Methods that reduce an array to one value. */
export const reducingMethods = ['count', 'exists', 'sum', 'average', 'min', 'max'] as const;
type ReducingMethod = (typeof reducingMethods)[number];

/** Whether a method reduces an array to one value. */
export function isReducingMethod(name: string): name is ReducingMethod {
  return reducingMethods.some((method) => method === name);
}

/** `array.count()`, `array.exists(c)`, `array.sum(e)` and their like. */
export function checkReducingMethod(
  node: AstOf<'call'>,
  method: ReducingMethod,
  source: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const [argument] = node.arguments;
  if (method === 'count' && argument !== undefined) return refuseCountCondition(node, context);
  if (!hasArity(node, 0, 1, context)) return reported(node.span);
  const sequence = itemsOf(source, context);
  if (method === 'count') return reduce('count', presentOnly(sequence).generators, null, node.span);
  const wanted = argument === undefined ? null : itemFunction(argument, scope, [sequence.item], context);
  if (argument !== undefined && wanted === null) return reported(node.span);
  if (method === 'exists') {
    const filtered = wanted === null ? sequence : narrowed(sequence, context.checkCondition(wanted.body, wanted.scope));
    return reduce('exists', presentOnly(filtered).generators, null, node.span);
  }
  const item = wanted === null ? sequence.item : context.check(wanted.body, wanted.scope);
  return aggregate(method, { generators: sequence.generators, item }, node.span, context);
}

/** `array.count(condition)`: the condition belongs to a filter. */
function refuseCountCondition(node: AstOf<'call'>, context: CheckContext): Expression {
  const [condition] = node.arguments;
  const { receiver, name, span } = node;
  const parameters = { name: name.text, expected: 'no arguments', got: node.arguments.length };
  const isFilter = receiver !== null && condition !== undefined && node.arguments.length === 1;
  const filter: Ast | null = isFilter ? { kind: 'filter', array: receiver, condition, span } : null;
  const fixed: Ast | null = filter === null ? null : { ...node, receiver: filter, arguments: [] };
  const help = 'what is to be counted stands in a filter, `array[condition].count()`';
  const extra = fixed === null ? {} : { help, ...rewrite(span, fixed) };
  context.report(diagnose('check/wrong-arity', name.span, parameters, extra));
  return reported(span);
}

/** A reduction of values that must be numbers, or, for `min` and `max`, ordered. */
function aggregate(reducer: Reducer, sequence: Sequence, span: Span, context: CheckContext): Expression {
  const { item } = sequence;
  // A value that is itself an array is gone through as well: `orders.sum(lines.price)`.
  if (item.type.kind === 'array') {
    return aggregate(reducer, nested(sequence.generators, itemsOf(item, context)), span, context);
  }
  const ordered = reducer === 'min' || reducer === 'max';
  // The items of an empty list have no type, and nothing of them is present.
  if (item.type.kind === 'null') return constant(reducer === 'sum' ? 0 : null, scalarTypes.number, span);
  const fits = isNumeric(item.type) || item.type.kind === 'any' || (ordered && item.type.kind === 'timestamp');
  if (fits) return reduce(reducer, sequence.generators, item, span);
  context.report(
    diagnose('check/type-mismatch', item.span, {
      what: `the value of \`${reducer}\``,
      expected: describeType(scalarTypes.number),
      got: describeType(item.type),
    }),
  );
  return reported(span);
}
