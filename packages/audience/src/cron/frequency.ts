/** How often a cron expression runs, in a word. */
import { type Cron, cronRanges, type DayRule, runsPerDay } from './cron.ts';

/** `daily` to `yearly`: once in each; `intraday`: several times a day; `custom`: anything else. */
export const frequencies = ['intraday', 'daily', 'weekly', 'monthly', 'yearly', 'custom'] as const;
export type Frequency = (typeof frequencies)[number];

const sizeOf = ({ min, max }: { readonly min: number; readonly max: number }): number => max - min + 1;

const isEveryDay = (rule: DayRule): boolean =>
  (rule.kind === 'dates' && rule.dates.length === sizeOf(cronRanges.dates)) ||
  (rule.kind === 'weekdays' && rule.weekdays.length === sizeOf(cronRanges.weekdays));

/** The frequency of an expression. */
export function frequencyOf(cron: Cron): Frequency {
  if (runsPerDay(cron) > 1) return 'intraday';
  const isEveryYear = cron.years.length === sizeOf(cronRanges.years);
  const isEveryMonth = cron.months.length === sizeOf(cronRanges.months);
  const [rule, ...others] = cron.days;
  if (rule === undefined || !isEveryYear) return 'custom';
  if (isEveryMonth && cron.days.some(isEveryDay)) return 'daily';
  if (others.length > 0) return 'custom';
  if (rule.kind === 'weekdays') return isEveryMonth && rule.weekdays.length === 1 ? 'weekly' : 'custom';
  if (rule.kind === 'dates' && rule.dates.length > 1) return 'custom';
  if (isEveryMonth) return 'monthly';
  return cron.months.length === 1 ? 'yearly' : 'custom';
}
