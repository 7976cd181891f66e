/** Maps: values by string key. What has a type is spelled out by the checker; these are for untyped values. */
import { sql } from '../sql/fragment.ts';
import { emptyObject } from '../types/bare-object.ts';
import { formatIsoTime } from '../types/iso-time.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import { compareCodePoints, isArray } from './compare.ts';
import type { FunctionRecord } from './function-record.ts';

/** One entry of a map. */
export interface MapEntry extends PqlObject {
  readonly key: string;
  readonly value: PqlValue;
}

/** The entries of a map in order of key; anything but an object has none. */
export function mapEntries(map: PqlValue): readonly MapEntry[] {
  if (!isObject(map)) return [];
  const keys = Object.keys(map).sort(compareCodePoints);
  return keys.map((key) => ({ key, value: map[key] ?? null }));
}

/** The entry of a map with one key, as an array of one entry, or of none. */
export function mapEntryAt(map: PqlValue, key: PqlValue): readonly MapEntry[] {
  if (!isObject(map) || typeof key !== 'string') return [];
  const value = map[key] ?? null;
  return value === null ? [] : [{ key, value }];
}

/** What an untyped value is gone through as: an array by its items, an object as a map by its values, else nothing. */
export function partsOf(value: PqlValue): readonly PqlValue[] {
  return isArray(value) ? value : mapEntries(value).map((entry) => entry.value);
}

/** The map of `[key, value]` pairs, whose keys are of one scalar type: text as it is, times in ISO 8601. Null when empty. */
export function makeMap(pairs: PqlValue, keyType: PqlType): PqlValue {
  const map = emptyObject();
  for (const pair of isArray(pairs) ? pairs : []) {
    const [key = null, value = null] = isArray(pair) ? pair : [];
    if (value === null || key === null || typeof key === 'object') continue;
    map[keyType.kind === 'timestamp' && typeof key === 'number' ? formatIsoTime(key) : String(key)] ??= value;
  }
  return Object.keys(map).length === 0 ? null : map;
}

/** The object of named values, without those that are null; null when nothing is left. */
export function makeObject(names: readonly string[], values: readonly PqlValue[]): PqlValue {
  const object = emptyObject();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? null;
    if (value !== null && !(isArray(value) && value.length === 0)) object[name] = value;
  }
  return Object.keys(object).length === 0 ? null : object;
}

/** Whether a value has members; arrays have none. */
export function isObject(value: PqlValue | undefined): value is PqlObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

/**
 * A member of a value that may be anything; of an array, the members of its items. Strings and arrays have members in
 * JavaScript that are none here.
 */
export function memberOrNull(value: PqlValue | undefined, name: PqlValue | undefined): PqlValue {
  if (typeof name !== 'string' || typeof value !== 'object' || value === null) return null;
  if (!isArray(value)) return value[name] ?? null;
  const members = value.flatMap((item) => {
    const member = memberOrNull(item, name);
    return member === null ? [] : member;
  });
  return members.length === 0 ? null : members;
}

/** Untyped values have no columns, so there is nothing a query could find. */
const get: FunctionRecord = {
  form: 'method',
  parameters: [
    { name: 'map', type: 'any' },
    { name: 'key', type: 'string' },
  ],
  result: scalarTypes.any,
  nullRule: 'null',
  doc: 'The value of a map for a key; null when the key is not there.',
  examples: [{ pql: '{"a": 1}.get("a")', value: 1 }],
  evaluate: () => memberOrNull,
  sql: () => sql`NULL`,
};

/** Records by internal name. */
export const maps: Readonly<Record<string, FunctionRecord>> = { get };
