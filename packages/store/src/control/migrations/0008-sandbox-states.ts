/** Titles and states of sandboxes; how often each seed of ids was begun. */
import type { Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

/** The migration that lets sandboxes be named, reset and deleted, and ids be made from a seed. */
export function createSandboxStatesMigration({ byteTextType: text }: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('sandboxes').addColumn('title', text).execute();
      await db.schema
        .alterTable('sandboxes')
        .addColumn('state', text, (it) => it.notNull().defaultTo('active'))
        .execute();
      await db.schema
        .createTable('id_streams')
        .addColumn('seed', text, (it) => it.notNull().primaryKey())
        .addColumn('starts', 'bigint', (it) => it.notNull())
        .execute();
    },
  };
}
