/**
 * A batch of records and events on its way into the tables.
 *
 * The order (columns, identities, fragments, profiles, events) and the replacing tables make a batch that was cut off
 * at any point whole again when it is repeated: each step skips or replaces what is there.
 */
import { identifier, joinSql, type PqlObject, type Schema, sql } from '@muster/pql';
import type { Identity, WriteBatch } from '../ports/data-store.ts';
import { type FieldNode, fieldNodes } from './field-leaf.ts';
import { mapColumns, mergeProfiles } from './merge-profiles.ts';
import { numberAt, textAt } from './row.ts';
import { planRows, type RowEncoder } from './row-encoder.ts';
import type { SqlClient } from './sql-client.ts';
import { addColumns, type FieldColumns, loadFieldColumns } from './table-columns.ts';
import type { SandboxTables } from './tables.ts';

/** A distinct identity of the batch. */
interface BatchIdentity {
  readonly number: number;
  /** In lower case. */
  readonly namespace: string;
  readonly spelling: string;
  readonly id: string;
  hasRecord: boolean;
}

/** The distinct identities of a batch, and the number of each record's and each event's. */
interface BatchIdentities {
  readonly distinct: readonly BatchIdentity[];
  readonly ofRecords: readonly number[];
  readonly ofEvents: readonly number[];
}

/** The fields of the event type that the table has columns of its own for, filled from the event record itself. */
const eventKeyFields = new Set(['_id', 'timestamp']);

/** Writes a batch. Calls for the same tables must not overlap. */
export async function writeBatch(
  client: SqlClient,
  tables: SandboxTables,
  schema: Schema,
  batch: WriteBatch,
): Promise<void> {
  const attributes = batch.records.map((record) => record.attributes);
  const bodies = batch.events.map((event) => event.body);
  const eventFields = new Map([...fieldNodes(schema.event)].filter(([name]) => !eventKeyFields.has(name)));
  const profileFields = fieldNodes(schema.profile);
  const records = await prepare(client, tables, 'fragments', profileFields, attributes);
  const events = await prepare(client, tables, 'events', eventFields, bodies);

  const identities = collectIdentities(batch);
  const profileIds = await assignProfileIds(client, tables, identities.distinct);
  const profileIdOf = (number: number | undefined): number => profileIds[number ?? -1] ?? 0;

  if (batch.records.length > 0) {
    await insertFragments(client, tables, batch, records, (index) => profileIdOf(identities.ofRecords[index]));
    await mergeProfiles(client, tables, mapColumns(profileFields));
  }
  if (batch.events.length > 0) {
    await addEmptyProfiles(client, tables);
    await insertEvents(client, tables, batch, events, (index) => profileIdOf(identities.ofEvents[index]));
  }
  await client.command(sql`TRUNCATE TABLE ${tables.table('batch_identities')}`);
  await client.command(sql`TRUNCATE TABLE ${tables.table('batch_profiles')}`);
}

/** The encoder of documents for a table, which has the columns it needs afterwards. */
async function prepare(
  client: SqlClient,
  tables: SandboxTables,
  table: 'fragments' | 'events',
  fields: ReadonlyMap<string, FieldNode>,
  documents: readonly PqlObject[],
): Promise<RowEncoder> {
  const stored = await loadFieldColumns(client, tables.database, table);
  const encoder = planRows(fields, documents, stored);
  assertTypes(encoder, stored);
  await addColumns(client, tables.table(table), stored, encoder.leaves);
  if (table === 'fragments') {
    // The merged profiles follow the fragments, also when an earlier batch stopped between the two.
    const merged = await loadFieldColumns(client, tables.database, 'profiles');
    await addColumns(client, tables.table('profiles'), merged, encoder.leaves);
  }
  return encoder;
}

/** A field keeps its type: the schema store refuses changes, since stored columns cannot follow. */
function assertTypes(encoder: RowEncoder, stored: FieldColumns): void {
  for (const { column } of encoder.leaves) {
    const before = stored.get(column.name);
    if (before === undefined || (before.element === column.element && before.arrayDepth === column.arrayDepth))
      continue;
    throw new Error(`the type of column ${column.name} changed from ${before.element} to ${column.element}`);
  }
}

function collectIdentities(batch: WriteBatch): BatchIdentities {
  const byNamespace = new Map<string, Map<string, BatchIdentity>>();
  const distinct: BatchIdentity[] = [];
  const numberOf = (identity: Identity, hasRecord: boolean): number => {
    const namespace = identity.namespace.toWellFormed().toLowerCase();
    const id = identity.id.toWellFormed();
    const known = byNamespace.get(namespace) ?? new Map<string, BatchIdentity>();
    byNamespace.set(namespace, known);
    let entry = known.get(id);
    if (entry === undefined) {
      entry = { number: distinct.length, namespace, spelling: identity.namespace.toWellFormed(), id, hasRecord };
      known.set(id, entry);
      distinct.push(entry);
    }
    entry.hasRecord ||= hasRecord;
    return entry.number;
  };
  return {
    ofRecords: batch.records.map((record) => numberOf(record.identity, true)),
    ofEvents: batch.events.map((event) => numberOf(event.identity, false)),
    distinct,
  };
}

