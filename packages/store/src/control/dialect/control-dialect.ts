import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';
import type { ControlTables } from '../tables.ts';

/** The connection to a control database. */
export type ControlDatabase = Kysely<ControlTables>;
/** A transaction in it. */
export type ControlTransaction = Transaction<ControlTables>;

/** All that differs between the engines. Each file beside this one is one engine. */
export interface ControlDialect {
  readonly database: ControlDatabase;
  /**
   * Whether an index may hold texts of any length. Where it may, searches for a part of a text read an index instead of
   * the table.
   */
  readonly indexesLongText: boolean;
  /** The type of text columns: compared by the bytes of UTF-8, so that both engines sort alike. */
  readonly byteTextType: RawBuilder<string>;
  /** True where `column` contains `text`, of which no character is special. */
  containsText(column: 'name_folded' | 'description_folded' | 'elements', text: string): Expression<SqlBool>;
  /** A table named `wanted` that has each of `texts`, of which there may be thousands, in the column `value`. */
  wanted(texts: readonly string[]): RawBuilder<unknown>;
  /** Ends a query of a transaction whose rows nobody else may change until it ends; empty where nobody can. */
  readonly rowLock: RawBuilder<unknown>;
  /** Waits until no other transaction has claimed `name`, and claims it to the end of this one. */
  claim(transaction: ControlTransaction, name: string): Promise<void>;
  /** Whether an error says that a row with the same unique values exists. */
  isUniqueViolation(error: unknown): boolean;
  /** The lock of `ControlStore.withLock`. */
  withLock<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Gives back what the engine holds; the database is closed. */
  close(): Promise<void>;
}
