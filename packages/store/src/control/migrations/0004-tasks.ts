/** The table of previews, exports and uploads. This file never changes once it has been released. */
import type { CreateTableBuilder, Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

/** The migration that makes the table of tasks. */
export function createTasksMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      let table: CreateTableBuilder<string, string> = db.schema.createTable('tasks');
      for (const column of ['org', 'sandbox', 'kind', 'id', 'subject', 'status', 'created_by', 'request', 'outcome']) {
        table = table.addColumn(column, context.byteTextType, (it) => it.notNull());
      }
      for (const column of ['number', 'created_at', 'updated_at']) {
        table = table.addColumn(column, 'bigint', (it) => it.notNull());
      }
      await table.addPrimaryKeyConstraint('tasks_pk', ['org', 'sandbox', 'kind', 'id']).execute();
      await db.schema
        .createIndex('tasks_by_number')
        .on('tasks')
        .columns(['org', 'sandbox', 'kind', 'number'])
        .unique()
        .execute();
      await db.schema
        .createIndex('tasks_by_subject')
        .on('tasks')
        .columns(['org', 'sandbox', 'kind', 'subject', 'number'])
        .execute();
      await db.schema
        .createIndex('tasks_by_status_everywhere')
        .on('tasks')
        .columns(['kind', 'status', 'created_at'])
        .execute();
    },
  };
}
