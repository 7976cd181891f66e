/** Decoders of the values of result rows: what the engine gives is unknown until it is looked at. */
import type { PqlValue } from '@muster/pql';
import type { Row } from './sql-client.ts';

/** The text in a column. Throws a bug when it is something else. */
export function textAt(row: Row, column: number): string {
  const value = row[column];
  if (typeof value !== 'string')
    throw new Error(`the engine gave no text in column ${column}: ${JSON.stringify(value)}`);
  return value;
}

/** The number in a column. Throws a bug when it is something else. */
export function numberAt(row: Row, column: number): number {
  const value = row[column];
  if (typeof value !== 'number') {
    throw new Error(`the engine gave no number in column ${column}: ${JSON.stringify(value)}`);
  }
  return value;
}

/** The numbers by name in a column of type `Map(String, UInt64)`. */
export function countsAt(row: Row, column: number): Readonly<Record<string, number>> {
  const value = row[column];
  if (typeof value !== 'object' || value === null) throw new Error(`the engine gave no map in column ${column}`);
  const counts: Record<string, number> = Object.create(null);
  for (const [name, count] of Object.entries(value)) if (typeof count === 'number') counts[name] = count;
  return counts;
}

/** The value of a field's column: scalars and arrays of them. */
export function fieldValueAt(row: Row, column: number): PqlValue {
  const value = decodeValue(row[column]);
  return Array.isArray(value) && value.length === 0 ? null : value;
}

function decodeValue(value: unknown): PqlValue {
  if (Array.isArray(value)) return value.map(decodeValue);
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  throw new Error(`the engine gave a value of an unknown kind: ${JSON.stringify(value)}`);
}
