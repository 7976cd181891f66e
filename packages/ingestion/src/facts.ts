/** What rows turn into, and who takes it. */
import type { EventRecord, ProfileRecord } from '@muster/store';
import type { Row } from './read/row.ts';

/** A row that cannot become anything; the message says why, in terms of the file. */
export class RowRejected extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RowRejected';
  }
}

/** Takes what rows turn into. Rows are numbered from 1. */
export interface FactSink {
  /**
   * A profile record made of row `row`. Records of one identity with the same `leaves` say something about the same
   * fields, so that only the latest of them matters; null: not known.
   */
  record(record: ProfileRecord, row: number, leaves: string | null): void;
  /** An event made of rows up to `lastRow`. */
  event(event: EventRecord, lastRow: number): void;
  /** A row that is left out on purpose. */
  skip(): void;
  /** Rows that are left out because something is wrong with them; `row` is the first of them. */
  reject(row: number, message: string, rows?: number): void;
  /** Something worth knowing about a row that was taken. */
  remark(row: number, message: string): void;
}

/** Makes facts of rows, one after the other. */
export interface FactReader {
  take(row: Row, sink: FactSink): void;
  /** Called once after the last row. */
  end(sink: FactSink): void;
  /** The first row of which something is still to come; null when there is none. */
  firstOpenRow(): number | null;
}
