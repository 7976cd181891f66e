/** Methods that take arrays as sets: all become generators, except `distinct`. Source: docs/pql.md#sets. */
import { diagnose } from '../diagnostics/codes.ts';
import type { AstOf } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import { call, collect, itemsOf, narrowed, not, presentOnly, reduce } from './build.ts';
import { hasArity } from './check-arity.ts';
import { listTest, someItem } from './check-comparisons.ts';
import { asArray } from './check-queries.ts';
import type { CheckContext, NameScope } from './context.ts';
import { reported } from './context.ts';
import type { Expression } from './expression.ts';
import { isScalar } from './literals.ts';

const setMethods = ['intersects', 'intersection', 'subsetOf', 'supersetOf', 'includes', 'distinct'] as const;
type SetMethod = (typeof setMethods)[number];

/** Whether a method takes its receiver as a set. */
export function isSetMethod(name: string): name is SetMethod {
  return setMethods.some((method) => method === name);
}

/** `a.intersects(b)` and its like. */
export function checkSetMethod(
  node: AstOf<'call'>,
  method: SetMethod,
  receiver: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const arity = method === 'distinct' ? 0 : 1;
  if (!hasArity(node, arity, arity, context)) return reported(node.span);
  const set = scalars(receiver, context);
  const [argument] = node.arguments;
  if (set === null) return reported(node.span);
  if (method === 'distinct' || argument === undefined) return call('distinct', [set], set.type, node.span);
  const other = context.check(argument, scope);
  if (method === 'includes') return listTest('in', other, set, node.span, context);
  const otherSet = scalars(other, context);
  return otherSet === null ? reported(node.span) : combine(method, set, otherSet, node, context);
}

function combine(
  method: Exclude<SetMethod, 'includes' | 'distinct'>,
  set: Expression,
  other: Expression,
  node: AstOf<'call'>,
  context: CheckContext,
): Expression {
  const isIn = (item: Expression, array: Expression): Expression => listTest('in', item, array, node.span, context);
  switch (method) {
    case 'intersects':
      return someItem(set, node.span, context, (item) => isIn(item, other));
    case 'subsetOf':
      return everyItemIn(set, other, node, context);
    case 'supersetOf':
      return everyItemIn(other, set, node, context);
    default: {
      const sequence = itemsOf(set, context);
      return collect(narrowed(sequence, isIn(sequence.item, other)), node.span);
    }
  }
}

/** No item of `set` is missing from `other`; so nothing is a subset of everything. */
function everyItemIn(set: Expression, other: Expression, node: AstOf<'call'>, context: CheckContext): Expression {
  const sequence = presentOnly(itemsOf(set, context));
  const missing = not(listTest('in', sequence.item, other, node.span, context));
  return not(reduce('exists', narrowed(sequence, missing).generators, null, node.span));
}

/** The expression as an array of scalars; reports anything else. */
function scalars(expression: Expression, context: CheckContext): Expression | null {
  const array = asArray(expression, context);
  if (array?.type.kind !== 'array' || isScalar(array.type.element)) return array;
  const expected = 'an array of scalars';
  context.report(
    diagnose('check/type-mismatch', expression.span, { what: 'a set', expected, got: describeType(array.type) }),
  );
  return null;
}
