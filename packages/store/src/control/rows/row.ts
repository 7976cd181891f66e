/**
 * Readers of stored values. Rows and JSON documents arrive as `unknown` and leave as domain types; what does not fit is a
 * bug or a damaged database, and is thrown as such with the name of the member.
 */
import { type EpochMs, epochMs, type Json, type JsonObject } from '@muster/audience';

/** The member `name` of a row or a document; undefined where there is none. */
export function memberOf(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null) throw new Error(`no object to read \`${name}\` from`);
  return Reflect.get(holder, name);
}

function refuse(name: string, expected: string, value: unknown): never {
  throw new Error(`stored \`${name}\` is ${value === null ? 'null' : typeof value}, not ${expected}`);
}

/** The text `name`. */
export function textOf(holder: unknown, name: string): string {
  const value = memberOf(holder, name);
  return typeof value === 'string' ? value : refuse(name, 'a text', value);
}

/** The text `name`, or null. */
export function textOrNullOf(holder: unknown, name: string): string | null {
  const value = memberOf(holder, name);
  return value === null || typeof value === 'string' ? value : refuse(name, 'a text or null', value);
}

/** The number `name`. */
export function numberOf(holder: unknown, name: string): number {
  const value = memberOf(holder, name);
  return typeof value === 'number' ? value : refuse(name, 'a number', value);
}

/** The number `name`, or null. */
export function numberOrNullOf(holder: unknown, name: string): number | null {
  const value = memberOf(holder, name);
  return value === null || typeof value === 'number' ? value : refuse(name, 'a number or null', value);
}

/** The boolean `name`. */
export function booleanOf(holder: unknown, name: string): boolean {
  const value = memberOf(holder, name);
  return typeof value === 'boolean' ? value : refuse(name, 'a boolean', value);
}

/** The moment `name`. */
export const timeOf = (holder: unknown, name: string): EpochMs => epochMs(numberOf(holder, name));

/** The text `name`, which is one of `values`. */
export function oneOf<Value extends string>(values: readonly Value[], holder: unknown, name: string): Value {
  const text = memberOf(holder, name);
  const value = values.find((candidate) => candidate === text);
  return value ?? refuse(name, values.join(' or '), text);
}

/** The list `name`, each item read by `decode`. */
export function listOf<Item>(holder: unknown, name: string, decode: (item: unknown) => Item): readonly Item[] {
  const value = memberOf(holder, name);
  return Array.isArray(value) ? value.map(decode) : refuse(name, 'a list', value);
}

/** The list of texts `name`. */
export const textsOf = (holder: unknown, name: string): readonly string[] =>
  listOf(holder, name, (item) => (typeof item === 'string' ? item : refuse(name, 'a list of texts', item)));

/** Texts to numbers, such as counts by namespace. */
export function numbersOf(holder: unknown, name: string): { readonly [key: string]: number } {
  const value = memberOf(holder, name);
  if (typeof value !== 'object' || value === null) return refuse(name, 'an object', value);
  // `fromEntries` makes own members, so that a key such as `__proto__` stays data.
  return Object.fromEntries(Object.keys(value).map((key) => [key, numberOf(value, key)]));
}

/** What `decode` reads of the member `name`; null where it is null, or absent as in documents older than the member. */
export function presentOrNull<Value>(holder: unknown, name: string, decode: (value: unknown) => Value): Value | null {
  const value = memberOf(holder, name);
  return value === null || value === undefined ? null : decode(value);
}

/** The values of JSON that are objects. */
function isJsonObject(value: unknown): value is JsonObject {
  // Only called on what `JSON.parse` made, which makes nothing but JSON all the way down.
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object `name` of a parsed document, or null. */
export function objectOrNullOf(holder: unknown, name: string): JsonObject | null {
  const value = memberOf(holder, name);
  return value === null || isJsonObject(value) ? value : refuse(name, 'an object or null', value);
}

/** The parsed text of the column `name`. */
export function parsedOf(row: unknown, name: string): unknown {
  return JSON.parse(textOf(row, name));
}

/** The object in the JSON text of the column `name`. */
export function parsedObjectOf(row: unknown, name: string): JsonObject {
  const value = parsedOf(row, name);
  return isJsonObject(value) ? value : refuse(name, 'an object', value);
}

/** The text of a JSON value, for a column. */
export const renderJson = (value: Json | object): string => JSON.stringify(value);
