/** Rows of a file as the values expressions see. */
import { Problem } from '@muster/audience';
import type { PqlObject, PqlValue } from '@muster/pql';
import { RowRejected } from '../facts.ts';
import type { Row } from '../read/row.ts';
import { CellError, type Column, readCell, readObject } from './column.ts';

/** The row's values, without those that are missing. Throws `RowRejected`. */
export type BindRow = (row: Exclude<Row, { readonly kind: 'malformed' }>) => PqlObject;

/** How rows of a file with this header are read. Throws `fileUnreadable` when a column is not there. */
export function bindRows(columns: readonly Column[], header: readonly string[] | null): BindRow {
  const bound = header === null ? [] : bindColumns(columns, header);
  return (row) => {
    try {
      return row.kind === 'cells' ? readCells(bound, row.cells) : readDocument(columns, row.document);
    } catch (error) {
      if (error instanceof CellError) throw new RowRejected(error.message);
      throw error;
    }
  };
}

interface BoundColumn {
  readonly column: Column;
  readonly index: number;
}

function bindColumns(columns: readonly Column[], header: readonly string[]): readonly BoundColumn[] {
  const bound = columns.map((column) => ({ column, index: header.indexOf(column.source) }));
  const absent = bound.filter(({ index }) => index < 0);
  if (absent.length === 0) return bound;
  const details = absent.map(({ column }) => ({
    message: `the file has no column \`${column.source}\``,
    expected: `one of: ${header.slice(0, 50).join(', ')}`,
  }));
  throw new Problem('fileUnreadable', details);
}

function readCells(bound: readonly BoundColumn[], cells: readonly string[]): PqlObject {
  const row: { [name: string]: PqlValue } = { __proto__: null };
  for (const { column, index } of bound) {
    const value = readCell(column, cells[index] ?? '');
    if (value !== null) row[column.name] = value;
  }
  return row;
}

function readDocument(columns: readonly Column[], document: unknown): PqlObject {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new RowRejected('the line is not an object');
  }
  return readObject(columns, document) ?? {};
}
