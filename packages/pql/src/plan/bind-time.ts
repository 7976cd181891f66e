/** Puts `now` into an expression: what depends on time alone becomes constants. */
import { constant } from '../check/build.ts';
import { mapChildren, referencesOf } from '../check/children.ts';
import type { Expression, ExpressionOf, TimeReference } from '../check/expression.ts';
import { midnight } from '../functions/dates.ts';
import { functionRecord } from '../functions/registry.ts';
import { civilFromMs } from '../types/calendar.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { Interval } from './time-window.ts';
import { instant, namedInterval, timeWindow, unitAround } from './time-window.ts';

/**
 * The expression at `asOf` (epoch milliseconds): calls without data are values, and each `occurs` whose references need
 * no profile is a `within`. Parts that are shared stay shared.
 */
export function bindTime(expression: Expression, asOf: number): Expression {
  return timeBinder(asOf)(expression);
}

/** The same for several parts of one expression: what they share stays shared between them. */
export function timeBinder(asOf: number): (part: Expression) => Expression {
  const known = new Map<Expression, Expression>();
  const bind = (node: Expression): Expression => {
    const bound = known.get(node) ?? bindNode(mapChildren(node, bind), asOf);
    known.set(node, bound);
    return bound;
  };
  return bind;
}

function bindNode(node: Expression, asOf: number): Expression {
  if (node.kind === 'occurs') return bindOccurs(node, asOf);
  return node.kind === 'call' ? foldCall(node, asOf) : node;
}

function bindOccurs(node: ExpressionOf<'occurs'>, asOf: number): Expression {
  const [first, second] = referencesOf(node.test).map((reference) => resolveReference(reference, asOf));
  if (first === undefined) return node;
  if (first === 'unknown' || second === 'unknown') return bindBounds(node, first, second);
  if (first === null || second === null) return constant(false, scalarTypes.boolean, node.span);
  const window = timeWindow(node.test, first, second ?? first);
  return { kind: 'within', subject: node.subject, ...window, type: node.type, span: node.span };
}

/** The known end of a `between` whose other end is not: a moment, so that all that is left are moments. */
function bindBounds(
  node: ExpressionOf<'occurs'>,
  first: Interval | null | 'unknown',
  second: Interval | null | 'unknown' | undefined,
): Expression {
  if (node.test.kind !== 'between' || (first === 'unknown' && second === 'unknown')) return node;
  const known = first === 'unknown' ? second : first;
  if (known === null || known === undefined || known === 'unknown') {
    return constant(false, scalarTypes.boolean, node.span);
  }
  const moment = first === 'unknown' ? known.last : known.first;
  const bound: TimeReference = { kind: 'instant', expression: constant(moment, scalarTypes.timestamp, node.span) };
  const test = first === 'unknown' ? { ...node.test, to: bound } : { ...node.test, from: bound };
  return { ...node, test };
}

/** The interval of a reference; null when it is no time; `unknown` when only a profile can tell. */
function resolveReference(reference: TimeReference, asOf: number): Interval | null | 'unknown' {
  if (reference.kind === 'instant') {
    const { expression } = reference;
    if (expression.kind !== 'constant') return 'unknown';
    return typeof expression.value === 'number' ? instant(expression.value) : null;
  }
  if (reference.kind !== 'day') return namedInterval(reference, asOf);
  const parts = [reference.year, reference.month, reference.day];
  const values = parts.flatMap((part) => (part.kind === 'constant' ? [part.value] : []));
  if (values.length < parts.length) return 'unknown';
  // Unlike a value, a bound may lie in any year: it is compared with, and nothing else.
  const moment = midnight(...values);
  return moment === null ? null : unitAround(moment, 'day');
}

/** The value of a call whose arguments are constants; other calls as they are. */
function foldCall(node: ExpressionOf<'call'>, asOf: number): Expression {
  const current = currentPart(node.name, asOf);
  if (current !== null) return constant(current, node.type, node.span);
  const values = node.arguments.flatMap((argument) => (argument.kind === 'constant' ? [argument.value] : []));
  if (values.length < node.arguments.length || patternFunctions.has(node.name)) return node;
  const value = functionRecord(node.name).evaluate({ regex: noRegex, constants: values })(...values);
  return constant(value, node.type, node.span);
}

/** Functions that need an engine to be evaluated. */
const patternFunctions: ReadonlySet<string> = new Set(['matches', 'regexGroup']);

/** Folding leaves patterns alone, so it needs no engine. */
const noRegex = {
  compile: (): { readonly error: string } => ({ error: 'patterns are not folded' }),
};

function currentPart(name: string, asOf: number): PqlValue {
  const { year, month, day } = civilFromMs(asOf);
  switch (name) {
    case 'currentYear':
      return year;
    case 'currentMonth':
      return month;
    case 'currentDayOfMonth':
      return day;
    default:
      return null;
  }
}
