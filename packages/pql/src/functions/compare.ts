/** Order and equality of values, as docs/pql.md#comparison defines them. */
import type { PqlValue } from '../types/value.ts';

/** Whether two values are equal: scalars by value, arrays item by item, never across types. */
export function equalValues(a: PqlValue, b: PqlValue): boolean {
  if (a === b) return true;
  return (
    isArray(a) && isArray(b) && a.length === b.length && a.every((item, index) => equalValues(item, b[index] ?? null))
  );
}

/** Less than zero, zero or more for values of one ordered type; NaN when one is null or they cannot be
 * ordered. */
export function compareValues(a: PqlValue, b: PqlValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return Number.NaN;
}

/** A total order of values that are present: within a type as `compareValues`, types by their name. */
export function orderValues(a: PqlValue, b: PqlValue): number {
  const order = compareValues(a, b);
  return Number.isNaN(order) ? compareCodePoints(typeof a, typeof b) : order;
}

/** Whether a value is an array; `Array.isArray` alone does not narrow readonly arrays. */
export function isArray(value: PqlValue): value is readonly PqlValue[] {
  return Array.isArray(value);
}

/** Whether a value counts as true. Source: docs/pql.md#truth. */
export function isTrue(value: PqlValue): boolean {
  if (value === null || value === false) return false;
  return !isArray(value) || value.length > 0;
}

/** Strings by Unicode code point, which is also the order of their UTF-8 bytes. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Moves surrogates above the rest of the plane they stand for characters beyond. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
