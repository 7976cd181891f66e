/** When a window that moves with `now` next reaches or leaves one of some moments. */
import type { TimeRange, TimeReference, TimeTest } from '../check/expression.ts';
import type { Interval } from '../plan/time-window.ts';
import { instant, namedInterval, timeWindow } from '../plan/time-window.ts';
import type { TimeUnit } from '../syntax/ast.ts';
import { fixedUnitMs, isFixedUnit, msFromCivil, startOfNextUnit } from '../types/calendar.ts';
import { yearMax } from '../types/iso-time.ts';

/** No `now` lies at or after this moment. */
export const endOfTime: number = msFromCivil({ year: yearMax + 1, month: 1, day: 1 });

type MovingReference = Extract<TimeReference, { readonly kind: 'named' | 'calendar' }>;

/** Whether a reference is known from `now` alone and moves with it. */
export function movesWithNow(reference: TimeReference): reference is MovingReference {
  return reference.kind === 'named' || reference.kind === 'calendar';
}

/**
 * The first moment after `asOf` at which a test may answer differently for one of `moments` (sorted), `endOfTime` when
 * there is none. Exact, save for distances in months and longer units from `now` or from an hour or less, where it is early
 * by a day at most: such a distance is cut off at the end of a month, so that its edge can move backwards, by less than a
 * day, when a day begins.
 */
export function nextCrossing(test: TimeTest, moments: readonly number[], asOf: number): number {
  const window: MovingWindow = { moments, edgesAt: (now) => edgesAt(test, now) };
  const motion = motionOf(test);
  switch (motion.kind) {
    case 'forwards':
      return nextForwards(window, asOf, endOfTime);
    case 'forwardsWithinDays':
      return nextByDays(window, asOf);
    default:
      return moments.length === 0 ? endOfTime : startOfNextUnit(asOf, motion.unit);
  }
}

/** What moves and what it can meet. */
interface MovingWindow {
  readonly moments: readonly number[];
  readonly edgesAt: (now: number) => readonly TimeRange[];
}

/** The ranges of a test at a time. Ends that do not move with it are left open. */
function edgesAt(test: TimeTest, now: number): readonly TimeRange[] {
  if (test.kind !== 'between') return timeWindow(test, intervalAt(test.reference, now) ?? instant(now)).ranges;
  const from = intervalAt(test.from, now)?.first ?? Number.NEGATIVE_INFINITY;
  return [{ from, to: intervalAt(test.to, now)?.last ?? Number.POSITIVE_INFINITY }];
}

function intervalAt(reference: TimeReference, now: number): Interval | null {
  return movesWithNow(reference) ? namedInterval(reference, now) : null;
}

/** How edges move with `now`. */
type Motion =
  | { readonly kind: 'forwards' }
  | { readonly kind: 'forwardsWithinDays' }
  /** They stand still within each unit. */
  | { readonly kind: 'inSteps'; readonly unit: TimeUnit };

/**
 * Only months added to a time of day can move edges backwards: 30 March, noon, and 31 March, midnight, less a month are 28
 * February, noon, and 28 February, midnight.
 */
function motionOf(test: TimeTest): Motion {
  if (test.kind !== 'distance' || isFixedUnit(test.unit)) return { kind: 'forwards' };
  // The edges of `=` are those of whole months.
  if (test.operator === '=' || test.operator === '!=') return { kind: 'forwards' };
  const { reference } = test;
  if (reference.kind === 'named') return { kind: reference.name === 'now' ? 'forwardsWithinDays' : 'forwards' };
  if (reference.kind !== 'calendar' || !isFixedUnit(reference.unit)) return { kind: 'forwards' };
  if (fixedUnitMs[reference.unit] >= fixedUnitMs.day) return { kind: 'forwards' };
  return reference.which === 'this' ? { kind: 'forwardsWithinDays' } : { kind: 'inSteps', unit: reference.unit };
}

/** The first crossing before `end` of edges that move forwards until then; else `end`. */
function nextForwards({ moments, edgesAt: edges }: MovingWindow, asOf: number, end: number): number {
  let until = end;
  for (const [index, { from, to }] of edges(asOf).entries()) {
    const edge = (now: number): TimeRange => edges(now)[index] ?? { from, to };
    const leaving = Number.isFinite(from) ? moments.find((moment) => moment >= from) : undefined;
    if (leaving !== undefined) until = firstWhere(asOf, until, (now) => edge(now).from > leaving);
    const entering = Number.isFinite(to) ? moments.find((moment) => moment > to) : undefined;
    if (entering !== undefined) until = firstWhere(asOf, until, (now) => edge(now).to >= entering);
  }
  return until;
}

/** The same for edges that move forwards within each day, and, seen at midnights, from day to day. */
function nextByDays(window: MovingWindow, asOf: number): number {
  const nextDay = startOfNextUnit(asOf, 'day');
  const today = nextForwards(window, asOf, nextDay);
  if (today < nextDay || movesBack(window, asOf, nextDay)) return today;
  let until = endOfTime;
  const dayMs = fixedUnitMs.day;
  const ofDay = (day: number): readonly TimeRange[] => window.edgesAt(nextDay + (day + 1) * dayMs - 1);
  for (const [index, { from, to }] of window.edgesAt(asOf).entries()) {
    const edge = (day: number): TimeRange => ofDay(day)[index] ?? { from, to };
    const days = (): number => Math.ceil((until - nextDay) / dayMs);
    const firstDay = (test: (day: number) => boolean): number =>
      Math.min(until, nextDay + firstWhere(-1, days(), test) * dayMs);
    const leaving = Number.isFinite(from) ? window.moments.find((moment) => moment >= from) : undefined;
    if (leaving !== undefined) until = firstDay((day) => edge(day).from > leaving);
    const entering = Number.isFinite(to) ? window.moments.find((moment) => moment > to) : undefined;
    if (entering !== undefined) until = firstDay((day) => edge(day).to >= entering);
  }
  return until;
}

/** Whether an edge stands before some moment at the next midnight that it has passed by now. */
function movesBack({ moments, edgesAt: edges }: MovingWindow, asOf: number, nextDay: number): boolean {
  const later = edges(nextDay);
  return edges(asOf).some(({ from, to }, index) => {
    const next = later[index] ?? { from, to };
    return moments.some((moment) => (moment >= next.from && moment < from) || (moment > next.to && moment <= to));
  });
}

/** The first whole number after `start` and before `end` that passes, when all after it pass as well; else `end`. */
function firstWhere(start: number, end: number, test: (value: number) => boolean): number {
  let low = start;
  let high = end;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (test(middle)) high = middle;
    else low = middle;
  }
  return high;
}
