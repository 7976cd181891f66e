/** Maps: entries by key become generators, like the items of arrays. Source: docs/pql.md#maps-groups-and-objects. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Ast, AstOf, Identifier } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import { mapEntryType } from '../types/map-entry.ts';
import { scalarTypes } from '../types/type.ts';
import type { Sequence } from './build.ts';
import { anyOf, call, collect, constant, flattened, itemsOf, narrowed, nested, only, reduce } from './build.ts';
import { hasArity } from './check-arity.ts';
import { compare } from './check-comparisons.ts';
import { itemFunction } from './check-item-functions.ts';
import { memberOf, reportNoObject } from './check-paths.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression, ExpressionOf } from './expression.ts';
import { convertLiteral, isScalar } from './literals.ts';
import { rewrite } from './rewrite.ts';
import { uncalledMethod } from './unknown-names.ts';

/** What to go through for the entries of a map, and what each gives. */
export interface Entries {
  readonly generators: Sequence['generators'];
  readonly key: Expression;
  readonly value: Expression;
}

const mapMethods = ['get', 'keys', 'values'] as const;
type MapMethod = (typeof mapMethods)[number];

/** Whether a method is one that only maps have. */
export function isMapMethod(name: string): name is MapMethod {
  return mapMethods.some((method) => method === name);
}

/** The entries of a map; null for what is none. */
export function entriesOf(map: Expression, context: CheckContext): Entries | null {
  if (map.kind === 'map') return map;
  if (map.kind === 'reduce' && map.value !== null && map.type.kind === 'map') {
    const inner = entriesOf(map.value, context);
    return inner === null ? null : { ...inner, generators: nested(map.generators, itemized(inner)).generators };
  }
  if (map.type.kind !== 'map' && map.type.kind !== 'any') return null;
  const type = mapEntryType(map.type.kind === 'map' ? map.type.value : scalarTypes.any);
  const variable = context.newVariable('entry', type);
  const array: Expression = { kind: 'entries', map, type: { kind: 'array', element: type }, span: map.span };
  const member = (name: 'key' | 'value'): Expression => {
    const { type: memberType = scalarTypes.any } = type.fields.get(name) ?? {};
    return { kind: 'path', variable, steps: [name], type: memberType, span: map.span };
  };
  return { generators: [{ variable, array, where: null }], key: member('key'), value: member('value') };
}

function itemized({ generators, value }: Entries): Sequence {
  return { generators, item: value };
}

/** `map.get(key)`, `map.keys()`, `map.values()`; of an array of maps, of each. */
export function checkMapMethod(
  node: AstOf<'call'>,
  method: MapMethod,
  map: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const arity = method === 'get' ? 1 : 0;
  if (!hasArity(node, arity, arity, context)) return reported(node.span);
  const [argument] = node.arguments;
  if (argument === undefined) return listOf(method === 'keys' ? 'key' : 'value', map, node.span, context);
  const key = context.check(argument, scope);
  return isReported(key) ? reported(node.span) : valueAt(map, key, node.span, context);
}

/** `map.key`: reported, and taken for `map.get("key")`, so that what follows is looked at too. */
export function checkMapMember(map: Expression, member: Identifier, span: Span, context: CheckContext): Expression {
  reportNoObject(map, member, context);
  if (uncalledMethod(member) !== null) return reported(span);
  return valueAt(map, constant(member.text, scalarTypes.string, member.span), span, context);
}

/** `map[…]`: reported, with the method that was meant. */
export function refuseMapFilter(node: AstOf<'filter'>, { type }: Expression, context: CheckContext): Expression {
  const name = { text: node.condition.kind === 'string' ? 'get' : 'filter', span: node.span };
  const call: Ast = { kind: 'call', name, receiver: node.array, arguments: [node.condition], span: node.span };
  const help = name.text === 'get' ? 'a map is asked for a key by `.get(…)`' : 'the entries of a map pass `.filter(…)`';
  context.report(
    diagnose('check/not-an-array', node.array.span, { got: describeType(type) }, { help, ...rewrite(node.span, call) }),
  );
  return reported(node.span);
}

