/**
 * The first tables.
 *
 * Migrations are history: this file never changes once it has been released; what comes later is a new
 * file.
 */
import type { CreateTableBuilder, Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

/** A table whose rows belong to an organisation and a sandbox. */
function createTenantTable(
  db: Kysely<unknown>,
  context: MigrationContext,
  name: string,
  textColumns: readonly string[],
): CreateTableBuilder<string, string> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const column of ['org', 'sandbox', ...textColumns]) {
    table = table.addColumn(column, context.byteTextType, (definition) => definition.notNull());
  }
  return table;
}

function addIntegers(
  table: CreateTableBuilder<string, string>,
  columns: readonly string[],
): CreateTableBuilder<string, string> {
  return columns.reduce((grown, column) => grown.addColumn(column, 'bigint', (it) => it.notNull()), table);
}

const audienceKey = ['org', 'sandbox', 'id'] as const;

async function createAudiences(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const texts = [
    ...['id', 'kind', 'external_id', 'external_key', 'namespace', 'name', 'name_folded', 'name_key'],
    ...['description_folded', 'lifecycle', 'schema_name', 'etag'],
  ];
  const table = createTenantTable(db, context, 'audiences', texts);
  await addIntegers(table, ['batch', 'created_at', 'updated_at', 'total_profiles'])
    .addPrimaryKeyConstraint('audiences_pk', [...audienceKey])
    .execute();
  await createTenantTable(db, context, 'audience_documents', ['id', 'document'])
    .addColumn('metrics', 'text')
    .addPrimaryKeyConstraint('audience_documents_pk', [...audienceKey])
    .addForeignKeyConstraint('audience_documents_fk', [...audienceKey], 'audiences', [...audienceKey], (it) =>
      it.onDelete('cascade'),
    )
    .execute();
  // `restrict` backs the guard of the store: no audience goes while another refers to it.
  await createTenantTable(db, context, 'audience_dependencies', ['audience_id', 'dependency_id'])
    .addPrimaryKeyConstraint('audience_dependencies_pk', ['org', 'sandbox', 'audience_id', 'dependency_id'])
    .addForeignKeyConstraint(
      'audience_dependencies_from_fk',
      ['org', 'sandbox', 'audience_id'],
      'audiences',
      [...audienceKey],
      (it) => it.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'audience_dependencies_to_fk',
      ['org', 'sandbox', 'dependency_id'],
      'audiences',
      [...audienceKey],
      (it) => it.onDelete('restrict'),
    )
    .execute();
}

async function createIndex(
  db: Kysely<unknown>,
  name: string,
  table: string,
  columns: readonly string[],
): Promise<void> {
  await db.schema
    .createIndex(name)
    .on(table)
    .columns(['org', 'sandbox', ...columns])
    .execute();
}

/** Each index ends in what lists filter by most, so that they are answered from the index alone. */
async function indexAudiences(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const filters = ['lifecycle', 'schema_name'];
  const long = context.indexesLongText ? ['name_folded'] : [];
  for (const sortColumn of ['created_at', 'updated_at', 'total_profiles', 'name_key']) {
    await createIndex(db, `audiences_by_${sortColumn}`, 'audiences', [sortColumn, 'id', ...filters, ...long]);
  }
  await createIndex(db, 'audiences_by_namespace', 'audiences', ['namespace', ...filters]);
  await createIndex(db, 'audiences_by_external_id', 'audiences', ['external_id']);
  await createIndex(db, 'audience_dependencies_by_dependency', 'audience_dependencies', ['dependency_id']);
  await db.schema
    .createIndex('audiences_by_external_key')
    .on('audiences')
    .columns(['org', 'sandbox', 'external_key'])
    .unique()
    .execute();
  if (!context.indexesLongText) return;
  await createIndex(db, 'audiences_by_name', 'audiences', ['name_folded', ...filters, 'id']);
  await createIndex(db, 'audiences_by_description', 'audiences', [
    ...['description_folded', 'name_folded', ...filters, 'id'],
  ]);
}

async function createJobs(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const texts = ['id', 'source', 'status', 'created_by', 'audiences', 'outcome'];
  await addIntegers(createTenantTable(db, context, 'jobs', texts), ['as_of', 'created_at', 'updated_at', 'attempts'])
    .addColumn('progress', 'double precision', (it) => it.notNull())
    .addPrimaryKeyConstraint('jobs_pk', ['org', 'sandbox', 'id'])
    .execute();
  await createTenantTable(db, context, 'job_audiences', ['audience_id', 'job_id'])
    .addPrimaryKeyConstraint('job_audiences_pk', ['org', 'sandbox', 'audience_id', 'job_id'])
    .execute();
  await createIndex(db, 'jobs_by_created_at', 'jobs', ['created_at', 'id', 'status']);
  await createIndex(db, 'jobs_by_status', 'jobs', ['status', 'created_at', 'id']);
  await db.schema.createIndex('jobs_by_status_everywhere').on('jobs').columns(['status', 'created_at']).execute();
}

async function createImports(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const table = createTenantTable(db, context, 'imports', ['id', 'fingerprint', 'status', 'document']);
  await addIntegers(table, ['created_at', 'updated_at'])
    .addPrimaryKeyConstraint('imports_pk', ['org', 'sandbox', 'id'])
    .execute();
  await createIndex(db, 'imports_by_created_at', 'imports', ['created_at', 'id']);
  await createIndex(db, 'imports_by_fingerprint', 'imports', ['fingerprint', 'created_at', 'id']);
  await db.schema.createIndex('imports_by_status_everywhere').on('imports').columns(['status']).execute();
}

async function createTenancy(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const text = context.byteTextType;
  await db.schema
    .createTable('sandboxes')
    .addColumn('org', text, (it) => it.notNull())
    .addColumn('name', text, (it) => it.notNull())
    .addColumn('id', text, (it) => it.notNull().unique())
    .addColumn('type', text, (it) => it.notNull())
    .addColumn('is_default', 'integer', (it) => it.notNull())
    .addColumn('created_at', 'bigint', (it) => it.notNull())
    .addPrimaryKeyConstraint('sandboxes_pk', ['org', 'name'])
    .execute();
  await createTenantTable(db, context, 'schemas', ['class', 'document'])
    .addPrimaryKeyConstraint('schemas_pk', ['org', 'sandbox', 'class'])
    .execute();
}

/** The migration that makes all tables of the first version. */
export function createInitialMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createAudiences(db, context);
      await indexAudiences(db, context);
      await createJobs(db, context);
      await createImports(db, context);
      await createTenancy(db, context);
    },
  };
}
