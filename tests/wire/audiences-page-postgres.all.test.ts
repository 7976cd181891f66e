import { after, before, suite } from 'node:test';
import { type PostgresServer, startPostgresServer } from '@muster/store/testing/postgres-server';
import { describeAudiencesPage } from './audiences-page.ts';

suite('the samples of the page, with PostgreSQL', () => {
  let postgres: PostgresServer;
  before(async () => {
    postgres = await startPostgresServer();
  });
  after(() => postgres.stop());
  describeAudiencesPage(() => postgres.createDatabase());
});
