/** The control database in a SQLite file, through `node:sqlite`. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { NamedMutex } from '../named-mutex.ts';
import { StoreOpenError } from '../store-open-error.ts';
import type { ControlTables } from '../tables.ts';
import type { ControlDialect } from './control-dialect.ts';
import { PreparingDatabase } from './sqlite-database.ts';

/**
 * Transactions that take the write lock when they begin. One that read first and wrote later could find its snapshot
 * overtaken by another process, which no waiting cures.
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Runs migrations inside a transaction, whose write lock keeps a second process waiting. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function sqliteDialect(database: PreparingDatabase): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new ImmediateDriver({ database }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Extended result codes of SQLite for a row that exists already: of a primary key and of another unique index. */
const uniqueViolationCodes: readonly unknown[] = [1555, 2067];

function openDatabase(path: string): PreparingDatabase {
  try {
    return new PreparingDatabase(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreOpenError(`cannot open the control database \`${path}\`: ${reason}`, { cause: error });
  }
}

/** SQLite at `path`, which is made when it is not there; `:memory:` for one that is gone when it is closed. */
export function openSqliteDialect(path: string): ControlDialect {
  const mutex = new NamedMutex();
  const database = new Kysely<ControlTables>({ dialect: sqliteDialect(openDatabase(path)) });
  return {
    database,
    indexesLongText: true,
    byteTextType: sql`text`,
    containsText: (column, text) => sql`instr(${sql.ref(column)}, ${text}) > 0`,
    wanted: (texts) => sql`json_each(${JSON.stringify(texts)}) as wanted`,
    // The transaction has the write lock of the whole database from its start.
    rowLock: sql``,
    claim: () => Promise.resolve(),
    isUniqueViolation: (error) =>
      error instanceof Error && 'errcode' in error && uniqueViolationCodes.includes(error.errcode),
    // One process at a time serves a data folder (data-folder.ts), so that a lock inside the process is enough.
    withLock: (name, work) => mutex.run(name, work),
    close: () => database.destroy(),
  };
}
