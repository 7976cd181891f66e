import { after, before, suite } from 'node:test';
import { type ControlStore, openPostgresControlStore } from '@muster/store';
import { type PostgresServer, startPostgresServer } from '@muster/store/testing/postgres-server';
import { describeWriters } from '../testing/writers.ts';

suite('writers that meet in PostgreSQL', () => {
  let server: PostgresServer;
  const opened: ControlStore[] = [];
  before(async () => {
    server = await startPostgresServer();
  });
  after(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await server.stop();
  });
  describeWriters(async () => {
    const url = await server.createDatabase();
    const doors = [await openPostgresControlStore({ url }), await openPostgresControlStore({ url })] as const;
    opened.push(...doors);
    return doors;
  });
});
