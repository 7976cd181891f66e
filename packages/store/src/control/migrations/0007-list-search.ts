/** What lists of audiences are answered by besides columns: labels and tags as rows, and a count of each tenant's changes. */
import { type Kysely, type Migration, sql } from 'kysely';
import { parsedOf, textOf, textsOf } from '../rows/row.ts';
import type { MigrationContext } from './migration-context.ts';

async function createElements(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  await db.schema
    .createTable('audience_elements')
    .addColumn('org', text, (it) => it.notNull())
    .addColumn('sandbox', text, (it) => it.notNull())
    .addColumn('audience_id', text, (it) => it.notNull())
    .addColumn('element', text, (it) => it.notNull())
    .addColumn('value', text, (it) => it.notNull())
    .addPrimaryKeyConstraint('audience_elements_pk', ['org', 'sandbox', 'element', 'value', 'audience_id'])
    .addForeignKeyConstraint(
      'audience_elements_fk',
      ['org', 'sandbox', 'audience_id'],
      'audiences',
      ['org', 'sandbox', 'id'],
      (it) => it.onDelete('cascade'),
    )
    .execute();
  // For the deletion of an audience.
  await db.schema
    .createIndex('audience_elements_by_audience')
    .on('audience_elements')
    .columns(['org', 'sandbox', 'audience_id'])
    .execute();
}

async function createChanges(db: Kysely<unknown>, { byteTextType: text }: MigrationContext): Promise<void> {
  await db.schema
    .createTable('audience_changes')
    .addColumn('org', text, (it) => it.notNull())
    .addColumn('sandbox', text, (it) => it.notNull())
    .addColumn('total', 'bigint', (it) => it.notNull())
    .addPrimaryKeyConstraint('audience_changes_pk', ['org', 'sandbox'])
    .execute();
}

/** Text as columns hold it; the migration has its own copy, since it must not change with the program. */
const asColumnText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

const rowsAtOnce = 500;

/** Makes the rows of the audiences that there are, a part at a time, in the order of the key. */
async function fillElements(db: Kysely<unknown>): Promise<void> {
  let last = { org: '', sandbox: '', id: '' };
  for (;;) {
    const { rows } = await sql<unknown>`
      select org, sandbox, id, document from audience_documents
      where (org, sandbox, id) > (${last.org}, ${last.sandbox}, ${last.id})
      order by org, sandbox, id limit ${rowsAtOnce}
    `.execute(db);
    for (const row of rows) {
      last = { org: textOf(row, 'org'), sandbox: textOf(row, 'sandbox'), id: textOf(row, 'id') };
      const document = parsedOf(row, 'document');
      for (const element of ['labels', 'tags']) {
        for (const value of new Set(textsOf(document, element).map(asColumnText))) {
          await sql`
            insert into audience_elements (org, sandbox, audience_id, element, value)
            values (${last.org}, ${last.sandbox}, ${last.id}, ${element}, ${value})
          `.execute(db);
        }
      }
    }
    if (rows.length < rowsAtOnce) return;
  }
}

/** The migration that makes labels and tags searchable, and changes countable. */
export function createListSearchMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createElements(db, context);
      await createChanges(db, context);
      await fillElements(db);
    },
  };
}
