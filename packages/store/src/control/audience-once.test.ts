import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, onceLimits } from '@muster/audience';
import { findOnce, rememberOnce } from './audience-once.ts';
import { openSqliteDialect } from './dialect/sqlite.ts';
import { inChunks } from './in-chunks.ts';
import { migrateToLatest } from './migrations/migrate.ts';
import { samplePlatform, sampleScope, sampleTime } from './testing/samples.ts';

test('of more keys than are kept the oldest are forgotten, in this sandbox only', async () => {
  const dialect = openSqliteDialect(':memory:');
  await migrateToLatest(dialect);
  const { database } = dialect;
  const scope = sampleScope('MANY');
  const other = sampleScope('MANY', 'other');
  const row = { digest: 'd', document: '{}', org: scope.org };
  const rows = Array.from({ length: onceLimits.keysMax + 1 }, (_, index) => ({
    ...row,
    sandbox: scope.sandbox,
    key: `key-${index}`,
    created_at: sampleTime + Math.floor(index / 2),
  }));
  const theirs = { ...row, sandbox: other.sandbox, key: 'key-0', created_at: sampleTime };
  for (const chunk of inChunks([theirs, ...rows])) await database.insertInto('once_requests').values(chunk).execute();
  const request = { key: 'new', digest: 'd', at: epochMs(sampleTime + onceLimits.keysMax) };
  await database.transaction().execute((it) => rememberOnce(it, scope, request, samplePlatform('a')));
  const kept = await database.selectFrom('once_requests').select(['sandbox', 'key']).orderBy('created_at').execute();
  assert.equal(kept.filter(({ sandbox }) => sandbox === scope.sandbox).length, onceLimits.keysMax);
  assert.deepEqual(kept.filter(({ sandbox }) => sandbox === other.sandbox).length, 1);
  assert.deepEqual(
    kept
      .filter(({ sandbox, key }) => sandbox === scope.sandbox && ['key-0', 'key-1', 'new'].includes(key))
      .map(({ key }) => key),
    ['new'],
  );
  assert.deepEqual(await findOnce(database, scope, request), samplePlatform('a'));
  await dialect.close();
});
