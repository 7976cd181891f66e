/** Rows as they come out of a file, before anything is made of them. */

/** One input row; `row` counts from 1, without the header. */
export type Row =
  | { readonly kind: 'cells'; readonly row: number; readonly bytes: number; readonly cells: readonly string[] }
  | { readonly kind: 'document'; readonly row: number; readonly bytes: number; readonly document: unknown }
  | { readonly kind: 'malformed'; readonly row: number; readonly message: string };

/** A file being read: its header, for CSV, and its rows in small blocks, in order. */
export interface RowSource {
  /** The names of the columns; null for JSONL. */
  readonly header: readonly string[] | null;
  readonly blocks: AsyncIterable<readonly Row[]>;
}
