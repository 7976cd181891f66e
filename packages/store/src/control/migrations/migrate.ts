/** Brings a control database to the version of this program. */
import { type Migration, Migrator, sql } from 'kysely';
import type { ControlDialect } from '../dialect/control-dialect.ts';
import { StoreOpenError } from '../store-open-error.ts';
import { createInitialMigration } from './0001-initial.ts';
import { createRequestsAndAttributesMigration } from './0002-requests-and-attributes.ts';
import { createSchedulesMigration } from './0003-schedules.ts';
import { createTasksMigration } from './0004-tasks.ts';
import { createListSearchMigration } from './0007-list-search.ts';
import { createSandboxStatesMigration } from './0008-sandbox-states.ts';
import { createChangedAudiencesMigration } from './0009-changed-audiences.ts';
import { createIngestionAndTitlesMigration } from './0010-ingestion-and-titles.ts';
import type { MigrationContext } from './migration-context.ts';

/** The history, in the order of the names. Add to the end; change nothing that was released. */
function createMigrations(context: MigrationContext): Record<string, Migration> {
  return {
    '0001-initial': createInitialMigration(context),
    '0002-requests-and-attributes': createRequestsAndAttributesMigration(context),
    '0003-schedules': createSchedulesMigration(context),
    '0004-tasks': createTasksMigration(context),
    '0007-list-search': createListSearchMigration(context),
    '0008-sandbox-states': createSandboxStatesMigration(context),
    '0009-changed-audiences': createChangedAudiencesMigration(context),
    '0010-ingestion-and-titles': createIngestionAndTitlesMigration(context),
  };
}

/** The names in the database's own history; empty for a new database. */
async function findAppliedNames({ database }: ControlDialect): Promise<readonly string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database);
  return rows.map((row) => row.name);
}

/**
 * Runs the migrations that this database has not seen, all in one transaction: after a failure or a crash the database is
 * as it was. Processes that start together take turns, and the later ones find nothing to do.
 *
 * Throws a `StoreOpenError` when the database has migrations this program does not know.
 */
export async function migrateToLatest(dialect: ControlDialect): Promise<void> {
  const migrations = createMigrations(dialect);
  const unknown = (await findAppliedNames(dialect)).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new StoreOpenError(
      `the control database was written by a newer version of Muster, which added ${unknown
        .map((name) => `\`${name}\``)
        .join(', ')}: start that version or a later one, or use another database`,
    );
  }
  const migrator = new Migrator({ db: dialect.database, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
