/** How far back from `now` a condition lets an event lie. */
import { assertNever } from '../assert.ts';
import type { Expression, TimeReference, TimeTest, Variable } from '../check/expression.ts';
import type { TimeUnit } from '../syntax/ast.ts';
import { fixedUnitMs, isFixedUnit, unitMonths } from '../types/calendar.ts';

/** The time window of an event condition. */
export type EventWindow =
  | {
      readonly kind: 'relative';
      /** The longest time before `now` at which an event can count, in milliseconds; 0 for windows in the future. */
      readonly lookbackMs: number;
      /** Whether an event that happens now lies in the window. */
      readonly reachesNow: boolean;
    }
  /** Bounded by dates or by other times of the profile. */
  | { readonly kind: 'fixed' }
  | { readonly kind: 'unbounded' };

/** A window in the making. An infinite look-back is none, or, if fixed, one that has nothing to do with `now`. */
interface Reach {
  readonly lookbackMs: number;
  readonly isFixed: boolean;
  readonly reachesNow: boolean;
}

const anywhere: Reach = { lookbackMs: Number.POSITIVE_INFINITY, isFixed: false, reachesNow: true };
const fixed: Reach = { ...anywhere, isFixed: true };
const dayMs = fixedUnitMs.day;

/** The window that conditions, which must all hold, set for the `timestamp` of an event. A safe upper bound. */
export function eventWindow(conditions: readonly Expression[], event: Variable): EventWindow {
  const { lookbackMs, isFixed, reachesNow } = both(conditions.map((condition) => reachOf(condition, event)));
  if (Number.isFinite(lookbackMs)) return { kind: 'relative', lookbackMs, reachesNow };
  return isFixed ? { kind: 'fixed' } : { kind: 'unbounded' };
}

function reachOf(condition: Expression, event: Variable): Reach {
  if (condition.kind === 'and') return both(condition.operands.map((operand) => reachOf(operand, event)));
  if (condition.kind === 'or') return either(condition.operands.map((operand) => reachOf(operand, event)));
  if (condition.kind !== 'occurs' || !isTimeOf(condition.subject, event)) return anywhere;
  return testReach(condition.test);
}

function isTimeOf(subject: Expression, event: Variable): boolean {
  if (subject.kind !== 'path' || subject.variable.id !== event.id) return false;
  return subject.steps.length === 1 && subject.steps[0] === 'timestamp';
}

function both(reaches: readonly Reach[]): Reach {
  return {
    lookbackMs: Math.min(anywhere.lookbackMs, ...reaches.map(({ lookbackMs }) => lookbackMs)),
    isFixed: reaches.some(({ isFixed }) => isFixed),
    reachesNow: reaches.every(({ reachesNow }) => reachesNow),
  };
}

function either(reaches: readonly Reach[]): Reach {
  return {
    lookbackMs: Math.max(0, ...reaches.map(({ lookbackMs }) => lookbackMs)),
    isFixed: reaches.every(({ isFixed, lookbackMs }) => isFixed || Number.isFinite(lookbackMs)),
    reachesNow: reaches.some(({ reachesNow }) => reachesNow),
  };
}

/** Where a reference lies: how long before `now` its first and its last millisecond are at most. */
interface ReferenceReach {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where it stands: past and future ones do not contain `now`. */
  readonly side: 'past' | 'present' | 'future';
}

/** Null for a reference that does not move with `now`. */
function referenceReach(reference: TimeReference): ReferenceReach | null {
  if (reference.kind === 'day' || reference.kind === 'instant') return null;
  if (reference.kind === 'calendar') return calendarReach(reference.which, unitMsMax(reference.unit));
  switch (reference.name) {
    case 'now':
      return calendarReach('this', 0);
    case 'today':
      return calendarReach('this', dayMs);
    case 'yesterday':
      return calendarReach('last', dayMs);
    case 'tomorrow':
      return calendarReach('next', dayMs);
    default:
      return assertNever(reference.name);
  }
}

function calendarReach(which: 'this' | 'last' | 'next', lengthMs: number): ReferenceReach {
  switch (which) {
    case 'this':
      return { firstMs: lengthMs, lastMs: 0, side: 'present' };
    case 'last':
      return { firstMs: 2 * lengthMs, lastMs: lengthMs, side: 'past' };
    case 'next':
      return { firstMs: 0, lastMs: 0, side: 'future' };
    default:
      return assertNever(which);
  }
}

/** The longest a unit can be. */
function unitMsMax(unit: TimeUnit): number {
  if (isFixedUnit(unit)) return fixedUnitMs[unit];
  return unit === 'month' ? 31 * dayMs : Math.ceil((unitMonths[unit] / 12) * 365.25 + 1) * dayMs;
}

function testReach(test: TimeTest): Reach {
  if (test.kind === 'between') return betweenReach(test.from, test.to);
  const reference = referenceReach(test.reference);
  if (reference === null) return test.kind === 'side' && test.direction === 'before' ? anywhere : fixed;
  switch (test.kind) {
    case 'on': {
      const isNow = test.reference.kind === 'named' && test.reference.name === 'now';
      return relative(isNow ? dayMs : reference.firstMs, reference.side === 'present');
    }
    case 'side':
      if (test.direction === 'after') return relative(reference.lastMs, reference.side === 'past');
      return { ...anywhere, reachesNow: reference.side === 'future' || reference.firstMs === 0 };
    case 'distance':
      return distanceReach(test, reference);
    default:
      return assertNever(test);
  }
}

function relative(lookbackMs: number, reachesNow: boolean): Reach {
  return { lookbackMs, isFixed: false, reachesNow };
}

function betweenReach(from: TimeReference, to: TimeReference): Reach {
  const start = referenceReach(from);
  const end = referenceReach(to);
  if (start === null) return { ...fixed, reachesNow: end?.side !== 'past' };
  return relative(start.firstMs, start.side !== 'future' && end !== null && end.side !== 'past');
}

function distanceReach(test: Extract<TimeTest, { kind: 'distance' }>, reference: ReferenceReach): Reach {
  if (test.operator === '!=') return anywhere;
  const before = (): Reach => beforeReach(test, reference);
  const after = (): Reach => afterReach(test, reference);
  if (test.direction === 'from') return either([before(), after()]);
  return test.direction === 'before' ? before() : after();
}

function beforeReach(
  { operator, amount, unit }: Extract<TimeTest, { kind: 'distance' }>,
  { firstMs, side }: ReferenceReach,
): Reach {
  const lengthMs = unitMsMax(unit);
  const endsNow = side === 'future' || firstMs === 0;
  if (operator === '<' || operator === '<=') return relative(firstMs + amount * lengthMs, endsNow);
  if (operator === '=') return relative(firstMs + (amount + 1) * lengthMs, amount === 0 && side === 'present');
  return { ...anywhere, reachesNow: side === 'future' || (amount === 0 && endsNow) };
}

function afterReach(
  { operator, amount, unit }: Extract<TimeTest, { kind: 'distance' }>,
  { lastMs, side }: ReferenceReach,
): Reach {
  if (operator === '=') return relative(lastMs + unitMsMax(unit), amount === 0 && side === 'present');
  const isPast = side === 'past';
  if (operator === '<' || operator === '<=') {
    return relative(lastMs, isPast && isFixedUnit(unit) && amount * fixedUnitMs[unit] >= lastMs);
  }
  return relative(lastMs, isPast && amount === 0);
}
