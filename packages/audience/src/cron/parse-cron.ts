/**
 * Text to cron expressions: six or seven fields, as Quartz reads them. Source: docs/api.md#schedules.
 *
 * Stricter than its name: what it cannot honour it refuses, with the place and what could stand there.
 */
import { type Cron, cronRanges, type DayRule } from './cron.ts';
import type { CronFault } from './cron-fault.ts';
import { type CronField, cronNumber, cronNumbers } from './cron-field.ts';

const monthWords = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayWords = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = {
  seconds: { name: 'seconds', ...cronRanges.seconds, wraps: true },
  minutes: { name: 'minutes', ...cronRanges.minutes, wraps: true },
  hours: { name: 'hours', ...cronRanges.hours, wraps: true },
  dates: { name: 'day of month', ...cronRanges.dates, wraps: true },
  months: { name: 'month', ...cronRanges.months, words: monthWords, wraps: true },
  weekdays: { name: 'day of week', ...cronRanges.weekdays, words: weekdayWords, wraps: true },
  years: { name: 'year', ...cronRanges.years, wraps: false },
} as const satisfies Record<string, CronField>;

/** A field of the text: its upper case, and where it is. */
interface Word {
  readonly text: string;
  readonly start: number;
}

const positionOf = ({ text, start }: Word) => ({ start, end: start + text.length });

/** The parts of a word between commas. */
function itemsOf({ text, start }: Word): readonly Word[] {
  let at = start;
  return text.split(',').map((item) => {
    const word = { text: item, start: at };
    at += item.length + 1;
    return word;
  });
}

const expectedOf = ({ min, max, words }: CronField, special = ''): string =>
  `numbers from ${min} to ${max}${words === undefined ? '' : ` or ${words[0]} to ${words.at(-1)}`}, with \`,\` \`-\` \`*\` \`/\`${special}`;

function faultIn(field: CronField, item: Word, special?: string): CronFault {
  return {
    message: `\`${item.text}\` is nothing that the ${field.name} field can be`,
    position: positionOf(item),
    expected: expectedOf(field, special),
  };
}

/** Collects what is wrong while the fields are read. */
class CronReader {
  readonly faults: CronFault[] = [];

