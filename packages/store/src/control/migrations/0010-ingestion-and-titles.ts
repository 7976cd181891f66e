/**
 * External audiences keep what is known of their files in a member of their own, apart from the free `audienceMeta`; and
 * who changed a sandbox last, when, and how often.
 */
import { type Kysely, type Migration, sql } from 'kysely';
import { memberOf, parsedObjectOf, textOf } from '../rows/row.ts';
import type { MigrationContext } from './migration-context.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether `audienceMeta` is what the program made of files: fields, and a source with a path. */
function isIngestion(meta: unknown): boolean {
  if (!isObject(meta)) return false;
  const source = memberOf(meta, 'source');
  return Array.isArray(memberOf(meta, 'fields')) && isObject(source) && typeof memberOf(source, 'path') === 'string';
}

const rowsAtOnce = 500;

/** Moves the files of all external audiences, a part at a time, in the order of the key. */
async function moveIngestions(db: Kysely<unknown>): Promise<void> {
  let last = { org: '', sandbox: '', id: '' };
  for (;;) {
    const { rows } = await sql<unknown>`
      select org, sandbox, id, document from audience_documents
      where (org, sandbox, id) > (${last.org}, ${last.sandbox}, ${last.id})
      order by org, sandbox, id limit ${rowsAtOnce}
    `.execute(db);
    for (const row of rows) {
      last = { org: textOf(row, 'org'), sandbox: textOf(row, 'sandbox'), id: textOf(row, 'id') };
      const document = parsedObjectOf(row, 'document');
      const meta = document['audienceMeta'];
      if (!isIngestion(meta)) continue;
      const moved = JSON.stringify({ ...document, audienceMeta: null, ingestion: meta });
      await sql`
        update audience_documents set document = ${moved}
        where org = ${last.org} and sandbox = ${last.sandbox} and id = ${last.id}
      `.execute(db);
    }
    if (rows.length < rowsAtOnce) return;
  }
}

async function addSandboxVersions(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  await db.schema.alterTable('sandboxes').addColumn('modified_at', 'bigint').execute();
  await db.schema.alterTable('sandboxes').addColumn('modified_by', text).execute();
  await db.schema
    .alterTable('sandboxes')
    .addColumn('version', 'integer', (it) => it.notNull().defaultTo(1))
    .execute();
}

/** The migration that gives the files of external audiences a place of their own, and sandboxes a version. */
export function createIngestionAndTitlesMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await moveIngestions(db);
      await addSandboxVersions(db, context);
    },
  };
}
