/** All tests of the API once more, each with a control plane of its own in PostgreSQL. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startPostgresServer } from '@muster/store/testing/postgres-server';
import { useTestDatabases } from './testing/test-database.ts';

const files = globSync('{http,routes}/**/*.test.ts', { cwd: import.meta.dirname, exclude: ['**/*.all.test.ts'] });

suite('the API with PostgreSQL', async () => {
  const postgres = await startPostgresServer();
  let databases = 0;
  useTestDatabases(() => {
    databases += 1;
    return postgres.createDatabase();
  });
  // One after the other, so that their tests are in the order of the files.
  for (const file of files.sort()) await import(pathToFileURL(join(import.meta.dirname, file)).href);
  test('the servers of these tests had their databases', () => assert.ok(databases > files.length, String(databases)));
  // Behind those of the files, which close what they have opened.
  after(() => postgres.stop());
});
