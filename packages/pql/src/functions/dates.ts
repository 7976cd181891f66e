/** Parts of timestamps. What depends on `now` is a constant by the time closures and SQL are made. */
import type { SqlFragment } from '../sql/fragment.ts';
import { sql } from '../sql/fragment.ts';
import { civilFromMs, msFromCivil } from '../types/calendar.ts';
import { isSupportedMoment } from '../types/iso-time.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { FunctionExample, FunctionRecord } from './function-record.ts';

/** A part of the UTC date of a timestamp. */
function datePart(
  doc: string,
  example: FunctionExample,
  name: 'year' | 'month' | 'day',
  render: (moment: SqlFragment) => SqlFragment,
): FunctionRecord {
  return {
    form: 'method',
    parameters: [{ name: 'timestamp', type: 'timestamp' }],
    result: scalarTypes.integer,
    nullRule: 'null',
    doc,
    examples: [example],
    evaluate: () => (moment) => (typeof moment === 'number' ? civilFromMs(moment)[name] : null),
    sql: ([moment = sql`NULL`]) => sql`toFloat64(${render(sql`fromUnixTimestamp64Milli(${moment}, 'UTC')`)})`,
  };
}

/** A part of the date of `now`: replaced by its value before anything is run. */
function currentPart(doc: string): FunctionRecord {
  const unbound = (): never => {
    throw new Error('time has not been bound');
  };
  return {
    form: 'function',
    parameters: [],
    result: scalarTypes.integer,
    nullRule: 'own',
    doc,
    examples: [],
    evaluate: unbound,
    sql: unbound,
  };
}

/** The first millisecond of a day, or null when the calendar has no such day. */
export function midnight(year: PqlValue = null, month: PqlValue = null, day: PqlValue = null): number | null {
  if (typeof year !== 'number' || typeof month !== 'number' || typeof day !== 'number') return null;
  const moment = msFromCivil({ year, month, day });
  const civil = civilFromMs(moment);
  return civil.year === year && civil.month === month && civil.day === day ? moment : null;
}

/** Records by name. */
export const dates: Readonly<Record<string, FunctionRecord>> = {
  getYear: datePart(
    'The year of a timestamp, UTC.',
    { pql: 'date(2024, 2, 29).getYear()', value: 2024 },
    'year',
    (moment) => sql`toYear(${moment})`,
  ),
  getMonth: datePart(
    'The month of a timestamp, 1 to 12, UTC.',
    { pql: 'date(2024, 2, 29).getMonth()', value: 2 },
    'month',
    (moment) => sql`toMonth(${moment})`,
  ),
  getDayOfMonth: datePart(
    'The day of the month of a timestamp, 1 to 31, UTC.',
    { pql: 'date(2024, 2, 29).getDayOfMonth()', value: 29 },
    'day',
    (moment) => sql`toDayOfMonth(${moment})`,
  ),
  date: {
    form: 'function',
    parameters: [
      { name: 'year', type: 'integer' },
      { name: 'month', type: 'integer' },
      { name: 'day', type: 'integer' },
    ],
    result: scalarTypes.timestamp,
    nullRule: 'null',
    doc: 'The midnight, UTC, that a day of the years 1900 to 2299 begins with; as a reference of `occurs`, the whole day, of any year. Null when there is no such day.',
    examples: [{ pql: 'date(1970, 1, 2)', value: 86_400_000 }],
    evaluate: () => (year, month, day) => {
      const moment = midnight(year, month, day);
      return moment !== null && isSupportedMoment(moment) ? moment : null;
    },
    // The checker allows constants only, and constants are folded before there is SQL.
    sql: () => {
      throw new Error('a date has not been folded');
    },
  },
  currentYear: currentPart('The year of now, UTC.'),
  currentMonth: currentPart('The month of now, 1 to 12, UTC.'),
  currentDayOfMonth: currentPart('The day of the month of now, 1 to 31, UTC.'),
};
