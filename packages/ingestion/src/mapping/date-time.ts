/** Dates and times as files write them, by pattern and zone. */

/** The moments this program knows: the years 1900 to 2299. Source: docs/pql.md#time. */
const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2300, 0, 1) - 1;

/** A moment in epoch milliseconds, null when the text is no such time. */
export type TimeReader = (text: string) => number | null;

/** The parts of a local time; months count from 1. */
interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** What a letter group of a pattern stands for, and the digits it takes. */
const patternParts = {
  yyyy: { part: 'year', digits: '(\\d{4})' },
  MM: { part: 'month', digits: '(\\d{2})' },
  M: { part: 'month', digits: '(\\d{1,2})' },
  dd: { part: 'day', digits: '(\\d{2})' },
  d: { part: 'day', digits: '(\\d{1,2})' },
  HH: { part: 'hour', digits: '(\\d{2})' },
  H: { part: 'hour', digits: '(\\d{1,2})' },
  mm: { part: 'minute', digits: '(\\d{2})' },
  ss: { part: 'second', digits: '(\\d{2})' },
  SSS: { part: 'millisecond', digits: '(\\d{3})' },
} as const satisfies Record<string, { readonly part: keyof LocalTime; readonly digits: string }>;

/** The letter groups a pattern may have. */
export const patternLetters: readonly string[] = Object.keys(patternParts);

/** Formats that are named instead of spelled out. */
export const namedTimeFormats = ['iso', 'epoch-milliseconds', 'epoch-seconds'] as const;

const isPatternPart = (text: string): text is keyof typeof patternParts => Object.hasOwn(patternParts, text);

/**
 * The reader of times written like `format`: `iso`, `epoch-milliseconds`, `epoch-seconds`, or a pattern of the letter
 * groups `yyyy M MM d dd H HH mm ss SSS` with text in single quotes taken literally. `zone` is the zone of times
 * without an offset: `UTC`, an offset such as `+02:00`, or an IANA name.
 *
 * An error text when format or zone is none. Where clocks go back, the earlier moment is meant; where they go forward,
 * times in the gap count with the offset before it.
 */
export function compileTimeReader(format: string, zone: string): TimeReader | { readonly error: string } {
  const offsetAt = compileZone(zone);
  if (offsetAt === null) return { error: `\`${zone}\` is no time zone` };
  if (format === 'iso') return (text) => inRange(readIso(text, offsetAt));
  if (format === 'epoch-milliseconds') return (text) => inRange(readEpoch(text, 1));
  if (format === 'epoch-seconds') return (text) => inRange(readEpoch(text, 1000));
  const pattern = compilePattern(format);
  if ('error' in pattern) return pattern;
  return (text) => {
    const local = pattern.read(text);
    return local === null ? null : inRange(toEpoch(local, offsetAt));
  };
}

const inRange = (time: number | null): number | null =>
  time === null || !(time >= earliest && time <= latest) ? null : time;

function readEpoch(text: string, factor: number): number | null {
  return /^-?\d{1,15}$/.test(text) ? Number(text) * factor : null;
}

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/;

function readIso(text: string, offsetAt: OffsetAt): number | null {
  const match = isoPattern.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const local = localTime({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    millisecond: Number((fraction ?? '').padEnd(3, '0').slice(0, 3)),
  });
  if (local === null) return null;
  return toEpoch(local, offset === undefined ? offsetAt : (compileZone(offset) ?? offsetAt));
}

function compilePattern(format: string): { readonly read: (text: string) => LocalTime | null } | { error: string } {
  const parts: (keyof LocalTime)[] = [];
  let source = '';
  for (const [piece, literal] of format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g)) {
    if (literal !== undefined) source += escapePattern(literal === '' ? "'" : literal.replaceAll("''", "'"));
    else if (isPatternPart(piece)) {
      parts.push(patternParts[piece].part);
      source += patternParts[piece].digits;
    } else if (/^[A-Za-z]/.test(piece)) {
      return { error: `\`${piece}\` in the format \`${format}\` is none of ${patternLetters.join(', ')}` };
    } else source += escapePattern(piece);
  }
  for (const needed of ['year', 'month', 'day'] as const) {
    if (!parts.includes(needed)) return { error: `the format \`${format}\` has no ${needed}` };
  }
  const pattern = new RegExp(`^${source}$`);
  return { read: (text) => readParts(pattern.exec(text), parts) };
}

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function readParts(match: RegExpExecArray | null, parts: readonly (keyof LocalTime)[]): LocalTime | null {
  if (match === null) return null;
  const values = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  for (const [index, part] of parts.entries()) values[part] = Number(match[index + 1]);
  return localTime(values);
}

/** The local time, null when there is none such as 30 February or 24:00. */
function localTime(time: LocalTime): LocalTime | null {
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return null;
  const date = new Date(Date.UTC(time.year, time.month - 1, time.day));
  return date.getUTCMonth() === time.month - 1 && date.getUTCDate() === time.day ? time : null;
}

/** What a zone is ahead of UTC at a moment, milliseconds. */
type OffsetAt = (utc: number) => number;

const dayMs = 86_400_000;

function toEpoch(local: LocalTime, offsetAt: OffsetAt): number {
  const { year, month, day, hour, minute, second, millisecond } = local;
  const asIfUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  // No zone is more than a day from UTC, so one of these two is the offset in force at the local time.
  const before = offsetAt(asIfUtc - dayMs);
  const after = offsetAt(asIfUtc + dayMs);
  if (before === after) return asIfUtc - before;
  const isBefore = offsetAt(asIfUtc - before) === before;
  const isAfter = offsetAt(asIfUtc - after) === after;
  if (isBefore && isAfter) return asIfUtc - Math.max(before, after);
  return isAfter ? asIfUtc - after : asIfUtc - before;
}

function compileZone(zone: string): OffsetAt | null {
  if (zone === 'UTC' || zone === 'Z') return () => 0;
  const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (fixed !== null) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    const offset = (fixed[1] === '-' ? -1 : 1) * minutes * 60_000;
    return minutes > 18 * 60 ? null : () => offset;
  }
  return compileNamedZone(zone);
}

function compileNamedZone(zone: string): OffsetAt | null {
  let formatter: Intl.DateTimeFormat;
  try {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return (utc) => {
    const parts = new Map(formatter.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - Math.floor(utc / 1000) * 1000;
  };
}
