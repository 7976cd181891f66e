/** Opens the data plane: embedded in a folder, or on a server. */
import { Agent } from 'node:http';
import type { DataStore } from '../ports/data-store.ts';
import { ClickHouseDataStore } from './clickhouse-data-store.ts';
import { type EngineOptions, superviseEngine } from './engine/supervisor.ts';
import { openSqlClient, type SqlClient } from './sql-client.ts';

/** A data store whose engine runs in a process of its own, next to this one. */
export interface EmbeddedDataStore extends DataStore {
  /** The engine's process; null while it is being restarted. */
  engineProcessId(): number | null;
}

/** Opens a data store on a ClickHouse server. The user and password are in the address. */
export function openClickHouseDataStore(options: { readonly url: string }): DataStore {
  return new ClickHouseDataStore(
    openSqlClient({
      url: options.url,
      agent: null,
      ready: () => Promise.resolve(),
      recover: () => Promise.resolve(),
      lastWords: () => '',
      close: () => Promise.resolve(),
    }),
  );
}

/** Starts the embedded engine on a folder and opens a data store on it. Throws `engineUnavailable` when it cannot. */
export async function openEmbeddedDataStore(options: EngineOptions): Promise<EmbeddedDataStore> {
  const { client, processId } = await startEmbeddedEngine(options);
  return Object.assign(new ClickHouseDataStore(client), { engineProcessId: processId });
}

/** A client of an engine that was started for it, and ends with it. */
export interface EmbeddedEngine {
  readonly client: SqlClient;
  /** The engine's process; null while it is being restarted. */
  readonly processId: () => number | null;
}

/** Starts the embedded engine on a folder. Throws `engineUnavailable` when it cannot. */
export async function startEmbeddedEngine(options: EngineOptions): Promise<EmbeddedEngine> {
  const engine = superviseEngine(options);
  try {
    await engine.ready();
  } catch (error) {
    await engine.close();
    throw error;
  }
  // The agent connects to the socket whatever host the address names.
  const agentOptions = { keepAlive: true, socketPath: engine.socketPath };
  const agent = new Agent(agentOptions);
  const client = openSqlClient({
    url: 'http://engine.invalid:8123',
    agent,
    ready: () => engine.ready(),
    recover: () => engine.recover(),
    lastWords: () => engine.lastWords(),
    close: async () => {
      agent.destroy();
      await engine.close();
    },
  });
  return { client, processId: () => engine.processId };
}
