/** ISO 8601 times, strictly: a date, or a date and a time with an offset. */
import { civilFromMs, daysInMonth, msFromCivil } from './calendar.ts';

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d\d(?::?\d\d)?))?$/;

/** The years a timestamp may lie in, both included. */
export const yearMin = 1900;
export const yearMax = 2299;
const momentMin = msFromCivil({ year: yearMin, month: 1, day: 1 });
const momentMax = msFromCivil({ year: yearMax + 1, month: 1, day: 1 }) - 1;

/** Whether a moment lies in the supported years. */
export function isSupportedMoment(moment: number): boolean {
  return moment >= momentMin && moment <= momentMax;
}

/**
 * The epoch milliseconds of an ISO 8601 text, or null when it is none, names no existing day or time, or lies outside
 * the supported years. A date alone is its midnight UTC. Fractions beyond milliseconds are cut off; a space may stand for
 * the `T`, as in RFC 3339.
 */
export function parseIsoTime(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const offset = offsetMinutes(match[8] ?? 'Z');
  if (offset === null) return null;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const timeOfDay = ((hour * 60 + minute - offset) * 60 + second) * 1_000 + milliseconds;
  const moment = msFromCivil({ year, month, day }) + timeOfDay;
  return isSupportedMoment(moment) ? moment : null;
}

/** Minutes east of UTC. */
function offsetMinutes(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** A moment as `2024-02-29T12:00:00.000Z`. */
export function formatIsoTime(moment: number): string {
  const { year, month, day } = civilFromMs(moment);
  const timeOfDay = moment - msFromCivil({ year, month, day });
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(Math.floor(timeOfDay / 3_600_000))}:${two(Math.floor(timeOfDay / 60_000) % 60)}:${two(Math.floor(timeOfDay / 1_000) % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}.${String(timeOfDay % 1_000).padStart(3, '0')}Z`;
}
