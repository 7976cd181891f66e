/** All tests of the API once more, each with a control plane of its own in PostgreSQL. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startPostgresServer } from '@muster/store/testing/postgres-server';
import { useTestDatabases } from './testing/test-database.ts';

const files = globSync('{http,routes}/**/*.test.ts', { cwd: import.meta.dirname, exclude: ['**/*.all.test.ts'] });

suite('the API with PostgreSQL', async () => {
  const postgres = await startPostgresServer();
  useTestDatabases(() => postgres.createDatabase());
  // One after the other, so that their tests are in the order of the files.
  for (const file of files.sort()) await import(pathToFileURL(join(import.meta.dirname, file)).href);
  // Behind those of the files, which close what they have opened.
  after(() => postgres.stop());
});
