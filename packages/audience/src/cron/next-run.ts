/** When a cron expression is next due. */
import { type EpochMs, epochMs } from '../ids.ts';
import { type Cron, cronRanges, type DayRule } from './cron.ts';

const secondMs = 1_000;
const dayMs = 86_400_000;

/** A month: its length, and the weekdays of its dates. */
interface Month {
  readonly firstDayMs: number;
  readonly length: number;
}

function monthOf(year: number, month: number): Month {
  const firstDayMs = Date.UTC(year, month - 1, 1);
  return { firstDayMs, length: (Date.UTC(year, month, 1) - firstDayMs) / dayMs };
}

/** 1 (Sunday) to 7. */
const weekdayOf = ({ firstDayMs }: Month, date: number): number =>
  new Date(firstDayMs + (date - 1) * dayMs).getUTCDay() + 1;

const isWorkday = (month: Month, date: number): boolean => {
  const weekday = weekdayOf(month, date);
  return weekday !== 1 && weekday !== 7;
};

/** The workday nearest to a date; a Saturday goes back and a Sunday on, unless the month ends there. */
function nearestWorkday(month: Month, date: number): number {
  const candidates = [date, date - 1, date + 1, date - 2, date + 2];
  const isFine = (day: number): boolean => day >= 1 && day <= month.length && isWorkday(month, day);
  return candidates.find(isFine) ?? date;
}

function lastWorkday(month: Month): number {
  let date = month.length;
  while (!isWorkday(month, date)) date -= 1;
  return date;
}

/** The dates of a month with this weekday. */
function datesOfWeekday(month: Month, weekday: number): readonly number[] {
  const first = 1 + ((weekday - weekdayOf(month, 1) + 7) % 7);
  return Array.from({ length: 5 }, (_, week) => first + 7 * week).filter((date) => date <= month.length);
}

/** The dates a rule names, as far as the month has them. */
function datesOf(rule: DayRule, month: Month): readonly number[] {
  switch (rule.kind) {
    case 'dates':
      return rule.dates;
    case 'last':
      return [month.length - rule.daysBefore];
    case 'lastWorkday':
      return [lastWorkday(month)];
    case 'nearestWorkday':
      return rule.date > month.length ? [] : [nearestWorkday(month, rule.date)];
    case 'weekdays':
      return rule.weekdays.flatMap((weekday) => datesOfWeekday(month, weekday));
    case 'lastWeekday':
      return datesOfWeekday(month, rule.weekday).slice(-1);
    case 'nthWeekday':
      return datesOfWeekday(month, rule.weekday).slice(rule.nth - 1, rule.nth);
    default:
      return rule satisfies never;
  }
}

function datesOfMonth({ days }: Cron, month: Month): readonly number[] {
  const dates = new Set(days.flatMap((rule) => datesOf(rule, month)));
  return [...dates].filter((date) => date >= 1 && date <= month.length).sort((a, b) => a - b);
}

/** The first time of day at or after `offsetMs` from midnight; null when the day has no more. */
function timeOfDayFrom({ seconds, minutes, hours }: Cron, offsetMs: number): number | null {
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) {
        const timeMs = ((hour * 60 + minute) * 60 + second) * secondMs;
        if (timeMs >= offsetMs) return timeMs;
      }
    }
  }
  return null;
}

/** The first run of a month at or after `startMs`. */
function runInMonth(cron: Cron, month: Month, startMs: number): number | null {
  for (const date of datesOfMonth(cron, month)) {
    const midnightMs = month.firstDayMs + (date - 1) * dayMs;
    const timeMs = timeOfDayFrom(cron, startMs - midnightMs);
    if (timeMs !== null) return midnightMs + timeMs;
  }
  return null;
}

/** The first moment after `after` that the expression names, in UTC; null when it names no more. */
export function nextRun(cron: Cron, after: EpochMs): EpochMs | null {
  const startMs = (Math.floor(after / secondMs) + 1) * secondMs;
  const start = new Date(Math.max(startMs, Date.UTC(cronRanges.years.min, 0, 1)));
  const firstYear = start.getUTCFullYear();
  for (const year of cron.years) {
    if (year < firstYear) continue;
    for (const month of cron.months) {
      if (year === firstYear && month < start.getUTCMonth() + 1) continue;
      const runMs = runInMonth(cron, monthOf(year, month), startMs);
      if (runMs !== null) return epochMs(runMs);
    }
  }
  return null;
}
