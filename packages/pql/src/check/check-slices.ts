/** The first items of an array, in its own order or in another. Source: docs/pql.md#queries-over-events-and-items. */
import { diagnose } from '../diagnostics/codes.ts';
import type { AstOf } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import type { Sequence } from './build.ts';
import { itemsOf, nested, only, presentOnly, variablePath } from './build.ts';
import { hasArity } from './check-arity.ts';
import { itemFunction } from './check-item-functions.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression, SliceOrder } from './expression.ts';
import { isScalar } from './literals.ts';

const sliceMethods = ['topN', 'bottomN', 'head'] as const;
type SliceMethod = (typeof sliceMethods)[number];

/** The names of the methods, for suggestions. */
export const sliceMethodNames: readonly string[] = sliceMethods;

/** Whether a method gives the first items of an array. */
export function isSliceMethod(name: string): name is SliceMethod {
  return sliceMethods.some((method) => method === name);
}

/** `array.topN(by, n)`, `array.bottomN(by, n)`, `array.head()`. */
export function checkSliceMethod(
  node: AstOf<'call'>,
  method: SliceMethod,
  source: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const arity = method === 'head' ? 0 : 2;
  const sequence = stepsOf(itemsOf(source, context));
  // What it goes by means something before the number is written.
  const order = method === 'head' ? null : sliceOrder(node, method, sequence.item, scope, context);
  if (!hasArity(node, arity, arity, context)) return reported(node.span);
  if (!isSliceable(sequence.item, method, context)) return reported(node.span);
  if (method === 'head') return firstOf(sequence, node.span, context);
  const count = sliceCount(node, method, scope, context);
  if (order === null || count === null) return reported(node.span);
  return slice(sequence, order, count, node.span);
}

/** Scalars, and objects that are stored or hold scalars only: queries carry them along as a few columns. */
function isSliceable(item: Expression, method: string, context: CheckContext): boolean {
  const { type, span } = item;
  const hasParts = item.kind === 'object' && item.members.some(({ value }) => !isScalar(value.type));
  if (type.kind !== 'array' && type.kind !== 'map' && !hasParts) return true;
  const what = `the items of \`${method}\``;
  const expected = 'scalars, stored objects or objects of scalars';
  context.report(diagnose('check/type-mismatch', span, { what, expected, got: describeType(type) }));
  return false;
}

/**
 * The steps of a sequence that give something. What gives an object of one step at most (`head()`) is gone through as well:
 * queries find the columns of what is stored, not of what is computed.
 */
function stepsOf(sequence: Sequence): Sequence {
  const { generators, item } = sequence;
  const isComputed = item.kind === 'reduce' && item.reducer === 'only' && !isScalar(item.type);
  if (!isComputed || item.value === null) return presentOnly(sequence);
  return stepsOf(nested(generators, { generators: item.generators, item: item.value }));
}

function slice({ generators, item }: Sequence, order: SliceOrder | null, count: number, span: Span): Expression {
  return { kind: 'slice', generators, item, order, count, type: { kind: 'array', element: item.type }, span };
}

/** The first item of a sequence of scalars or objects; null when there is none. */
export function firstOf(sequence: Sequence, span: Span, context: CheckContext): Expression {
  const variable = context.newVariable('first', sequence.item.type);
  const array = slice(stepsOf(sequence), null, 1, span);
  return only({ generators: [{ variable, array, where: null }], item: variablePath(variable, span) }, span, context);
}

function sliceOrder(
  { arguments: [argument] }: AstOf<'call'>,
  method: SliceMethod,
  item: Expression,
  scope: NameScope,
  context: CheckContext,
): SliceOrder | null {
  const wanted = argument === undefined ? null : itemFunction(argument, scope, [item], context);
  if (wanted === null) return null;
  const by = context.check(wanted.body, wanted.scope);
  if (isReported(by)) return null;
  if (isScalar(by.type)) return { by, direction: method === 'topN' ? 'greatest' : 'least' };
  const what = `the first argument of \`${method}\``;
  context.report(diagnose('check/type-mismatch', by.span, { what, expected: 'a scalar', got: describeType(by.type) }));
  return null;
}

/** How many items: a whole number that is written as one. */
function sliceCount(
  { arguments: [, argument] }: AstOf<'call'>,
  method: SliceMethod,
  scope: NameScope,
  context: CheckContext,
): number | null {
  const count = argument === undefined ? null : context.check(argument, scope);
  if (count === null || isReported(count)) return null;
  if (
    count.kind === 'constant' &&
    typeof count.value === 'number' &&
    Number.isSafeInteger(count.value) &&
    count.value >= 0
  ) {
    return count.value;
  }
  const what = `the second argument of \`${method}\``;
  const expected = 'a whole number of at least 0 written as a literal';
  const got = count.kind === 'constant' ? `\`${String(count.value)}\`` : 'an expression';
  context.report(diagnose('check/type-mismatch', count.span, { what, expected, got }));
  return null;
}
