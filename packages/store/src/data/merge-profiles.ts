/**
 * Profiles from fragments: leaf by leaf, the latest statement that has a value wins. Arrays count as one leaf; maps are
 * united, key by key. Among statements of one time, the later in its batch.
 * Source: reference, profiles §3.1.
 */
import { type Column, identifier, joinSql, type SqlFragment, sql, tuplePosition } from '@muster/pql';
import type { FieldNode } from './field-leaf.ts';
import type { SqlClient } from './sql-client.ts';
import { loadFieldColumns } from './table-columns.ts';
import type { SandboxTables } from './tables.ts';

/** The names of the columns of each map outside arrays, that of its keys first. */
export function mapColumns(fields: ReadonlyMap<string, FieldNode>): readonly (readonly string[])[] {
  return [...fields.values()].flatMap((node): readonly (readonly string[])[] => {
    if (node.kind === 'object') return mapColumns(node.fields);
    return node.kind === 'items' && node.isMap && node.depth === 1 ? [columnsInside(node.fields)] : [];
  });
}

function columnsInside(fields: ReadonlyMap<string, FieldNode>): readonly string[] {
  return [...fields.values()].flatMap((node) =>
    node.kind === 'leaf' ? [node.leaf.column.name] : columnsInside(node.fields),
  );
}

/** What is merged as one, as a column of the inner query, and the columns of the profile that come of it. */
interface Merged {
  readonly select: SqlFragment;
  readonly columns: readonly { readonly name: string; readonly value: (merged: SqlFragment) => SqlFragment }[];
}

const order = sql`(time, position, statement)`;

/** Builds the profiles of the batch's records from all their fragments. `maps` are the columns of each map. */
export async function mergeProfiles(
  client: SqlClient,
  tables: SandboxTables,
  maps: readonly (readonly string[])[],
): Promise<void> {
  const stored = await loadFieldColumns(client, tables.database, 'fragments');
  const united = maps.map((names) => names.filter((name) => stored.has(name))).filter((names) => names.length > 0);
  const inMaps = new Set(united.flat());
  const merged = [
    ...[...stored.values()].filter(({ name }) => !inMaps.has(name)).map(latestValue),
    ...united.map(unitedMap),
  ];
  const selects = merged.map(({ select }, index) => sql`${select} AS ${identifier(`merged${index}`)}`);
  const targets = merged.flatMap(({ columns }) => columns.map(({ name }) => identifier(name)));
  const values = merged.flatMap(({ columns }, index) =>
    columns.map(({ value }) => value(identifier('m', `merged${index}`))),
  );
  const touched = sql`SELECT profile_id FROM ${tables.table('batch_profiles')} WHERE has_record`;
  await client.command(
    sql`INSERT INTO ${tables.table('profiles')} (${joinSql([sql`profile_id`, sql`namespace`, sql`identity`, ...targets])})
      SELECT ${joinSql([sql`m.profile_id`, sql`p.namespace`, sql`p.identity`, ...values])}
      FROM (SELECT ${joinSql([sql`profile_id`, ...selects])} FROM ${tables.table('fragments')}
        WHERE profile_id IN (${touched}) GROUP BY profile_id) AS m
      INNER JOIN ${tables.table('batch_profiles')} AS p ON p.profile_id = m.profile_id`,
  );
}

/** Parallel columns of an array are empty in the same statements, so all of them take the same one. */
function latestValue({ name, arrayDepth }: Column): Merged {
  const column = identifier(name);
  const select =
    arrayDepth > 0 ? sql`argMaxIf(${column}, ${order}, notEmpty(${column}))` : sql`argMax(${column}, ${order})`;
  return { select, columns: [{ name, value: (merged) => merged }] };
}

/** The entries of all statements as tuples of order, key and values; of each key the latest, in order of key. */
function unitedMap(names: readonly string[]): Merged {
  const [keys = sql`[]`] = names.map((name) => identifier(name));
  const columns = names.map((name) => identifier(name));
  const entry = columns.map((_, index) => sql`tupleElement(one, ${tuplePosition(index + 1)})[place]`);
  const entries = sql`arrayFlatten(arrayMap(
    one -> arrayMap(place -> tuple(one.1, ${joinSql(entry)}), arrayEnumerate(one.2)),
    groupArrayIf(tuple(${joinSql([order, ...columns])}), notEmpty(${keys}))))`;
  // An array of one array gives the entries a name, so that they need not be computed twice.
  const latest = sql`arrayMap(
    entries -> arrayFilter((entry, place) -> indexOf(entries.2, entry.2) = place, entries, arrayEnumerate(entries)),
    [arrayReverseSort(entry -> entry.1, ${entries})])[1]`;
  return {
    select: sql`arraySort(entry -> entry.2, ${latest})`,
    columns: names.map((name, index) => ({
      name,
      value: (merged) => sql`arrayMap(entry -> tupleElement(entry, ${tuplePosition(index + 1)}), ${merged})`,
    })),
  };
}