/** The profile ids of the identities, by their number; new ones get the next free ids. */
async function assignProfileIds(
  client: SqlClient,
  tables: SandboxTables,
  distinct: readonly BatchIdentity[],
): Promise<Uint32Array> {
  const [batch, resolved] = [tables.table('batch_identities'), tables.table('batch_profiles')];
  const identities = tables.table('identities');
  const spellings = await spellNamespaces(client, tables, distinct);
  await client.command(sql`TRUNCATE TABLE ${batch}`);
  await client.command(sql`TRUNCATE TABLE ${resolved}`);
  await client.insert(
    sql`INSERT INTO ${batch} (number, namespace, spelling, identity, has_record)`,
    distinct
      .values()
      .map((entry) =>
        JSON.stringify([
          entry.number,
          entry.namespace,
          spellings.get(entry.namespace) ?? entry.spelling,
          entry.id,
          entry.hasRecord,
        ]),
      ),
  );
  const known = sql`SELECT namespace, identity FROM ${identities}
    WHERE (namespace, identity) IN (SELECT namespace, identity FROM ${batch})`;
  await client.command(
    sql`INSERT INTO ${identities} (namespace, identity, profile_id)
      SELECT namespace, identity,
        toUInt32((SELECT max(profile_id) FROM ${identities}) + row_number() OVER (ORDER BY number))
      FROM ${batch} WHERE (namespace, identity) NOT IN (${known})`,
  );
  await client.command(
    sql`INSERT INTO ${resolved} (number, profile_id, namespace, identity, has_record)
      SELECT b.number, i.profile_id, b.spelling, b.identity, b.has_record
      FROM (SELECT namespace, identity, profile_id FROM ${identities}
        WHERE (namespace, identity) IN (SELECT namespace, identity FROM ${batch})) AS i
      INNER JOIN ${batch} AS b ON i.namespace = b.namespace AND i.identity = b.identity`,
  );
  const ids = new Uint32Array(distinct.length);
  for (const row of await client.rows(sql`SELECT number, profile_id FROM ${resolved}`)) {
    ids[numberAt(row, 0)] = numberAt(row, 1);
  }
  if (ids.includes(0)) throw new Error('an identity of the batch got no profile id');
  return ids;
}

/** The spelling of each namespace of the batch: the first one that was seen. */
async function spellNamespaces(
  client: SqlClient,
  tables: SandboxTables,
  distinct: readonly BatchIdentity[],
): Promise<ReadonlyMap<string, string>> {
  const table = tables.table('namespaces');
  const rows = await client.rows(sql`SELECT namespace, spelling FROM ${table} FINAL`);
  const spellings = new Map(rows.map((row) => [textAt(row, 0), textAt(row, 1)]));
  const added: string[] = [];
  for (const { namespace, spelling } of distinct) {
    if (spellings.has(namespace)) continue;
    spellings.set(namespace, spelling);
    added.push(JSON.stringify([namespace, spelling]));
  }
  if (added.length > 0) await client.insert(sql`INSERT INTO ${table} (namespace, spelling)`, added);
  return spellings;
}

async function insertFragments(
  client: SqlClient,
  tables: SandboxTables,
  batch: WriteBatch,
  encoder: RowEncoder,
  profileIdAt: (index: number) => number,
): Promise<void> {
  const columns = encoder.leaves.map((leaf) => identifier(leaf.column.name));
  const own = [sql`profile_id`, sql`dataset_id`, sql`time`, sql`position`, sql`attributes`];
  const lines = batch.records.values().map((record, index) => {
    const text = JSON.stringify(record.attributes).toWellFormed();
    const row: unknown[] = [profileIdAt(index), batch.datasetId, record.time, index, text];
    encoder.encode(record.attributes, row);
    return JSON.stringify(row);
  });
  await client.insert(sql`INSERT INTO ${tables.table('fragments')} (${joinSql([...own, ...columns])})`, lines);
}

/** Gives people who have events but no record a row, so that `profiles` holds everyone. */
async function addEmptyProfiles(client: SqlClient, tables: SandboxTables): Promise<void> {
  const [profiles, batch] = [tables.table('profiles'), tables.table('batch_profiles')];
  await client.command(
    sql`INSERT INTO ${profiles} (profile_id, namespace, identity)
      SELECT profile_id, namespace, identity FROM ${batch} WHERE profile_id NOT IN
        (SELECT profile_id FROM ${profiles} WHERE profile_id IN (SELECT profile_id FROM ${batch}))`,
  );
}

async function insertEvents(
  client: SqlClient,
  tables: SandboxTables,
  batch: WriteBatch,
  encoder: RowEncoder,
  profileIdAt: (index: number) => number,
): Promise<void> {
  const columns = encoder.leaves.map((leaf) => identifier(leaf.column.name));
  const own = [sql`profile_id`, sql`timestamp`, sql`_id`, sql`dataset_id`];
  const lines = batch.events.values().map((event, index) => {
    const row: unknown[] = [profileIdAt(index), event.timestamp, event.id.toWellFormed(), batch.datasetId];
    encoder.encode(event.body, row);
    return JSON.stringify(row);
  });
  await client.insert(sql`INSERT INTO ${tables.table('events')} (${joinSql([...own, ...columns])})`, lines);
}
