/** `occurs` against a time that differs between profiles: calendar arithmetic in SQL. Source: docs/pql.md#time. */
import type { ExpressionOf, TimeReference, TimeTest } from '../check/expression.ts';
import type { TimeUnit } from '../syntax/ast.ts';
import { fixedUnitMs, isFixedUnit, unitMonths } from '../types/calendar.ts';
import type { Environment } from './environment.ts';
import type { SqlFragment } from './fragment.ts';
import { parameter, sql } from './fragment.ts';
import type { Renderer } from './renderer.ts';

/** SQL of an `occurs` whose references are instants of the profile; never NULL. */
export function renderOccurs(
  { subject, test }: ExpressionOf<'occurs'>,
  environment: Environment,
  renderer: Renderer,
): SqlFragment {
  const moment = renderer.value(subject, environment).sql;
  const at = (reference: TimeReference): SqlFragment => {
    if (reference.kind !== 'instant') throw new Error('only instants differ between profiles');
    return renderer.value(reference.expression, environment).sql;
  };
  if (test.kind === 'between') {
    return sql`ifNull(${moment} >= ${at(test.from)} AND ${moment} <= ${at(test.to)}, false)`;
  }
  return sql`ifNull(${renderTest(test, moment, at(test.reference))}, false)`;
}

function renderTest(
  test: Exclude<TimeTest, { kind: 'between' }>,
  moment: SqlFragment,
  reference: SqlFragment,
): SqlFragment {
  if (test.kind === 'on') return sql`${unitStart(moment, 'day')} = ${unitStart(reference, 'day')}`;
  if (test.kind === 'side') {
    return test.direction === 'before' ? sql`${moment} < ${reference}` : sql`${moment} > ${reference}`;
  }
  const before = renderDistance(test, moment, reference, 'before');
  const after = renderDistance(test, moment, reference, 'after');
  if (test.direction !== 'from') return test.direction === 'before' ? before : after;
  return test.operator === '!=' ? sql`(${before} AND ${after})` : sql`(${before} OR ${after})`;
}

function renderDistance(
  { operator, amount, unit }: Extract<TimeTest, { kind: 'distance' }>,
  moment: SqlFragment,
  reference: SqlFragment,
  direction: 'before' | 'after',
): SqlFragment {
  const isBefore = direction === 'before';
  const bound = shift(reference, isBefore ? -amount : amount, unit);
  switch (operator) {
    case '=':
      return sql`${unitStart(moment, unit)} = ${unitStart(bound, unit)}`;
    case '!=':
      return sql`${unitStart(moment, unit)} != ${unitStart(bound, unit)}`;
    case '<':
      return isBefore
        ? sql`(${moment} > ${bound} AND ${moment} < ${reference})`
        : sql`(${moment} < ${bound} AND ${moment} > ${reference})`;
    case '<=':
      return isBefore
        ? sql`(${moment} >= ${bound} AND ${moment} <= ${reference})`
        : sql`(${moment} <= ${bound} AND ${moment} >= ${reference})`;
    case '>':
      return isBefore ? sql`${moment} < ${bound}` : sql`${moment} > ${bound}`;
    default:
      return isBefore ? sql`${moment} <= ${bound}` : sql`${moment} >= ${bound}`;
  }
}

/** A moment moved by units. */
function shift(moment: SqlFragment, amount: number, unit: TimeUnit): SqlFragment {
  if (isFixedUnit(unit)) return sql`(${moment} + ${parameter(amount * fixedUnitMs[unit], 'Int64')})`;
  const months = parameter(amount * unitMonths[unit], 'Int64');
  return sql`toUnixTimestamp64Milli(addMonths(fromUnixTimestamp64Milli(${moment}, 'UTC'), ${months}))`;
}

/** Something that is equal for two moments exactly when they lie in the same UTC unit. */
function unitStart(moment: SqlFragment, unit: TimeUnit): SqlFragment {
  const date = sql`fromUnixTimestamp64Milli(${moment}, 'UTC')`;
  switch (unit) {
    case 'month':
      return sql`toYear(${date}) * 12 + toMonth(${date})`;
    case 'year':
      return sql`toYear(${date})`;
    case 'decade':
      return sql`intDiv(toYear(${date}), 10)`;
    case 'century':
      return sql`intDiv(toYear(${date}), 100)`;
    case 'millennium':
      return sql`intDiv(toYear(${date}), 1000)`;
    case 'week':
      // The epoch was a Thursday: three days later weeks start on Mondays.
      return sql`floor((${moment} + 259200000) / 604800000)`;
    default:
      return sql`floor(${moment} / ${parameter(fixedUnitMs[unit], 'Int64')})`;
  }
}
