/** Where fields live in the data plane: what the SQL back end must know about tables, and nothing more. */
import type { SqlFragment } from './fragment.ts';

/** Element types of stored columns. Timestamps are `Int64` epoch milliseconds. */
export type ColumnElement = 'String' | 'Int64' | 'Float64' | 'Bool';

/** The column of one leaf path. */
export interface Column {
  readonly name: string;
  readonly element: ColumnElement;
  /**
   * How many arrays enclose a value: 0 for a plain field, 1 for a field of the items of an array or an array of
   * scalars, and so on. The parallel columns of one array always have the same length.
   */
  readonly arrayDepth: number;
  /** False only for columns that always have a value, such as an event's `timestamp`. */
  readonly nullable: boolean;
}

/** One table: a `FROM` expression that gives each row once, and the columns by dotted field path. */
export interface TableLayout {
  readonly from: SqlFragment;
  /** By dotted path without array markers (`productListItems.SKU`). A path that is not here has no value anywhere. */
  readonly columns: ReadonlyMap<string, Column>;
}

/**
 * The tables of a sandbox at one moment.
 *
 * `profiles` has one row for every profile, with or without attributes; `events` has every event once. Both have a
 * `profile_id UInt32` column, which is no field.
 */
export interface DataLayout {
  readonly profiles: TableLayout;
  readonly events: TableLayout;
  /** The greatest profile id when this picture was taken; ids are dense from 1. */
  readonly profileIdMax: number;
  /**
   * The ids of the members of another audience, as a parenthesised `SELECT` of one `UInt32` column, for the rare
   * places where membership cannot be a bitmap operand.
   */
  readonly membersOf: (audienceId: string) => SqlFragment;
}
