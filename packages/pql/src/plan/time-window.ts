/** Which stretches of time an `occurs` means, once its reference is known. Source: docs/pql.md#time. */
import type { TimeRange, TimeReference, TimeTest } from '../check/expression.ts';
import type { TimeUnit } from '../syntax/ast.ts';
import { addUnits, startOfNextUnit, startOfUnit } from '../types/calendar.ts';

/** A reference as an interval, both ends included. An instant has equal ends. */
export interface Interval {
  readonly first: number;
  readonly last: number;
  readonly isInstant: boolean;
}

/** The stretches a test accepts; `negated` turns them into what it refuses. */
export interface TimeWindow {
  readonly ranges: readonly TimeRange[];
  readonly negated: boolean;
}

/** The interval of a moment. */
export function instant(moment: number): Interval {
  return { first: moment, last: moment, isInstant: true };
}

/** The whole calendar unit that contains `moment`, moved by `offset` units. */
export function unitAround(moment: number, unit: TimeUnit, offset = 0): Interval {
  const first = addUnits(startOfUnit(moment, unit), offset, unit);
  return { first, last: startOfNextUnit(first, unit) - 1, isInstant: false };
}

/** The interval of a reference that needs no profile and no arguments. */
export function namedInterval(
  reference: Extract<TimeReference, { kind: 'named' | 'calendar' }>,
  asOf: number,
): Interval {
  if (reference.kind === 'calendar') {
    const offset = { last: -1, this: 0, next: 1 }[reference.which];
    return unitAround(asOf, reference.unit, offset);
  }
  switch (reference.name) {
    case 'now':
      return instant(asOf);
    case 'today':
      return unitAround(asOf, 'day');
    case 'yesterday':
      return unitAround(asOf, 'day', -1);
    default:
      return unitAround(asOf, 'day', 1);
  }
}

/** The window of a test. `first` is the reference, or the lower one of `between`; `second` the upper one. */
export function timeWindow(test: TimeTest, first: Interval, second: Interval = first): TimeWindow {
  switch (test.kind) {
    case 'side':
      return only(test.direction === 'before' ? to(first.first - 1) : from(first.last + 1));
    case 'on':
      return only(first.isInstant ? range(unitAround(first.first, 'day')) : range(first));
    case 'between':
      return only({ from: first.first, to: second.last });
    default:
      return distanceWindow(test, first);
  }
}

/** The window of `occurs <= n units before reference` and its relatives. */
function distanceWindow(test: Extract<TimeTest, { kind: 'distance' }>, reference: Interval): TimeWindow {
  const directions = test.direction === 'from' ? (['before', 'after'] as const) : ([test.direction] as const);
  const operator = test.operator === '!=' ? '=' : test.operator;
  return {
    ranges: directions.map((direction) =>
      direction === 'before'
        ? beforeRange(operator, test.amount, test.unit, reference)
        : afterRange(operator, test.amount, test.unit, reference),
    ),
    negated: test.operator === '!=',
  };
}

type DistanceOperator = '=' | '<' | '<=' | '>' | '>=';

/** The stretch before a reference: distances count back from its first millisecond. */
function beforeRange(operator: DistanceOperator, amount: number, unit: TimeUnit, reference: Interval): TimeRange {
  const bound = addUnits(reference.first, -amount, unit);
  switch (operator) {
    case '=':
      return range(unitAround(bound, unit));
    case '<':
      return { from: bound + 1, to: reference.first - 1 };
    case '<=':
      return { from: bound, to: reference.isInstant ? reference.first : reference.first - 1 };
    case '>':
      return to(bound - 1);
    default:
      return to(bound);
  }
}

/** The stretch after a reference: distances count forwards from its last millisecond. */
function afterRange(operator: DistanceOperator, amount: number, unit: TimeUnit, reference: Interval): TimeRange {
  const bound = addUnits(reference.last, amount, unit);
  switch (operator) {
    case '=':
      return range(unitAround(bound, unit));
    case '<':
      return { from: reference.last + 1, to: bound - 1 };
    case '<=':
      return { from: reference.isInstant ? reference.last : reference.last + 1, to: bound };
    case '>':
      return from(bound + 1);
    default:
      return from(bound);
  }
}

const only = (single: TimeRange): TimeWindow => ({ ranges: [single], negated: false });
const range = (interval: Interval): TimeRange => ({ from: interval.first, to: interval.last });
const from = (moment: number): TimeRange => ({ from: moment, to: Number.POSITIVE_INFINITY });
const to = (moment: number): TimeRange => ({ from: Number.NEGATIVE_INFINITY, to: moment });

/** Whether a moment passes. */
export function isWithin(moment: number, window: TimeWindow): boolean {
  return window.ranges.some(({ from: low, to: high }) => moment >= low && moment <= high) !== window.negated;
}