  /** The numbers of a field, ascending, each once. */
  numbers(field: CronField, word: Word): readonly number[] {
    const found = new Set<number>();
    for (const item of itemsOf(word)) {
      const numbers = cronNumbers(field, item.text);
      if (numbers === null) this.faults.push(faultIn(field, item));
      for (const number of numbers ?? []) found.add(number);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The rules of a field of days; `special` are the forms beyond numbers. */
  days(word: Word, kind: DayField): readonly DayRule[] {
    const numbers = new Set<number>();
    const rules: DayRule[] = [];
    for (const item of itemsOf(word)) {
      const rule = kind.special(item.text);
      const plain = rule === null ? cronNumbers(kind.field, item.text) : [];
      if (rule !== null) rules.push(rule);
      else if (plain === null) this.faults.push(faultIn(kind.field, item, kind.expected));
      for (const number of plain ?? []) numbers.add(number);
    }
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted.length === 0 ? rules : [kind.plain(sorted), ...rules];
  }
}

/** One of the two fields that name days. */
interface DayField {
  readonly field: CronField;
  /** What may stand there beside numbers, in words. */
  readonly expected: string;
  readonly special: (item: string) => DayRule | null;
  readonly plain: (numbers: readonly number[]) => DayRule;
}

function specialDate(item: string): DayRule | null {
  if (item === 'LW') return { kind: 'lastWorkday' };
  const last = /^L(?:-(?<days>\d{1,2}))?$/.exec(item);
  if (last !== null) {
    const daysBefore = Number(last.groups?.['days'] ?? 0);
    // 30 days before the last day of the longest month is its first.
    return daysBefore <= 30 ? { kind: 'last', daysBefore } : null;
  }
  const nearest = /^(?<date>\d{1,2})W$/.exec(item)?.groups?.['date'];
  const date = nearest === undefined ? null : cronNumber(fields.dates, nearest);
  return date === null ? null : { kind: 'nearestWorkday', date };
}

function specialWeekday(item: string): DayRule | null {
  if (item === 'L') return { kind: 'weekdays', weekdays: [cronRanges.weekdays.max] };
  const groups = /^(?<day>[0-9A-Z]+?)(?:(?<last>L)|#(?<nth>[1-5]))$/.exec(item)?.groups;
  const weekday = groups === undefined ? null : cronNumber(fields.weekdays, groups['day'] ?? '');
  if (groups === undefined || weekday === null) return null;
  return groups['last'] === undefined
    ? { kind: 'nthWeekday', weekday, nth: Number(groups['nth']) }
    : { kind: 'lastWeekday', weekday };
}

const dateField: DayField = {
  field: fields.dates,
  expected: ', `L`, `L-3`, `LW`, `15W` or `?`',
  special: specialDate,
  plain: (dates) => ({ kind: 'dates', dates }),
};

const weekdayField: DayField = {
  field: fields.weekdays,
  expected: ', `L`, `6L`, `4#3` or `?`; 1 is Sunday',
  special: specialWeekday,
  plain: (weekdays) => ({ kind: 'weekdays', weekdays }),
};

const isOpen = ({ text }: Word): boolean => text === '?' || text === '*';

/**
 * The days that both fields together name. One of them must leave it to the other: `?`, or `*` for want of it. Two that
 * both choose have no agreed meaning, neither do two `?`.
 */
function readDays(reader: CronReader, dates: Word, weekdays: Word): readonly DayRule[] {
  if (dates.text === '?' && weekdays.text === '?') {
    reader.faults.push({
      message: 'both fields for days are `?`',
      position: positionOf(weekdays),
      expected: '`?` in one of them, days in the other',
    });
    return [];
  }
  if (weekdays.text === '?' || (isOpen(weekdays) && dates.text !== '?')) return reader.days(dates, dateField);
  if (isOpen(dates)) return reader.days(weekdays, weekdayField);
  reader.faults.push({
    message: 'both fields for days choose some',
    position: positionOf(weekdays),
    expected: '`?` in one of them, days in the other',
  });
  return [];
}

const allYears = (): readonly number[] =>
  Array.from({ length: cronRanges.years.max - cronRanges.years.min + 1 }, (_, index) => cronRanges.years.min + index);

/** The cron expression in `text`, or all that is wrong with it. Names are read in any case. Never throws. */
export function parseCron(text: string): Cron | { readonly faults: readonly CronFault[] } {
  const words = [...text.matchAll(/\S+/g)].map((match): Word => ({ text: match[0].toUpperCase(), start: match.index }));
  const [seconds, minutes, hours, dates, months, weekdays, years, ...rest] = words;
  if (
    seconds === undefined ||
    minutes === undefined ||
    hours === undefined ||
    dates === undefined ||
    months === undefined ||
    weekdays === undefined ||
    rest.length > 0
  ) {
    const message = `the cron expression has ${words.length} field${words.length === 1 ? '' : 's'}`;
    const expected = 'seconds, minutes, hours, day of month, month, day of week, and a year if wanted';
    return { faults: [{ message, position: { start: 0, end: text.length }, expected }] };
  }
  const reader = new CronReader();
  const cron: Cron = {
    seconds: reader.numbers(fields.seconds, seconds),
    minutes: reader.numbers(fields.minutes, minutes),
    hours: reader.numbers(fields.hours, hours),
    days: readDays(reader, dates, weekdays),
    months: reader.numbers(fields.months, months),
    years: years === undefined ? allYears() : reader.numbers(fields.years, years),
  };
  if (reader.faults.length === 0) return cron;
  return { faults: reader.faults.toSorted((a, b) => a.position.start - b.position.start) };
}
