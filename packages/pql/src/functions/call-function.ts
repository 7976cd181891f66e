/**
 * Calls on values. Where an argument has no type, what the checker knows of typed ones is found out from its value: an
 * array means some item, or each; a text where a time is wanted is read as one. Source: docs/pql.md#untyped-values.
 */
import type { ExpressionOf } from '../check/expression.ts';
import type { RegexEngine, ValueFunction } from '../closures/closure.ts';
import { parseIsoTime } from '../types/iso-time.ts';
import type { PqlValue } from '../types/value.ts';
import { isArray } from './compare.ts';
import { comparisonNames } from './operators.ts';
import { functionRecord } from './registry.ts';

/** The function that a call applies to the values of its arguments. */
export function callFunction(node: ExpressionOf<'call'>, regex: RegexEngine): ValueFunction {
  const record = functionRecord(node.name);
  const constants = node.arguments.map((argument) => (argument.kind === 'constant' ? argument.value : undefined));
  const apply = record.evaluate({ regex, constants });
  const untyped = node.arguments.map(({ type }) => type.kind === 'any');
  if (!untyped.includes(true)) return apply;
  const isComparison = comparisonNames.has(node.name);
  const comparesTimes = isComparison && node.arguments.some(({ type }) => type.kind === 'timestamp');
  const converted = untyped.map((isUntyped, index) => {
    return isUntyped && (comparesTimes || record.parameters[index]?.type === 'timestamp');
  });
  const onTimes: ValueFunction = converted.includes(true)
    ? (...values) => apply(...values.map((value, index) => (converted[index] === true ? momentOf(value) : value)))
    : apply;
  if (asksWhole.has(node.name) || record.form === 'function') return onTimes;
  const onItems = overItems(onTimes, record.result.kind === 'boolean');
  if (isComparison) return overEitherSide(onItems, onTimes);
  return record.form === 'method' || node.name === 'in' || node.name === 'notIn' ? onItems : onTimes;
}

/** Functions that are about an array as a whole, where they get one. */
const asksWhole: ReadonlySet<string> = new Set(['isNull', 'distinct']);

/** A value without a type as a moment: text is read as ISO 8601. */
export function momentOf(value: PqlValue): PqlValue {
  return typeof value === 'string' ? parseIsoTime(value) : value;
}

/** All moments that a value without a type holds: itself, or its items. */
export function momentsOf(value: PqlValue): readonly number[] {
  const moments = (isArray(value) ? value : [value]).map(momentOf);
  return moments.filter((moment) => typeof moment === 'number');
}

/** The function of a first argument that may be an array: true of some item, or the results for all. */
function overItems(apply: ValueFunction, isTest: boolean): ValueFunction {
  return (first = null, ...rest) => {
    if (!isArray(first)) return apply(first, ...rest);
    if (isTest) return first.some((item) => apply(item, ...rest) === true);
    return first.flatMap((item) => {
      const result = apply(item, ...rest);
      return result === null ? [] : result;
    });
  };
}

/** A comparison in which one side, but not both, may be an array. */
function overEitherSide(onItems: ValueFunction, apply: ValueFunction): ValueFunction {
  return (left = null, right = null) => {
    if (isArray(left) === isArray(right)) return apply(left, right);
    return isArray(left) ? onItems(left, right) : isArray(right) && right.some((item) => apply(left, item) === true);
  };
}
