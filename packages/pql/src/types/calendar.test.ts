import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { timeUnits } from '../syntax/ast.ts';
import {
  addUnits,
  civilFromMs,
  daysInMonth,
  isFixedUnit,
  isLeapYear,
  msFromCivil,
  startOfNextUnit,
  startOfUnit,
} from './calendar.ts';
import { formatIsoTime, parseIsoTime } from './iso-time.ts';

const moments = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2300, 0, 1) - 1 });
const units = fc.constantFrom(...timeUnits);
// 200 millennia stay inside the whole numbers that are exact.
const amounts = fc.integer({ min: -200, max: 200 });

function at(text: string): number {
  const moment = parseIsoTime(text);
  assert.ok(moment !== null, text);
  return moment;
}

function checkAdd(from: string, amount: number, unit: (typeof timeUnits)[number], expected: string): void {
  assert.equal(addUnits(at(from), amount, unit), at(expected), `${from} ${amount} ${unit}`);
}

test('days of the calendar agree with the engine in every year from 1900 to 2299', () => {
  for (let day = Date.UTC(1900, 0, 1); day < Date.UTC(2300, 0, 1); day += 86_400_000) {
    const date = new Date(day);
    const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    const civil = civilFromMs(day + 86_399_999);
    if (civil.year !== expected.year || civil.month !== expected.month || civil.day !== expected.day) {
      assert.deepEqual(civil, expected);
    }
    if (msFromCivil(expected) !== day) assert.equal(msFromCivil(expected), day);
  }
});

test('leap years are divisible by 4, and by 400 when by 100', () => {
  assert.deepEqual([1900, 1904, 2000, 2023, 2024, 2100, 2200].filter(isLeapYear), [1904, 2000, 2024]);
  assert.equal(daysInMonth(2000, 2), 29);
  assert.equal(daysInMonth(2100, 2), 28);
});

test('months and years keep the day or take the last one of the month', () => {
  checkAdd('2024-03-31T12:00Z', -1, 'month', '2024-02-29T12:00Z');
  checkAdd('2023-03-31', -1, 'month', '2023-02-28');
  checkAdd('2024-01-31', 1, 'month', '2024-02-29');
  checkAdd('2024-02-29', -1, 'year', '2023-02-28');
  checkAdd('2024-02-29', -4, 'year', '2020-02-29');
  checkAdd('2000-02-29', 1, 'century', '2100-02-28');
  checkAdd('2024-02-29', -1, 'decade', '2014-02-28');
  checkAdd('2024-12-31', 2, 'month', '2025-02-28');
  checkAdd('2024-01-15T23:59:59.999Z', -13, 'month', '2022-12-15T23:59:59.999Z');
  assert.equal(civilFromMs(addUnits(at('2024-02-29'), 1, 'millennium')).year, 3024);
});

test('units up to a week have a fixed length', () => {
  checkAdd('2024-02-28', 1, 'week', '2024-03-06');
  checkAdd('2024-02-29T00:00Z', -1, 'millisecond', '2024-02-28T23:59:59.999Z');
  assert.deepEqual(timeUnits.filter(isFixedUnit), ['millisecond', 'second', 'minute', 'hour', 'day', 'week']);
});

test('units start where the language says', () => {
  const moment = at('2024-06-16T12:34:56.789Z');
  const starts = timeUnits.map((unit) => [unit, formatIsoTime(startOfUnit(moment, unit))]);
  assert.deepEqual(Object.fromEntries(starts), {
    millisecond: '2024-06-16T12:34:56.789Z',
    second: '2024-06-16T12:34:56.000Z',
    minute: '2024-06-16T12:34:00.000Z',
    hour: '2024-06-16T12:00:00.000Z',
    day: '2024-06-16T00:00:00.000Z',
    week: '2024-06-10T00:00:00.000Z',
    month: '2024-06-01T00:00:00.000Z',
    year: '2024-01-01T00:00:00.000Z',
    decade: '2020-01-01T00:00:00.000Z',
    century: '2000-01-01T00:00:00.000Z',
    millennium: '2000-01-01T00:00:00.000Z',
  });
});

test('units start on time before 1970 too', () => {
  assert.equal(startOfUnit(at('1969-12-31T23:59:59.999Z'), 'hour'), at('1969-12-31T23:00Z'));
  assert.equal(startOfUnit(at('1969-12-31T23:59:59.999Z'), 'week'), at('1969-12-29'));
  assert.equal(startOfUnit(at('1999-12-31'), 'decade'), at('1990-01-01'));
  assert.equal(startOfUnit(at('1970-01-04'), 'week'), at('1969-12-29'));
});

test('a moment lies in its unit, and units follow one another without a gap', () => {
  fc.assert(
    fc.property(moments, units, (moment, unit) => {
      const start = startOfUnit(moment, unit);
      const next = startOfNextUnit(moment, unit);
      assert.ok(start <= moment && moment < next);
      assert.equal(startOfUnit(start, unit), start);
      assert.equal(startOfUnit(next - 1, unit), start);
      assert.equal(startOfUnit(next, unit), next);
    }),
  );
});

test('a week starts on a Monday', () => {
  fc.assert(fc.property(moments, (moment) => assert.equal(new Date(startOfUnit(moment, 'week')).getUTCDay(), 1)));
});

test('adding units and taking them away gives the moment back, but for the end of a month', () => {
  fc.assert(
    fc.property(moments, amounts, units, (moment, amount, unit) => {
      const back = addUnits(addUnits(moment, amount, unit), -amount, unit);
      if (isFixedUnit(unit) || civilFromMs(moment).day <= 28) assert.equal(back, moment);
      // The clamp takes at most the three days by which the shortest month is shorter than the longest.
      else assert.ok(back <= moment && moment - back <= 3 * 86_400_000);
    }),
  );
});

test('adding units never changes the order of moments', () => {
  fc.assert(
    fc.property(moments, moments, amounts, units, (a, b, amount, unit) => {
      const [early, late] = a < b ? [a, b] : [b, a];
      // Two days may be clamped to one, and then their times of day alone decide.
      const isClamped = !isFixedUnit(unit) && civilFromMs(late).day > 28;
      if (!isClamped) assert.ok(addUnits(early, amount, unit) <= addUnits(late, amount, unit));
    }),
  );
});

test('adding units keeps the time of day', () => {
  fc.assert(
    fc.property(moments, amounts, fc.constantFrom('day', 'week', 'month', 'year', 'decade'), (moment, amount, unit) => {
      const moved = addUnits(moment, amount, unit);
      assert.equal(moved - startOfUnit(moved, 'day'), moment - startOfUnit(moment, 'day'));
    }),
  );
});
