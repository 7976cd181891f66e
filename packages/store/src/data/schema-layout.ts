/** The tables of a sandbox as its schema alone tells: for SQL that is shown and not run. */
import {
  type Column,
  type DataLayout,
  identifier,
  type ObjectType,
  type Schema,
  sql,
  type TableLayout,
} from '@muster/pql';
import { pathOfColumn } from './column-name.ts';
import { type FieldNode, fieldNodes } from './field-leaf.ts';
import { membersOf } from './memberships.ts';
import type { TableName } from './tables.ts';

/** Columns that the table of events has from the start, and that always have a value. */
const eventKeys: readonly Column[] = [
  { name: 'timestamp', element: 'Int64', arrayDepth: 0, nullable: false },
  { name: '_id', element: 'String', arrayDepth: 0, nullable: false },
];

/** The table of that name in whatever database is the current one. */
const table = (name: TableName) => identifier(name);

/**
 * The layout of a sandbox in which every field of `schema` has had a value: a column for each leaf. Tables are named
 * without a database, and there are no profiles yet.
 */
export function schemaLayout(schema: Schema): DataLayout {
  return {
    profiles: tableLayout('profiles', schema.profile, []),
    events: tableLayout('events', schema.event, eventKeys),
    profileIdMax: 0,
    membersOf: (id) => membersOf({ table }, id),
  };
}

function tableLayout(name: 'profiles' | 'events', type: ObjectType, own: readonly Column[]): TableLayout {
  const columns = [...columnsOf(fieldNodes(type)), ...own];
  return {
    from: sql`${table(name)} FINAL`,
    columns: new Map(columns.map((column) => [pathOfColumn(column.name) ?? column.name, column])),
  };
}

function columnsOf(nodes: ReadonlyMap<string, FieldNode>): readonly Column[] {
  return [...nodes.values()].flatMap((node) => (node.kind === 'leaf' ? [node.leaf.column] : columnsOf(node.fields)));
}
