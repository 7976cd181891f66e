/** Groups and what is made of arrays and maps item by item. Source: docs/pql.md#maps-groups-and-objects. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Ast, AstOf } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { Sequence } from './build.ts';
import { call, collect, itemsOf, narrowed, presentOnly, variablePath } from './build.ts';
import { hasArity } from './check-arity.ts';
import { itemFunction } from './check-item-functions.ts';
import { entriesOf } from './check-maps.ts';
import { asArray } from './check-queries.ts';
import { firstOf } from './check-slices.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression } from './expression.ts';
import { isScalar } from './literals.ts';

/** `array.groupBy(key)`: a map from each key to the items that have it, keys in the order of their first item. */
export function checkGroupBy(
  node: AstOf<'call'>,
  source: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const argument = onlyArgument(node, context);
  if (argument === null) return reported(node.span);
  const sequence = itemsOf(source, context);
  const wanted = itemFunction(argument, scope, [sequence.item], context);
  if (wanted === null) return reported(node.span);
  const key = context.check(wanted.body, wanted.scope);
  if (isReported(key) || !isKey(key, 'the key of `groupBy`', context)) return reported(node.span);
  return mapByKey(sequence, key, (group) => collect(group, node.span), node, context);
}

/** `array.map(f)` and `map.map(f)`: an array of results, or, where `f` gives entries, a map. */
export function checkMap(node: AstOf<'call'>, source: Expression, scope: NameScope, context: CheckContext): Expression {
  const argument = onlyArgument(node, context);
  if (argument === null || isReported(source)) return reported(node.span);
  const isPairs = source.type.kind === 'map' || isFunctionOfEntry(argument);
  const entries = isPairs ? entriesOf(source, context) : null;
  const array = entries === null ? asArray(source, context) : null;
  const items = array === null ? null : itemsOf(array, context);
  const sequence = entries === null ? items : { generators: entries.generators, item: entries.value };
  if (sequence === null) return reported(node.span);
  const wanted = itemFunction(
    argument,
    scope,
    entries === null ? [sequence.item] : [entries.key, entries.value],
    context,
  );
  if (wanted === null) return reported(node.span);
  if (wanted.body.kind === 'call' && isMapEntry(wanted.body)) {
    return mapOfEntries(wanted.body, wanted.scope, sequence, entries?.key ?? null, node, context);
  }
  const item = context.check(wanted.body, wanted.scope);
  return isReported(item) ? reported(node.span) : collect({ generators: sequence.generators, item }, node.span);
}

/** Whether an argument is a function of the key and the value of an entry. */
export function isFunctionOfEntry(argument: Ast | undefined): boolean {
  return argument?.kind === 'lambda' && argument.parameters.length === 2;
}

function isMapEntry({ name, receiver }: AstOf<'call'>): boolean {
  return name.text === 'mapEntry' && receiver === null;
}

/** `mapEntry(key, value)` for each step where there is a value. Of several entries with one key, the first counts. */
function mapOfEntries(
  entry: AstOf<'call'>,
  scope: NameScope,
  { generators }: Sequence,
  distinctKey: Expression | null,
  node: AstOf<'call'>,
  context: CheckContext,
): Expression {
  const [keyNode, valueNode] = entry.arguments;
  if (!hasArity(entry, 2, 2, context) || keyNode === undefined || valueNode === undefined) return reported(node.span);
  const key = context.check(keyNode, scope);
  const value = context.check(valueNode, scope);
  if (isReported(key) || isReported(value) || !isKey(key, 'the key of `mapEntry`', context)) return reported(node.span);
  const sequence = presentOnly({ generators, item: value });
  if (distinctKey !== null && isSamePath(key, distinctKey)) {
    const type: PqlType = { kind: 'map', value: value.type };
    return { kind: 'map', generators: sequence.generators, key, value, type, span: node.span };
  }
  if (value.type.kind === 'array') {
    const why = 'an entry of a new key cannot hold an array';
    context.report(diagnose('check/unsupported', valueNode.span, { what: 'this value', why }));
    return reported(node.span);
  }
  return mapByKey(sequence, key, (steps) => firstOf(steps, node.span, context), node, context);
}

function isSamePath(a: Expression, b: Expression): boolean {
  if (a.kind !== 'path' || b.kind !== 'path') return false;
  return a.variable.id === b.variable.id && a.steps.join('.') === b.steps.join('.');
}

/** A map from each different key of a sequence to what `valueFor` makes of the steps that have it. */
function mapByKey(
  sequence: Sequence,
  key: Expression,
  valueFor: (steps: Sequence) => Expression,
  { span }: AstOf<'call'>,
  context: CheckContext,
): Expression {
  const all = collect({ generators: sequence.generators, item: key }, span);
  const variable = context.newVariable('key', key.type);
  const keyPath = variablePath(variable, span);
  const value = valueFor(narrowed(sequence, call('=', [key, keyPath], scalarTypes.boolean, span)));
  return {
    kind: 'map',
    generators: [{ variable, array: call('distinct', [all], all.type, span), where: null }],
    key: keyPath,
    value,
    type: { kind: 'map', value: value.type },
    span,
  };
}

function isKey(key: Expression, what: string, context: CheckContext): boolean {
  if (isScalar(key.type)) return true;
  context.report(
    diagnose('check/type-mismatch', key.span, { what, expected: 'a scalar', got: describeType(key.type) }),
  );
  return false;
}

function onlyArgument(node: AstOf<'call'>, context: CheckContext): Ast | null {
  const [argument = null] = node.arguments;
  return hasArity(node, 1, 1, context) ? argument : null;
}
