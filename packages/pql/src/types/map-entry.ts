/** Maps as arrays of entries: the form in which they are gone through and stored. */
import type { ObjectType, PqlType } from './type.ts';
import { scalarTypes } from './type.ts';

/** The type of an entry of a map with values of type `value`. */
export function mapEntryType(value: PqlType): ObjectType {
  const fields = new Map([
    ['key', { type: scalarTypes.string }],
    ['value', { type: value }],
  ]);
  return { kind: 'object', fields };
}
