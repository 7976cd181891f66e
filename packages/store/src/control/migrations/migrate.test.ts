import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@muster/audience';
import { Migrator, sql } from 'kysely';
import { openSqliteDialect } from '../dialect/sqlite.ts';
import { decodeAudience, encodeAudience, encodeAudienceDocument } from '../rows/audience-row.ts';
import { decodeJob, encodeJob } from '../rows/job-row.ts';
import { sampleExternal, sampleJob, samplePlatform, sampleScope } from '../testing/samples.ts';
import { createInitialMigration } from './0001-initial.ts';
import { migrateToLatest } from './migrate.ts';

const audiences = [
  samplePlatform('platform', {
    evaluation: { batch: false, streaming: true, edge: false },
    ttlInDays: 30,
    labels: ['core/C1'],
  }),
  sampleExternal('external', { datasetId: 'dataset', originName: 'AUDIENCE_MANAGER', tags: ['t', 't'] }),
  ...Array.from({ length: 1_100 }, (_, index) => sampleExternal(`many-${index}`)),
];

/** The columns that the second migration adds. */
const added: ReadonlySet<string> = new Set([
  ...['origin_name', 'created_by', 'last_modified_by', 'merge_policy_id', 'dataset_id', 'ttl_in_days'],
  ...['streaming', 'edge'],
]);

test('the audiences of a database of the first version are found by what has become a column', async () => {
  const dialect = openSqliteDialect(':memory:');
  const { database } = dialect;
  const provider = { getMigrations: async () => ({ '0001-initial': createInitialMigration(dialect) }) };
  const first = await new Migrator({ db: database, provider }).migrateToLatest();
  assert.equal(first.error, undefined);
  const scope = sampleScope('OLD');
  const scopeColumns = { org: scope.org, sandbox: scope.sandbox };
  for (const audience of audiences) {
    const columns = Object.entries(encodeAudience(scope, audience)).filter(([name]) => !added.has(name));
    await sql`insert into audiences (${sql.join(columns.map(([name]) => sql.ref(name)))})
      values (${sql.join(columns.map(([, value]) => value))})`.execute(database);
    await database
      .insertInto('audience_documents')
      .values({ ...scopeColumns, id: audience.id, document: encodeAudienceDocument(audience), metrics: null })
      .execute();
  }
  await migrateToLatest(dialect);
  const rows = await database.selectFrom('audiences').selectAll().orderBy('id').execute();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    audiences
      .map((audience) => encodeAudience(scope, audience))
      .toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  );
  const elements = await database.selectFrom('audience_elements').selectAll().orderBy('element').execute();
  assert.deepEqual(
    elements.map((row) => ({ ...row })),
    [
      { ...scopeColumns, audience_id: 'platform', element: 'labels', value: 'core/C1' },
      { ...scopeColumns, audience_id: 'external', element: 'tags', value: 't' },
    ],
  );
  await dialect.close();
});

test('a job of a database of the first version has no request and no schedule', async () => {
  const dialect = openSqliteDialect(':memory:');
  const { database } = dialect;
  const provider = { getMigrations: async () => ({ '0001-initial': createInitialMigration(dialect) }) };
  const first = await new Migrator({ db: database, provider }).migrateToLatest();
  assert.equal(first.error, undefined);
  const job = sampleJob('old');
  const { request_id: _, schedule_id: __, run_id: ___, ...row } = encodeJob(sampleScope('OLD'), job);
  const columns = Object.entries(row);
  await sql`insert into jobs (${sql.join(columns.map(([name]) => sql.ref(name)))})
    values (${sql.join(columns.map(([, value]) => value))})`.execute(database);
  await migrateToLatest(dialect);
  const stored: unknown = await database.selectFrom('jobs').selectAll().executeTakeFirst();
  assert.deepEqual(decodeJob(stored), { ...job, requestId: '', scheduledRun: null });
  await dialect.close();
});

test('the files of external audiences move out of `audienceMeta`, and older documents are read', async () => {
  const dialect = openSqliteDialect(':memory:');
  const { database } = dialect;
  const scope = sampleScope('OLD');
  const source = {
    path: 'vips.csv',
    type: 'file',
    sourceType: null,
    cloudType: null,
    baseConnectionId: null,
    encryption: null,
  } as const;
  const ingestion = { fields: [{ name: 'email', type: 'string', identityNs: 'Email', labels: [] }], source } as const;
  const stored = (id: string, audienceMeta: JsonObject | null): string => {
    const { ingestion: _, ...document } = JSON.parse(encodeAudienceDocument(sampleExternal(id, { audienceMeta })));
    return JSON.stringify(document);
  };
  await migrateToLatest(dialect);
  await sql`delete from kysely_migration where name = '0010-ingestion-and-titles'`.execute(database);
  for (const column of ['modified_at', 'modified_by', 'version']) {
    await sql`alter table sandboxes drop column ${sql.ref(column)}`.execute(database);
  }
  const metas = { files: { ...ingestion }, free: { segmentStatus: 'ACTIVE', source: 'crm' }, none: null };
  for (const [id, meta] of Object.entries(metas)) {
    await database
      .insertInto('audiences')
      .values(encodeAudience(scope, sampleExternal(id)))
      .execute();
    const row = { org: scope.org, sandbox: scope.sandbox, id, document: stored(id, meta), metrics: null };
    await database.insertInto('audience_documents').values(row).execute();
  }
  const { payloadSchema: _, ...old } = JSON.parse(encodeAudienceDocument(samplePlatform('old')));
  await database
    .insertInto('audiences')
    .values(encodeAudience(scope, samplePlatform('old')))
    .execute();
  const row = { org: scope.org, sandbox: scope.sandbox, id: 'old', document: JSON.stringify(old), metrics: null };
  await database.insertInto('audience_documents').values(row).execute();
  await migrateToLatest(dialect);
  const rows: readonly unknown[] = await database.selectFrom('audience_documents').selectAll().orderBy('id').execute();
  assert.deepEqual(rows.map(decodeAudience), [
    sampleExternal('files', { ingestion }),
    sampleExternal('free', { audienceMeta: metas.free }),
    sampleExternal('none'),
    samplePlatform('old'),
  ]);
  await dialect.close();
});
