/** The UTC calendar (proleptic Gregorian) on epoch milliseconds: integer arithmetic, no time zones, no clock. */
import type { TimeUnit } from '../syntax/ast.ts';

const millisecondsPerDay = 86_400_000;

/** A day of the calendar; months and days count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The day a moment lies in.
 *
 * Counts days in 400-year eras of 146,097 days that begin on 1 March, so that the leap day is the last of its year.
 */
export function civilFromMs(moment: number): CivilDate {
  const days = Math.floor(moment / millisecondsPerDay) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The first millisecond of a day. Days beyond the end of a month run on into the next one. */
export function msFromCivil({ year, month, day }: CivilDate): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * millisecondsPerDay;
}

/** The number of days in a month. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether a year has a 29 February. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Milliseconds of the units whose length is always the same. */
export const fixedUnitMs = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: millisecondsPerDay,
  week: 7 * millisecondsPerDay,
} as const satisfies Partial<Record<TimeUnit, number>>;

/** Months of the units whose length differs. */
export const unitMonths = {
  month: 1,
  year: 12,
  decade: 120,
  century: 1_200,
  millennium: 12_000,
} as const satisfies Partial<Record<TimeUnit, number>>;

type FixedUnit = keyof typeof fixedUnitMs;

/** Whether a unit is always equally long. */
export function isFixedUnit(unit: TimeUnit): unit is FixedUnit {
  return unit in fixedUnitMs;
}

/** 1970-01-01 was a Thursday: weeks start on Mondays, four days later. */
const firstMonday = 4 * millisecondsPerDay;

/** The first millisecond of the unit that contains `moment`. */
export function startOfUnit(moment: number, unit: TimeUnit): number {
  if (unit === 'week') return startOfPeriod(moment - firstMonday, fixedUnitMs.week) + firstMonday;
  if (isFixedUnit(unit)) return startOfPeriod(moment, fixedUnitMs[unit]);
  const { year, month } = civilFromMs(moment);
  if (unit === 'month') return msFromCivil({ year, month, day: 1 });
  const years = unitMonths[unit] / 12;
  return msFromCivil({ year: startOfPeriod(year, years), month: 1, day: 1 });
}

function startOfPeriod(value: number, length: number): number {
  return Math.floor(value / length) * length;
}

/** The first millisecond after the unit that contains `moment`. */
export function startOfNextUnit(moment: number, unit: TimeUnit): number {
  return addUnits(startOfUnit(moment, unit), 1, unit);
}

/**
 * `moment` moved by `amount` units, backwards when negative. Months and longer units keep the time of day and the day of
 * the month, or take the month's last day when it has no such day.
 */
export function addUnits(moment: number, amount: number, unit: TimeUnit): number {
  if (isFixedUnit(unit)) return moment + amount * fixedUnitMs[unit];
  const timeOfDay = moment - startOfPeriod(moment, millisecondsPerDay);
  const { year, month, day } = civilFromMs(moment);
  const months = year * 12 + (month - 1) + amount * unitMonths[unit];
  const newYear = Math.floor(months / 12);
  const newMonth = months - newYear * 12 + 1;
  const newDay = Math.min(day, daysInMonth(newYear, newMonth));
  return msFromCivil({ year: newYear, month: newMonth, day: newDay }) + timeOfDay;
}
