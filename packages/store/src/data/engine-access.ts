/** The embedded engine next to the store that works on it, for benches that compare the store with SQL of their own. */
import type { Scope } from '@muster/audience';
import type { DataStore } from '../ports/data-store.ts';
import { ClickHouseDataStore } from './clickhouse-data-store.ts';
import { databaseName } from './database-name.ts';
import type { EngineOptions } from './engine/supervisor.ts';
import { startEmbeddedEngine } from './open.ts';
import type { SqlClient } from './sql-client.ts';

export type { SqlClient } from './sql-client.ts';

/** A data store and the client it speaks through. Products use the store alone. */
export interface OpenEngine {
  /** Closing it ends the engine. */
  readonly store: DataStore;
  readonly client: SqlClient;
  /** The database that holds a sandbox's tables. */
  readonly databaseOf: (scope: Scope) => string;
}

/** Starts the embedded engine on a folder. Throws `engineUnavailable` when it cannot. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const { client } = await startEmbeddedEngine(options);
  return { store: new ClickHouseDataStore(client), client, databaseOf: databaseName };
}
