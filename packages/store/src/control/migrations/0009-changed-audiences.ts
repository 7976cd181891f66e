/**
 * What audiences were before and after each of the last changes, so that lists that were read before are brought up to
 * date by looking at what changed alone. This file never changes once it has been released.
 */
import type { CreateTableBuilder, Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

const textColumns = [
  ...['id', 'kind', 'external_id', 'external_key', 'namespace', 'name', 'name_folded', 'name_key'],
  ...['description_folded', 'lifecycle', 'schema_name', 'origin_name', 'created_by', 'last_modified_by'],
  ...['merge_policy_id', 'dataset_id', 'etag', 'elements'],
];
const numberColumns = [
  ...['ttl_in_days', 'batch', 'streaming', 'edge', 'created_at', 'updated_at', 'total_profiles'],
  ...['change', 'place', 'sign'],
];

async function createChangedAudiences(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable('changed_audiences');
  for (const column of ['org', 'sandbox', ...textColumns]) table = table.addColumn(column, text, (it) => it.notNull());
  for (const column of numberColumns) table = table.addColumn(column, 'bigint', (it) => it.notNull());
  await table.addPrimaryKeyConstraint('changed_audiences_pk', ['org', 'sandbox', 'change', 'place']).execute();
}

/** Like the other indexes of sorts, with the id behind the column: audiences of one namespace are listed in its order. */
async function sortNamespaces(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('audiences_by_namespace').execute();
  await db.schema
    .createIndex('audiences_by_namespace')
    .on('audiences')
    .columns(['org', 'sandbox', 'namespace', 'id', 'lifecycle', 'schema_name'])
    .execute();
}

/** The migration that makes the table of changed audiences. */
export function createChangedAudiencesMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createChangedAudiences(db, context);
      await sortNamespaces(db);
    },
  };
}
