/** Requests that are carried out once, and more of what audiences are found and sorted by. */
import { type Kysely, type Migration, sql } from 'kysely';
import { booleanOf, memberOf, numberOrNullOf, parsedOf, textOf, textOrNullOf } from '../rows/row.ts';
import type { MigrationContext } from './migration-context.ts';

async function createOnceRequests(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
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
}

/** Adds the columns with the value of an audience that has none. */
async function addAttributes(db: Kysely<unknown>, context: MigrationContext): Promise<void> {
  const texts = ['origin_name', 'created_by', 'last_modified_by', 'merge_policy_id', 'dataset_id'];
  const columns = [
    ...texts.map((name) => ({ name, type: context.byteTextType, absent: '' })),
    ...['streaming', 'edge'].map((name) => ({ name, type: 'bigint', absent: 0 }) as const),
    { name: 'ttl_in_days', type: 'bigint', absent: -1 } as const,
  ];
  for (const { name, type, absent } of columns) {
    await db.schema
      .alterTable('audiences')
      .addColumn(name, type, (it) => it.notNull().defaultTo(absent))
      .execute();
  }
}

/** Text as columns hold it; the migration has its own copy, since it must not change with the program. */
const asColumnText = (text: string | null): string => (text ?? '').toWellFormed().replaceAll('\u0000', '\ufffd');

const asNumber = (flag: boolean): number => (flag ? 1 : 0);

/** The values of the new columns, from the document of an audience. */
function attributesOf(document: unknown) {
  const isPlatform = textOf(document, 'kind') === 'platform';
  const evaluation = isPlatform ? memberOf(document, 'evaluation') : { streaming: false, edge: false };
  return {
    origin_name: asColumnText(textOf(document, 'originName')),
    created_by: asColumnText(textOf(document, 'createdBy')),
    last_modified_by: asColumnText(textOf(document, 'lastModifiedBy')),
    merge_policy_id: isPlatform ? asColumnText(textOf(document, 'mergePolicyId')) : '',
    dataset_id: isPlatform ? '' : asColumnText(textOrNullOf(document, 'datasetId')),
    streaming: asNumber(booleanOf(evaluation, 'streaming')),
    edge: asNumber(booleanOf(evaluation, 'edge')),
    ttl_in_days: numberOrNullOf(document, 'ttlInDays') ?? -1,
  };
}

const rowsAtOnce = 500;

/** Fills the new columns of the audiences that there are, a part at a time, in the order of the key. */
async function fillAttributes(db: Kysely<unknown>): Promise<void> {
  let last = { org: '', sandbox: '', id: '' };
  for (;;) {
    const { rows } = await sql<unknown>`
      select org, sandbox, id, document from audience_documents
      where (org, sandbox, id) > (${last.org}, ${last.sandbox}, ${last.id})
      order by org, sandbox, id limit ${rowsAtOnce}
    `.execute(db);
    for (const row of rows) {
      last = { org: textOf(row, 'org'), sandbox: textOf(row, 'sandbox'), id: textOf(row, 'id') };
      const assignments = Object.entries(attributesOf(parsedOf(row, 'document'))).map(
        ([column, value]) => sql`${sql.ref(column)} = ${value}`,
      );
      await sql`
        update audiences set ${sql.join(assignments)}
        where org = ${last.org} and sandbox = ${last.sandbox} and id = ${last.id}
      `.execute(db);
    }
    if (rows.length < rowsAtOnce) return;
  }
}

/** Columns that lists are sorted and filtered by, the new ones and those of the first version without an index. */
const indexedColumns = [
  ...['origin_name', 'created_by', 'last_modified_by', 'merge_policy_id', 'dataset_id', 'ttl_in_days', 'kind', 'batch'],
  ...['streaming', 'edge', 'lifecycle', 'schema_name'],
];

/** Columns of up to 1,536 bytes: with the name of a schema their entries could be too long for PostgreSQL. */
const longColumns: ReadonlySet<string> = new Set(['merge_policy_id', 'dataset_id']);

/** Like the indexes of the first version: each ends in what lists filter by most, so that it counts without the table. */
async function indexAttributes(db: Kysely<unknown>): Promise<void> {
  for (const column of indexedColumns) {
    const filters = longColumns.has(column) ? ['lifecycle'] : ['lifecycle', 'schema_name'];
    await db.schema
      .createIndex(`audiences_by_${column}`)
      .on('audiences')
      .columns(['org', 'sandbox', column, 'id', ...filters.filter((filter) => filter !== column)])
      .execute();
  }
}

/** The migration that makes the table of remembered requests and the columns of further attributes. */
export function createRequestsAndAttributesMigration(context: MigrationContext): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      await createOnceRequests(db, context);
      await addAttributes(db, context);
      await fillAttributes(db);
      await indexAttributes(db);
    },
  };
}
