/** Times of a clock and a calendar, as Quartz writes them: what a cron expression means once it is read. */

/** Which days of a month. A number that a month does not have names no day of it. Weekdays are 1 (Sunday) to 7. */
export type DayRule =
  | { readonly kind: 'dates'; readonly dates: readonly number[] }
  /** The last day, or the one so many days before it. */
  | { readonly kind: 'last'; readonly daysBefore: number }
  /** The last day from Monday to Friday. */
  | { readonly kind: 'lastWorkday' }
  /** The day from Monday to Friday that is nearest to a date, inside the month. */
  | { readonly kind: 'nearestWorkday'; readonly date: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'lastWeekday'; readonly weekday: number }
  /** The first to fifth such weekday of the month. */
  | { readonly kind: 'nthWeekday'; readonly weekday: number; readonly nth: number };

/** A cron expression, in UTC. The lists ascend and are never empty. */
export interface Cron {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** A day counts when one of these names it. */
  readonly days: readonly DayRule[];
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly years: readonly number[];
}

/** The numbers a field may have. */
export const cronRanges = {
  seconds: { min: 0, max: 59 },
  minutes: { min: 0, max: 59 },
  hours: { min: 0, max: 23 },
  dates: { min: 1, max: 31 },
  months: { min: 1, max: 12 },
  weekdays: { min: 1, max: 7 },
  years: { min: 1970, max: 2099 },
} as const;

/** How often a day that counts has a run. */
export const runsPerDay = ({ seconds, minutes, hours }: Cron): number => seconds.length * minutes.length * hours.length;
