/** Control stores, opened and brought to this version. */
import type { IdSource } from '@muster/audience';
import { sql } from 'kysely';
import type { ControlStore } from '../ports/control-store.ts';
import { SqlAudienceStore } from './audience-store.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { openPostgresDialect, type PostgresOptions } from './dialect/postgres.ts';
import { openSqliteDialect } from './dialect/sqlite.ts';
import { openIds } from './id-stream.ts';
import { SqlImportStore } from './import-store.ts';
import { SqlJobStore } from './job-store.ts';
import { migrateToLatest } from './migrations/migrate.ts';
import { exportKind } from './rows/export-row.ts';
import { externalCreationKind, externalExpiryKind, externalRunKind } from './rows/external-row.ts';
import { previewKind } from './rows/preview-row.ts';
import { SqlSandboxStore } from './sandbox-store.ts';
import { SqlScheduleStore } from './schedule-store.ts';
import { SqlSchemaStore } from './schema-store.ts';
import { StoreOpenError } from './store-open-error.ts';
import { SqlTaskStore } from './task-store.ts';

/** How a store is opened. */
export interface StoreOptions {
  /** Ids are made from this text instead of by chance; null, the default, for chance. */
  readonly idSeed?: string | null;
}

/** Where a SQLite store is. */
export interface SqliteOptions extends StoreOptions {
  /** The file, made when it is not there; `:memory:` for a store that is gone when it is closed. */
  readonly path: string;
}

function createStore(dialect: ControlDialect, ids: IdSource): ControlStore {
  return {
    audiences: new SqlAudienceStore(dialect),
    jobs: new SqlJobStore(dialect),
    imports: new SqlImportStore(dialect),
    schedules: new SqlScheduleStore(dialect),
    previews: new SqlTaskStore(dialect, previewKind),
    exports: new SqlTaskStore(dialect, exportKind),
    externalCreations: new SqlTaskStore(dialect, externalCreationKind),
    externalRuns: new SqlTaskStore(dialect, externalRunKind),
    externalExpiries: new SqlTaskStore(dialect, externalExpiryKind),
    sandboxes: new SqlSandboxStore(dialect, ids),
    schemas: new SqlSchemaStore(dialect),
    ids,
    withLock: (name, work) => dialect.withLock(name, work),
    ping: async () => {
      await sql`select 1`.execute(dialect.database);
    },
    close: () => dialect.close(),
  };
}

async function openStore(dialect: ControlDialect, { idSeed = null }: StoreOptions): Promise<ControlStore> {
  try {
    await migrateToLatest(dialect);
    return createStore(dialect, await openIds(dialect, idSeed));
  } catch (error) {
    await dialect.close();
    if (error instanceof StoreOpenError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreOpenError(`cannot open the control database: ${reason}`, { cause: error });
  }
}

/** The store in a SQLite file. One process at a time may open it: see `lockDataFolder`. Throws `StoreOpenError`. */
export async function openSqliteControlStore(options: SqliteOptions): Promise<ControlStore> {
  return openStore(openSqliteDialect(options.path), options);
}

/** The store in a PostgreSQL database, which any number of processes may share. Throws `StoreOpenError`. */
export async function openPostgresControlStore(options: PostgresOptions & StoreOptions): Promise<ControlStore> {
  return openStore(openPostgresDialect(options), options);
}

/**
 * The store at `databaseUrl`: `sqlite:<path>` (`sqlite:///absolute/path` also), `postgres://…` or `postgresql://…`.
 * Throws `StoreOpenError` for another scheme, and when the store cannot be opened.
 */
export async function openControlStore(databaseUrl: string, options: StoreOptions = {}): Promise<ControlStore> {
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return openPostgresControlStore({ ...options, url: databaseUrl });
  const path = /^sqlite:(?:\/\/)?(?<path>.+)$/s.exec(databaseUrl)?.groups?.['path'];
  if (path !== undefined) return openSqliteControlStore({ ...options, path });
  // The address is not repeated: it may hold a password.
  throw new StoreOpenError('the database address must start with `sqlite:` or `postgres://`');
}
