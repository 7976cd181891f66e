/** Schedules; what jobs know of the run that started them, and their order by the time of the last change. */
import type { Kysely, Migration } from 'kysely';
import type { MigrationContext } from './migration-context.ts';

async function createSchedules(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  await db.schema
    .createTable('schedules')
    .addColumn('org', text, (it) => it.notNull())
    .addColumn('sandbox', text, (it) => it.notNull())
    .addColumn('id', text, (it) => it.notNull())
    .addColumn('created_at', 'bigint', (it) => it.notNull())
    .addColumn('next_run_at', 'bigint')
    .addColumn('document', text, (it) => it.notNull())
    .addPrimaryKeyConstraint('schedules_pk', ['org', 'sandbox', 'id'])
    .execute();
  await db.schema
    .createIndex('schedules_by_created_at')
    .on('schedules')
    .columns(['org', 'sandbox', 'created_at', 'id'])
    .execute();
  await db.schema.createIndex('schedules_by_next_run_everywhere').on('schedules').columns(['next_run_at']).execute();
}

/** Jobs made before have no request id: it is empty. */
async function extendJobs(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  await db.schema
    .alterTable('jobs')
    .addColumn('request_id', text, (it) => it.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('jobs').addColumn('schedule_id', text).execute();
  await db.schema.alterTable('jobs').addColumn('run_id', text).execute();
  await db.schema
    .createIndex('jobs_by_schedule')
    .on('jobs')
    .columns(['org', 'sandbox', 'schedule_id', 'created_at', 'id'])
    .execute();
  await db.schema
    .createIndex('jobs_by_updated_at')
    .on('jobs')
    .columns(['org', 'sandbox', 'updated_at', 'id', 'status'])
    .execute();
}

/** The migration that adds schedules. */
export function createSchedulesMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createSchedules(db, context);
      await extendJobs(db, context);
    },
  };
}
