/** `node:sqlite` in the shape that Kysely's SQLite dialect asks for. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Prepared statements kept for the next use; the least recently used goes first. */
const statementsKeptMax = 500;
/** Longer texts, such as inserts of many rows, are prepared for one use. */
const keptTextLengthMax = 10_000;

function toSqlValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`not a value of SQLite: ${typeof value}`);
}

function toSqlValues(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map(toSqlValue);
}

/** One statement, ready to run again and again. */
class PreparedStatement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: readonly unknown[]): unknown[] {
    return this.#statement.all(...toSqlValues(parameters));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...toSqlValues(parameters));
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...toSqlValues(parameters));
  }
}

/** How long a statement waits for another process to finish its write, in milliseconds. */
const busyTimeoutMs = 10_000;
/** The result code of SQLite for a lock that somebody else has. */
const busyCode = 5;
/** Time between two looks whether a lock is free, in milliseconds. */
const busyPauseMs = 20;

/**
 * Turns on the write-ahead log. Of processes that do so at the same moment SQLite refuses some at once, whatever the time
 * that statements wait, since each has begun to read what the others want to change; these try again.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  for (let waitedMs = 0; ; waitedMs += busyPauseMs) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === busyCode;
      if (!isBusy || waitedMs >= busyTimeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyPauseMs);
    }
  }
}

/** Pages kept in memory; negative: kibibytes. */
const cacheKibibytes = 65_536;

/** A database file with statements that are prepared once. */
export class PreparingDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, PreparedStatement>();

  /** Opens or makes the file. Throws when it cannot be read or is not a database. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    useWriteAheadLog(this.#database);
    // Full synchronisation: a commit is on the disk when it returns, and survives the loss of power.
    this.#database.exec(`
      pragma synchronous = full;
      pragma cache_size = -${cacheKibibytes};
      pragma temp_store = memory;
    `);
  }

  prepare(sql: string): PreparedStatement {
    const kept = this.#statements.get(sql);
    if (kept !== undefined) {
      // A map lists keys in the order of insertion, so that the first one is the least recently used.
      this.#statements.delete(sql);
      this.#statements.set(sql, kept);
      return kept;
    }
    const statement = new PreparedStatement(this.#database.prepare(sql));
    if (sql.length <= keptTextLengthMax) this.#keep(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #keep(sql: string, statement: PreparedStatement): void {
    this.#statements.set(sql, statement);
    if (this.#statements.size <= statementsKeptMax) return;
    const oldest = this.#statements.keys().next();
    if (!oldest.done) this.#statements.delete(oldest.value);
  }
}
