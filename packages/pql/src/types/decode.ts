/**
 * From JSON documents to values: the one place where null, missing and empty are settled, for both back ends.
 * Source: docs/pql.md#null-missing-and-empty.
 */
import { assertNever } from '../assert.ts';
import { emptyObject } from './bare-object.ts';
import { describeType } from './describe.ts';
import { isSupportedMoment, parseIsoTime } from './iso-time.ts';
import type { ObjectType, PqlType } from './type.ts';
import { scalarTypes } from './type.ts';
import type { PqlObject, PqlValue } from './value.ts';

/** Bounds on one document. What lies beyond is left out and reported. */
export const documentLimits = {
  /** Objects and arrays inside one another. */
  depthMax: 64,
  /** Items of one array. */
  itemsMax: 10_000,
  /** Values of one document, over all levels. */
  valuesMax: 1_000_000,
  /** UTF-16 units of one string. */
  textMax: 65_536,
  /** Problems and ignored fields that are listed. */
  reportsMax: 100,
} as const;

/** Something in a document that its schema does not allow; it was left out. */
export interface DocumentProblem {
  /** Dotted path, with `[n]` for items. */
  readonly path: string;
  readonly message: string;
}

/** A decoded document. */
export interface DecodedDocument {
  readonly document: PqlObject;
  readonly problems: readonly DocumentProblem[];
  /** Paths of fields that the schema does not have. */
  readonly ignored: readonly string[];
}

/** The document as values of `type`. Never throws; members that do not fit are left out and reported. */
export function decodeDocument(type: ObjectType, json: unknown): DecodedDocument {
  const report: Report = { problems: [], ignored: [], values: 0 };
  const document = decodeObject(type, json, { step: '', outer: null, depth: 0 }, report);
  const { problems, ignored } = report;
  return { document: isObjectValue(document) ? document : emptyObject(), problems, ignored };
}

interface Report {
  readonly problems: DocumentProblem[];
  readonly ignored: string[];
  /** How many values were looked at so far. */
  values: number;
}

/** Where a value stands; spelled out only when there is something to report. */
interface Place {
  readonly step: string;
  readonly outer: Place | null;
  readonly depth: number;
}

function pathOf(place: Place): string {
  const before = place.outer === null ? '' : pathOf(place.outer);
  return before === '' || place.step.startsWith('[') ? before + place.step : `${before}.${place.step}`;
}

function inside(outer: Place, step: string): Place {
  return { step, outer, depth: outer.depth + 1 };
}

function refuse(place: Place, message: string, report: Report): null {
  if (report.problems.length < documentLimits.reportsMax) report.problems.push({ path: pathOf(place), message });
  return null;
}

function decodeValue(type: PqlType, json: unknown, place: Place, report: Report): PqlValue {
  if (json === null || json === undefined) return null;
  if (place.depth > documentLimits.depthMax) return refuse(place, 'nested too deeply', report);
  if (++report.values > documentLimits.valuesMax) return refuse(place, 'too many values in one document', report);
  switch (type.kind) {
    case 'null':
      return null;
    case 'any':
      return decodeUntyped(json, place, report);
    case 'object':
      return decodeObject(type, json, place, report);
    case 'array':
      return decodeArray(type.element, json, place, report);
    case 'map':
      return decodeMap(type.value, json, place, report);
    case 'boolean':
    case 'integer':
    case 'number':
    case 'string':
    case 'timestamp': {
      const value = decodeScalar(type.kind, json);
      return value ?? refuse(place, misfit(json, type), report);
    }
    default:
      return assertNever(type);
  }
}

function decodeObject(type: ObjectType, json: unknown, place: Place, report: Report): PqlValue {
  if (!isJsonObject(json)) return refuse(place, `${shown(json)} is not an object`, report);
  let result: Record<string, PqlValue> | null = null;
  for (const name of Object.keys(json)) {
    const field = type.fields.get(name);
    if (field === undefined && type.open !== true) {
      if (report.ignored.length < documentLimits.reportsMax) report.ignored.push(pathOf(inside(place, name)));
      continue;
    }
    const value = decodeValue(field?.type ?? scalarTypes.any, json[name], inside(place, name), report);
    if (value === null) continue;
    result ??= emptyObject();
    result[name] = value;
  }
  return result;
}

