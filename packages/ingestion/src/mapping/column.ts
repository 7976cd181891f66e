/** Columns: what the cells of a file, or the members of its documents, are. */
import { type ObjectType, type PqlObject, type PqlType, type PqlValue, scalarTypes } from '@muster/pql';
import type { TimeReader } from './date-time.ts';

/** The type of a column. Only JSONL has lists and objects. */
export type ColumnType =
  | { readonly kind: 'string' | 'integer' | 'number' | 'boolean' }
  | { readonly kind: 'time'; readonly format: string; readonly read: TimeReader }
  | { readonly kind: 'array'; readonly items: ColumnType }
  | { readonly kind: 'object'; readonly columns: readonly Column[] };

/** A column as expressions see it. */
export interface Column {
  /** Its name in expressions. */
  readonly name: string;
  /** Its name in the file. */
  readonly source: string;
  readonly type: ColumnType;
  /** Texts that mean that there is no value. */
  readonly missing: ReadonlySet<string>;
}

/** The type expressions see. */
export function pqlTypeOf(type: ColumnType): PqlType {
  switch (type.kind) {
    case 'time':
      return scalarTypes.timestamp;
    case 'array':
      return { kind: 'array', element: pqlTypeOf(type.items) };
    case 'object':
      return rowTypeOf(type.columns);
    default:
      return scalarTypes[type.kind];
  }
}

/** The type of a row with these columns. */
export function rowTypeOf(columns: readonly Column[]): ObjectType {
  return { kind: 'object', fields: new Map(columns.map(({ name, type }) => [name, { type: pqlTypeOf(type) }])) };
}

/** A cell or member that is not of its column's type. */
export class CellError extends Error {
  constructor(column: Column, value: unknown) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    const text = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
    super(`column \`${column.source}\`: \`${text.replaceAll(/\s+/g, ' ')}\` is not ${describe(column.type)}`);
    this.name = 'CellError';
  }
}

function describe(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'a text';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'time':
      return `a time written like \`${type.format}\``;
    case 'array':
      return 'a list';
    case 'object':
      return 'an object';
  }
}

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** The value of a CSV cell, null when it is empty or one of the column's missing texts. Throws `CellError`. */
export function readCell(column: Column, cell: string): PqlValue {
  if (cell === '' || column.missing.has(cell)) return null;
  const value = readText(column.type, cell);
  if (value === null) throw new CellError(column, cell);
  return value;
}

function readText(type: ColumnType, text: string): PqlValue {
  switch (type.kind) {
    case 'string':
      return text;
    case 'integer':
      return wholeNumber(numberPattern.test(text) ? Number(text) : Number.NaN);
    case 'number':
      return numberPattern.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
    case 'boolean':
      return booleans.get(text.toLowerCase()) ?? null;
    case 'time':
      return type.read(text);
    case 'array':
    case 'object':
      return null;
  }
}

const wholeNumber = (value: number): number | null => (Number.isSafeInteger(value) ? value : null);

/** The value of a document's member, null when it is missing. Texts are read as cells are. Throws `CellError`. */
export function readMember(column: Column, value: unknown): PqlValue {
  if (value === undefined || value === null) return null;
  const { type } = column;
  if (typeof value === 'string') return type.kind === 'string' && value === '' ? '' : readCell(column, value);
  if (typeof value === 'number' && type.kind === 'number') return value;
  if (typeof value === 'number' && type.kind === 'integer' && Number.isSafeInteger(value)) return value;
  if (typeof value === 'number' && type.kind === 'time') return readCell(column, String(value));
  if (typeof value === 'boolean' && type.kind === 'boolean') return value;
  if (Array.isArray(value) && type.kind === 'array') return readItems(column, type.items, value);
  if (typeof value === 'object' && !Array.isArray(value) && type.kind === 'object') {
    return readObject(type.columns, value);
  }
  throw new CellError(column, value);
}

function readItems(column: Column, items: ColumnType, values: readonly unknown[]): PqlValue {
  const item: Column = { ...column, type: items };
  return values.map((value) => readMember(item, value)).filter((value) => value !== null);
}

/** The row in a document: the columns it has, nothing else; null when it has none. */
export function readObject(columns: readonly Column[], document: object): PqlObject | null {
  const members = new Map<string, unknown>(Object.entries(document));
  const row: { [name: string]: PqlValue } = Object.create(null);
  let isEmpty = true;
  for (const column of columns) {
    const value = readMember(column, members.get(column.source));
    if (value === null) continue;
    row[column.name] = value;
    isEmpty = false;
  }
  return isEmpty ? null : row;
}
