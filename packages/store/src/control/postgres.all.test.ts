import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { describeControlStore } from './contract.ts';
import { openControlStore, openPostgresControlStore } from './open.ts';
import { StoreOpenError } from './store-open-error.ts';
import { type PostgresServer, startPostgresServer } from './testing/postgres-server.ts';
import { exitOf, startStoreProcess } from './testing/store-process.ts';

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

describeControlStore('the control store in PostgreSQL', async () => {
  const server = await startPostgresServer();
  return { createDatabase: server.createDatabase, execute, hasPeers: true, stop: server.stop };
});

describe('locks in PostgreSQL', () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgresServer();
  });
  after(() => server.stop());

  test('the lock of a killed process is free', async () => {
    const url = await server.createDatabase();
    const holder = startStoreProcess(url, 'hold', 'the lock');
    await once(holder.stdout, 'data');
    const store = await openControlStore(url);
    let isMine = false;
    const waiting = store.withLock('the lock', async () => {
      isMine = true;
    });
    await store.ping();
    assert.equal(isMine, false);
    const exit = exitOf(holder);
    holder.kill('SIGKILL');
    await exit;
    await waiting;
    await store.close();
  });

  test('a lock whose connection was lost is reported after the work', async () => {
    const url = await server.createDatabase();
    const store = await openControlStore(url);
    const work = store.withLock('the lock', () =>
      // Of this database alone: other suites use the same server.
      execute(
        url,
        `select pg_terminate_backend(pid) from pg_locks join pg_database on pg_database.oid = pg_locks.database
         where locktype = 'advisory' and datname = current_database()`,
      ),
    );
    await assert.rejects(work, /the lock `the lock` was lost while it was held/);
    assert.equal(await store.withLock('the lock', async () => 'again'), 'again');
    await store.close();
  });

  test('connections that broke are replaced', async () => {
    const url = await server.createDatabase();
    const store = await openPostgresControlStore({ url, connectionsMax: 1 });
    await store.ping();
    await execute(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'muster' and datname = current_database() and pid <> pg_backend_pid()`,
    );
    // The first query may still meet the broken connection; the one after it must not.
    await store.ping().catch((error: unknown) => assert.ok(error instanceof Error));
    await store.ping();
    await store.close();
  });
});

test('a server that does not answer is refused with the reason and without the password', async () => {
  await assert.rejects(openControlStore('postgres://root:secret@127.0.0.1:1/x'), (error: unknown) => {
    assert.ok(error instanceof StoreOpenError);
    assert.match(error.message, /cannot open the control database: .*ECONNREFUSED/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
