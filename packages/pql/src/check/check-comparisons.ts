/** Comparisons, lists and arithmetic: operators whose operands may be of several types. */
import { diagnose } from '../diagnostics/codes.ts';
import { isArray } from '../functions/compare.ts';
import type { AstOf } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { allOf, anyOf, call, constant, itemsOf, narrowed, not, presence, reduce, truth } from './build.ts';
import { compareStatus, isStatus } from './check-memberships.ts';
import { memberOf } from './check-paths.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression, ExpressionOf } from './expression.ts';
import { commonType, convertLiteral, isNumeric, isScalar } from './literals.ts';
import { rewrite } from './rewrite.ts';

/** A comparison, `in`, `notIn`, or one of the word operators that are methods as well. */
export function checkComparison(node: AstOf<'comparison'>, scope: NameScope, context: CheckContext): Expression {
  const { operator, span } = node;
  if (operator === 'like' || operator === 'matches') {
    const name = { text: operator, span };
    return context.check({ kind: 'call', receiver: node.left, name, arguments: [node.right], span }, scope);
  }
  const left = context.check(node.left, scope);
  const right = context.check(node.right, scope);
  const isList = operator === 'in' || operator === 'notIn';
  if (isList && right.kind === 'constant' && isScalar(right.type) && !isReported(right)) {
    const repair = rewrite(span, { ...node, right: { kind: 'list', items: [node.right], span } });
    const help = 'one value is a list, too, in square brackets';
    context.report(diagnose('check/not-an-array', right.span, { got: describeType(right.type) }, { help, ...repair }));
    return reported(span);
  }
  return isList ? listTest(operator, left, right, span, context) : compare(operator, left, right, span, context);
}

/** A comparison of two values; with an array on one side, of some item. */
export function compare(
  operator: string,
  left: Expression,
  right: Expression,
  span: Span,
  context: CheckContext,
): Expression {
  const leftIsArray = left.type.kind === 'array';
  if (leftIsArray !== (right.type.kind === 'array') && left.type.kind !== 'any' && right.type.kind !== 'any') {
    return someItem(leftIsArray ? left : right, span, context, (item) =>
      leftIsArray ? compare(operator, item, right, span, context) : compare(operator, left, item, span, context),
    );
  }
  const special =
    compareStatus(operator, left, right, span, context) ?? compareEvents(operator, left, right, span, context);
  if (special !== null) return special;
  const b = convertedLiteral(right, left.type, context);
  // Of two literals, the right one gives way.
  const a = right.kind === 'constant' ? left : convertedLiteral(left, right.type, context);
  if (a === null || b === null) return reported(span);
  if (!isComparable(operator, a.type, b.type)) {
    const parameters = { left: describeType(a.type), right: describeType(b.type) };
    const areObjects = a.type.kind === 'object' && b.type.kind === 'object';
    const extra = areObjects ? { help: 'compare a member that tells them apart, such as an id' } : {};
    context.report(diagnose('check/incomparable', span, parameters, extra));
    return reported(span);
  }
  return call(operator, [a, b], scalarTypes.boolean, span);
}

/** Whether two variables stand for one event, which its id tells; null when the sides are something else. */
function compareEvents(
  operator: string,
  left: Expression,
  right: Expression,
  span: Span,
  context: CheckContext,
): Expression | null {
  const { event } = context;
  if (operator !== '=' && operator !== '!=') return null;
  if (left.type !== event || right.type !== event || !event.fields.has(eventIdMember)) return null;
  const [a, b] = [left, right].map((side) => memberOf(side, { text: eventIdMember, span: side.span }, context));
  return a === undefined || b === undefined ? null : compare(operator, a, b, span, context);
}

const eventIdMember = '_id';

/** Whether some item of the array passes a test. */
export function someItem(
  array: Expression,
  span: Span,
  context: CheckContext,
  test: (item: Expression) => Expression,
): Expression {
  const sequence = itemsOf(array, context);
  return reduce('exists', narrowed(sequence, test(sequence.item)).generators, null, span);
}

function isComparable(operator: string, a: PqlType, b: PqlType): boolean {
  const type = commonType(a, b);
  if (type === null) return false;
  if (type.kind === 'array') return (operator === '=' || operator === '!=') && isScalar(type.element);
  return isScalar(type);
}

/** The expression with a literal converted to the other side's type; reports when it cannot be. */
function convertedLiteral(expression: Expression, type: PqlType, context: CheckContext): Expression | null {
  const converted = convertLiteral(expression, type);
  if (converted !== null || expression.kind !== 'constant' || !isScalar(type)) return converted ?? expression;
  context.report(
    diagnose('check/bad-literal', expression.span, { text: literalText(expression.value), type: describeType(type) }),
  );
  return null;
}