/** All keys, or all values. */
function listOf(part: 'key' | 'value', map: Expression, span: Span, context: CheckContext): Expression {
  if (isReported(map)) return reported(span);
  if (map.type.kind === 'array') {
    const { generators, item } = itemsOf(map, context);
    const inner = listOf(part, item, span, context);
    return isReported(inner) ? inner : flattened({ generators, item: inner }, span, context);
  }
  const entries = entriesOf(map, context);
  if (entries === null) return refuseMap(map, span, context);
  return collect({ generators: entries.generators, item: entries[part] }, span);
}

/** The value for a key. */
function valueAt(map: Expression, key: Expression, span: Span, context: CheckContext): Expression {
  if (isReported(map)) return reported(span);
  if (map.type.kind === 'array') {
    const { generators, item } = itemsOf(map, context);
    const value = valueAt(item, key, span, context);
    return isReported(value) ? value : flattened({ generators, item: value }, span, context);
  }
  if (!isScalar(key.type)) {
    const what = 'the key of `get`';
    context.report(
      diagnose('check/type-mismatch', key.span, { what, expected: 'a string', got: describeType(key.type) }),
    );
    return reported(span);
  }
  if (map.type.kind === 'object' && key.kind === 'constant' && typeof key.value === 'string') {
    return memberOf(map, { text: key.value, span: key.span }, context);
  }
  if (map.type.kind === 'any') return call('get', [map, key], scalarTypes.any, span);
  const entries = entriesOf(map, context);
  if (entries === null) return refuseMap(map, span, context);
  const isMeant = isKey(entries.key, key, context);
  return isReported(isMeant) ? reported(span) : only(narrowed(itemized(entries), isMeant), span, context);
}

/** Whether an entry's key is the one asked for. What an untyped key is called tells nothing of its type: `1` is `"1"`. */
function isKey(entryKey: Expression, key: Expression, context: CheckContext): Expression {
  const readings = entryKey.type.kind === 'any' && key.kind === 'constant' ? keyReadings(key) : [key];
  return anyOf(
    readings.map((reading) => compare('=', entryKey, reading, key.span, context)),
    key.span,
  );
}

/** A written key as a value of every type that it can be one of. */
function keyReadings(key: ExpressionOf<'constant'>): readonly Expression[] {
  const types = [scalarTypes.string, scalarTypes.number, scalarTypes.boolean];
  const readings = types.flatMap((type) => convertLiteral(key, type) ?? []);
  return [key, ...readings.filter((reading) => reading.kind === 'constant' && reading.value !== key.value)];
}

function refuseMap(map: Expression, span: Span, context: CheckContext): Expression {
  context.report(diagnose('check/not-a-map', map.span, { got: describeType(map.type) }));
  return reported(span);
}

/** `map.count()`, `map.exists(c)` and `map.filter(c)`: questions about entries, which a function gets as key and value. */
export function checkEntryMethod(
  node: AstOf<'call'>,
  method: 'count' | 'exists' | 'filter',
  map: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const entries = entriesOf(map, context);
  const [condition] = node.arguments;
  const [least, most] = entryArities[method];
  if (entries === null || !hasArity(node, least, most, context)) return reported(node.span);
  const { generators, key, value } = entries;
  const test = condition === undefined ? null : itemFunction(condition, scope, [key, value], context);
  if (condition !== undefined && test === null) return reported(node.span);
  const passing =
    test === null ? generators : narrowed(itemized(entries), context.checkCondition(test.body, test.scope)).generators;
  if (method !== 'filter') return reduce(method, passing, null, node.span);
  return { kind: 'map', generators: passing, key, value, type: { kind: 'map', value: value.type }, span: node.span };
}

/** The least and the greatest number of arguments. */
const entryArities = { count: [0, 0], exists: [0, 1], filter: [1, 1] } as const;