function decodeMap(type: PqlType, json: unknown, place: Place, report: Report): PqlValue {
  if (!isJsonObject(json)) return refuse(place, `${shown(json)} is not an object`, report);
  let result: Record<string, PqlValue> | null = null;
  for (const key of Object.keys(json)) {
    const value = decodeValue(type, json[key], inside(place, key), report);
    if (value === null) continue;
    result ??= emptyObject();
    result[key] = value;
  }
  return result;
}

function decodeArray(element: PqlType, json: unknown, place: Place, report: Report): PqlValue {
  if (!Array.isArray(json)) return refuse(place, `${shown(json)} is not an array`, report);
  const given: readonly unknown[] = json;
  if (given.length > documentLimits.itemsMax) refuse(place, `more than ${documentLimits.itemsMax} items`, report);
  const items: PqlValue[] = [];
  for (const [index, item] of given.slice(0, documentLimits.itemsMax).entries()) {
    const value = decodeValue(element, item, inside(place, `[${index}]`), report);
    if (value !== null) items.push(value);
  }
  return items.length === 0 ? null : items;
}

/** A value without a schema, kept as it is, less what is null or empty. */
function decodeUntyped(json: unknown, place: Place, report: Report): PqlValue {
  if (Array.isArray(json)) return decodeArray(scalarTypes.any, json, place, report);
  if (isJsonObject(json)) return decodeMap(scalarTypes.any, json, place, report);
  if (typeof json === 'boolean') return json;
  const value = typeof json === 'string' ? decodeText(json) : toNumber(json);
  return value ?? refuse(place, misfit(json, scalarTypes.any), report);
}

/** The scalar, converted where that loses nothing; null when it does not fit. */
function decodeScalar(kind: 'boolean' | 'integer' | 'number' | 'string' | 'timestamp', json: unknown): PqlValue {
  switch (kind) {
    case 'string':
      if (typeof json === 'string') return decodeText(json);
      return typeof json === 'number' || typeof json === 'bigint' || typeof json === 'boolean' ? String(json) : null;
    case 'boolean':
      if (typeof json === 'boolean') return json;
      return json === 'true' || json === 'false' ? json === 'true' : null;
    case 'timestamp':
      if (typeof json === 'string') return parseIsoTime(json);
      return typeof json === 'number' && Number.isInteger(json) && isSupportedMoment(json) ? json : null;
    case 'integer': {
      const number = toNumber(json);
      return number !== null && Number.isSafeInteger(number) ? number : null;
    }
    default:
      return toNumber(json);
  }
}

/** Half of a surrogate pair becomes U+FFFD, as it does in UTF-8, so that both back ends see the same text. */
function decodeText(text: string): string | null {
  return text.length <= documentLimits.textMax ? text.toWellFormed() : null;
}

function toNumber(json: unknown): number | null {
  const number =
    typeof json === 'bigint' || (typeof json === 'string' && numberPattern.test(json)) ? Number(json) : json;
  // Negative zero is zero: no store keeps the difference.
  return typeof number === 'number' && Number.isFinite(number) ? number + 0 : null;
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function misfit(json: unknown, type: PqlType): string {
  return typeof json === 'string' && json.length > documentLimits.textMax
    ? `longer than ${documentLimits.textMax} characters`
    : `${shown(json)} is not ${describeType(type)}`;
}

/** The value as it stands in a message; objects and arrays are named only, since they may be large. */
function shown(json: unknown): string {
  if (Array.isArray(json)) return 'an array';
  if (typeof json === 'object' && json !== null) return 'an object';
  const text = typeof json === 'string' ? JSON.stringify(json) : String(json);
  return `\`${text.length > 40 ? `${text.slice(0, 40)}…` : text}\``;
}

function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function isObjectValue(value: PqlValue): value is PqlObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
