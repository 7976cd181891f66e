/** Requests that are carried out once: what was made for a key, to be answered again. */
import type { Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

/** The migration that makes the table of remembered requests. */
export function createOnceRequestsMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      const text = context.byteTextType;
      await db.schema
        .createTable('once_requests')
        .addColumn('org', text, (it) => it.notNull())
        .addColumn('sandbox', text, (it) => it.notNull())
        .addColumn('key', text, (it) => it.notNull())
        .addColumn('digest', text, (it) => it.notNull())
        .addColumn('document', text, (it) => it.notNull())
        .addColumn('created_at', 'bigint', (it) => it.notNull())
        .addPrimaryKeyConstraint('once_requests_pk', ['org', 'sandbox', 'key'])
        .execute();
      await db.schema
        .createIndex('once_requests_by_created_at')
        .on('once_requests')
        .columns(['org', 'sandbox', 'created_at', 'key'])
        .execute();
    },
  };
}