function literalText(value: PqlValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `in` and `notIn`. Source: docs/pql.md#operators-and-null. */
export function listTest(
  operator: 'in' | 'notIn',
  left: Expression,
  right: Expression,
  span: Span,
  context: CheckContext,
): Expression {
  if (left.type.kind === 'array') {
    return someItem(left, span, context, (item) => listTest(operator, item, right, span, context));
  }
  if (right.type.kind !== 'array' && right.type.kind !== 'any') {
    context.report(diagnose('check/not-an-array', right.span, { got: describeType(right.type) }));
    return reported(span);
  }
  if (isReported(right)) return reported(span);
  if (right.kind === 'constant') return constantListTest(operator, left, right, span, context);
  const matches =
    right.kind === 'list'
      ? anyOf(
          right.items.map((item) => compare('=', left, item, span, context)),
          span,
        )
      : someItem(right, span, context, (item) => compare('=', left, item, span, context));
  return operator === 'in' ? matches : allOf([presence(left), truth(right), not(matches)], span);
}

function constantListTest(
  operator: 'in' | 'notIn',
  left: Expression,
  list: ExpressionOf<'constant'>,
  span: Span,
  context: CheckContext,
): Expression {
  const element = isScalar(left.type) ? left.type : scalarTypes.any;
  if (isStatus(left)) return statusListTest(operator, left, list, span, context);
  const items = convertLiteral(list, { kind: 'array', element });
  if (items !== null && isScalar(left.type)) return call(operator, [left, items], scalarTypes.boolean, span);
  context.report(
    diagnose('check/incomparable', span, { left: describeType(left.type), right: describeType(list.type) }),
  );
  return reported(span);
}

function statusListTest(
  operator: 'in' | 'notIn',
  status: Expression,
  list: ExpressionOf<'constant'>,
  span: Span,
  context: CheckContext,
): Expression {
  const texts = isArray(list.value) ? list.value.map((value) => constant(value, scalarTypes.string, list.span)) : [];
  const tests = texts.map((text) => compare(operator === 'in' ? '=' : '!=', status, text, span, context));
  return operator === 'in' || tests.length === 0 ? anyOf(tests, span) : allOf(tests, span);
}

/** A list: a constant when all its items are. */
export function checkList(node: AstOf<'list'>, scope: NameScope, context: CheckContext): Expression {
  const items = node.items.map((item) => context.check(item, scope));
  let element: PqlType = scalarTypes.null;
  for (const item of items) {
    const common = commonType(element, item.type);
    if (common === null) {
      const expected = describeType(element);
      context.report(
        diagnose('check/type-mismatch', item.span, {
          what: 'every item of a list',
          expected,
          got: describeType(item.type),
        }),
      );
      return reported(node.span);
    }
    element = common;
  }
  if (!isScalar(element)) return unsupportedValue('a list of objects or arrays', node.span, context);
  const type: PqlType = { kind: 'array', element };
  const values = items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
  if (values.length < items.length) return { kind: 'list', items, type, span: node.span };
  return constant(
    values.filter((value) => value !== null),
    type,
    node.span,
  );
}

/** Reports a value that only closures could make. */
export function unsupportedValue(what: string, span: Span, context: CheckContext): Expression {
  const why = 'a computed value is a scalar or an array of scalars';
  context.report(diagnose('check/unsupported', span, { what, why }));
  return reported(span);
}

/** `+ - * / %`; through an array the operator has no meaning. */
export function checkArithmetic(node: AstOf<'arithmetic'>, scope: NameScope, context: CheckContext): Expression {
  const left = numberOperand(context.check(node.left, scope), node.operator, context);
  const right = numberOperand(context.check(node.right, scope), node.operator, context);
  if (left === null || right === null) return reported(node.span);
  const whole = left.type.kind === 'integer' && right.type.kind === 'integer' && node.operator !== '/';
  return call(node.operator, [left, right], whole ? scalarTypes.integer : scalarTypes.number, node.span);
}

/** `-x`; of a literal it is a literal. */
export function checkNegate(node: AstOf<'negate'>, scope: NameScope, context: CheckContext): Expression {
  const operand = numberOperand(context.check(node.operand, scope), '-', context);
  if (operand === null) return reported(node.span);
  if (operand.kind === 'constant' && typeof operand.value === 'number') {
    return constant(-operand.value, operand.type, node.span);
  }
  return call('negate', [operand], operand.type, node.span);
}

function numberOperand(expression: Expression, operator: string, context: CheckContext): Expression | null {
  const operand = convertLiteral(expression, scalarTypes.number) ?? expression;
  if (isNumeric(operand.type) || operand.type.kind === 'any' || operand.type.kind === 'null') return operand;
  context.report(
    diagnose('check/type-mismatch', expression.span, {
      what: `an operand of \`${operator}\``,
      expected: describeType(scalarTypes.number),
      got: describeType(expression.type),
    }),
  );
  return null;
}
