/** Values in the bounded form in which they are shown. */
import { isArray } from '../functions/compare.ts';
import { formatIsoTime } from '../types/iso-time.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { ShownRange, ShownValue } from './explanation.ts';

const textLengthMax = 200;
const itemsMax = 5;
const membersMax = 10;

/** The value in its shown form: long texts cut, the first items of arrays, the names of members of objects. */
export function shownValue(value: PqlValue, type: PqlType): ShownValue {
  if (typeof value === 'string') return value.length > textLengthMax ? `${value.slice(0, textLengthMax)}…` : value;
  if (typeof value === 'number' && type.kind === 'timestamp') return formatIsoTime(value);
  if (value === null || typeof value !== 'object') return value;
  if (!isArray(value)) return { kind: 'object', members: Object.keys(value).slice(0, membersMax) };
  const element = type.kind === 'array' ? type.element : scalarTypes.any;
  return {
    kind: 'array',
    length: value.length,
    first: value.slice(0, itemsMax).map((item) => shownValue(isArray(item) ? null : item, element)),
  };
}

/** A moment as ISO 8601; null for what is no time and for the ends of time. */
export function shownMoment(value: PqlValue): string | null {
  return typeof value === 'number' && Number.isFinite(value) ? formatIsoTime(value) : null;
}

/** A stretch of time in its shown form. */
export function shownRange({ from, to }: { readonly from: number; readonly to: number }): ShownRange {
  return { from: shownMoment(from), to: shownMoment(to) };
}
