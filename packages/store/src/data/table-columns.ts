/** The columns of fields: which there are, and how new ones are added. */
import { type Column, type ColumnElement, identifier, joinSql, parameter, type SqlFragment, sql } from '@muster/pql';
import { pathOfColumn } from './column-name.ts';
import type { FieldLeaf } from './field-leaf.ts';
import { textAt } from './row.ts';
import type { SqlClient } from './sql-client.ts';

/** The columns of fields of one table, by column name. */
export type FieldColumns = ReadonlyMap<string, Column>;

const elementTypes = {
  String: sql`String`,
  Int64: sql`Int64`,
  Float64: sql`Float64`,
  Bool: sql`Bool`,
} as const satisfies Record<ColumnElement, SqlFragment>;

const typePattern = /^((?:Array\()*)(?:LowCardinality\()?(Nullable\()?(String|Int64|Float64|Bool)\)*$/;

/** The columns of fields of a table. */
export async function loadFieldColumns(client: SqlClient, database: string, table: string): Promise<FieldColumns> {
  const rows = await client.rows(
    sql`SELECT name, type FROM system.columns
      WHERE database = ${parameter(database, 'String')} AND table = ${parameter(table, 'String')}`,
  );
  const columns = new Map<string, Column>();
  for (const row of rows) {
    const name = textAt(row, 0);
    const column = pathOfColumn(name) === null ? null : decodeColumn(name, textAt(row, 1));
    if (column !== null) columns.set(name, column);
  }
  return columns;
}

function decodeColumn(name: string, type: string): Column | null {
  const match = typePattern.exec(type);
  if (match === null) return null;
  const [, arrays = '', nullable, element] = match;
  if (element !== 'String' && element !== 'Int64' && element !== 'Float64' && element !== 'Bool') return null;
  return { name, element, arrayDepth: arrays.length / 'Array('.length, nullable: nullable !== undefined };
}

/** Adds the columns of `leaves` that a table lacks, in one step. `columns` are those it has. */
export async function addColumns(
  client: SqlClient,
  table: SqlFragment,
  columns: FieldColumns,
  leaves: readonly FieldLeaf[],
): Promise<void> {
  const known = [...columns.values()];
  const additions: SqlFragment[] = [];
  for (const leaf of leaves) {
    if (columns.has(leaf.column.name)) continue;
    additions.push(
      sql`ADD COLUMN IF NOT EXISTS ${identifier(leaf.column.name)} ${columnType(leaf)} ${shape(leaf, known)}`,
    );
    known.push(leaf.column);
  }
  if (additions.length > 0) await client.command(sql`ALTER TABLE ${table} ${joinSql(additions)}`);
}

/** The type of a column; `depth` is how many of its arrays to write. */
function columnType(leaf: FieldLeaf, depth: number = leaf.column.arrayDepth): SqlFragment {
  const element = elementTypes[leaf.column.element];
  const value = leaf.isScalarArray ? element : sql`Nullable(${element})`;
  let type = leaf.isDictionary ? sql`LowCardinality(${value})` : value;
  for (let index = 0; index < depth; index++) type = sql`Array(${type})`;
  return type;
}

/**
 * The default of a column inside an array inside an array: empty values in the shape of a column beside it.
 *
 * The engine keeps only the outermost lengths of parallel columns equal; without this default a column that is added
 * later would have empty inner arrays where its neighbours have items.
 */
function shape(leaf: FieldLeaf, known: readonly Column[]): SqlFragment {
  const { itemsPrefix, itemsDepth } = leaf;
  if (itemsPrefix === null || itemsDepth < 2) return sql``;
  const sibling = known.find((column) => column.name.startsWith(itemsPrefix) && column.arrayDepth >= itemsDepth);
  if (sibling === undefined) return sql``;
  const innermost = columnType(leaf, leaf.column.arrayDepth - itemsDepth + 1);
  return sql`DEFAULT ${resized(innermost, identifier(sibling.name), itemsDepth)}`;
}

function resized(type: SqlFragment, like: SqlFragment, depth: number): SqlFragment {
  if (depth === 1) return sql`arrayResize(defaultValueOfTypeName(${typeName(type)}), length(${like}))`;
  const item = identifier(`level${depth}`);
  return sql`arrayMap(${item} -> ${resized(type, item, depth - 1)}, ${like})`;
}

/** A type as the text that functions take. The types hold no quotes. */
function typeName(type: SqlFragment): SqlFragment {
  return sql`'${type}'`;
}
