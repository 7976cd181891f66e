/** Profiles and events as files: the engine writes the formats, so that large exports pass through unread. */
import type { ExportFormat } from '@muster/audience';
import {
  type Column,
  type DataLayout,
  identifier,
  joinSql,
  noSql,
  parameter,
  type SqlFragment,
  sql,
} from '@muster/pql';
import type { RowCounts, RowField, RowQuery, RowSelection } from '../ports/data-store.ts';
import { membersOf } from './memberships.ts';
import { numberAt, textAt } from './row.ts';
import { isInEffect } from './run-intents.ts';
import type { FileFormat, SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

const formats: Readonly<Record<ExportFormat, FileFormat>> = { csv: 'CSV', jsonl: 'JSONEachRow', parquet: 'Parquet' };

/** An export under way. */
export interface RowExport {
  readonly query: RowQuery;
  readonly format: ExportFormat;
  readonly signal: AbortSignal;
}

/** The rows of a query as a file. */
export async function* exportRows(
  client: SqlClient,
  tables: SandboxTables,
  layout: DataLayout,
  { query, format, signal }: RowExport,
): AsyncIterable<Uint8Array> {
  const columns = columnsOf(tables, layout, query, format);
  // The engine would begin each piece of a stream with the header again.
  if (format === 'csv') yield Buffer.from(`${columns.map(({ name }) => csvCell(name)).join(',')}\r\n`);
  const select = joinSql(columns.map(({ name, value }) => sql`${value} AS ${identifier(name)}`));
  yield* client.download(sql`SELECT ${select} ${rowsOf(tables, query)}`, formats[format], signal);
}

/** How many rows a query has, by the namespace of the person's identity. */
export async function countRows(
  client: SqlClient,
  tables: SandboxTables,
  query: RowQuery,
  signal: AbortSignal,
): Promise<RowCounts> {
  const rows = await client.rows(
    sql`SELECT p.namespace, count() ${rowsOf(tables, query, { isCounted: true })} GROUP BY p.namespace`,
    signal,
  );
  return Object.fromEntries(rows.map((row) => [textAt(row, 0), numberAt(row, 1)]));
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

interface OutputColumn {
  readonly name: string;
  readonly value: SqlFragment;
}

function columnsOf(
  tables: SandboxTables,
  layout: DataLayout,
  query: RowQuery,
  format: ExportFormat,
): readonly OutputColumn[] {
  const { columns } = query.content === 'profiles' ? layout.profiles : layout.events;
  const table = query.content === 'profiles' ? 'p' : 'e';
  const memberships = membershipsOf(tables, query);
  return [
    { name: 'identityNamespace', value: sql`p.namespace` },
    { name: 'identityId', value: sql`p.identity` },
    ...(memberships === null
      ? []
      : [
          {
            name: 'segmentMembership',
            value: format === 'csv' ? sql`toJSONString(m.memberships)` : sql`m.memberships`,
          },
        ]),
    ...query.fields.map((field) => ({
      name: field.path,
      value: fieldValue(columns.get(field.path), table, field, format),
    })),
  ];
}

/** Moments become times; in CSV, which has no lists, a list is JSON and an empty one an empty cell. */
function fieldValue(
  column: Column | undefined,
  table: string,
  { isTime }: RowField,
  format: ExportFormat,
): SqlFragment {
  if (column === undefined) return sql`CAST(NULL, 'Nullable(String)')`;
  const stored = identifier(table, column.name);
  const value = isTime ? timesIn(stored, column.arrayDepth) : stored;
  if (column.arrayDepth === 0 || format !== 'csv') return value;
  return sql`if(empty(${stored}), '', toJSONString(${value}))`;
}

function timesIn(value: SqlFragment, arrayDepth: number): SqlFragment {
  if (arrayDepth === 0) return sql`fromUnixTimestamp64Milli(${value}, 'UTC')`;
  const item = identifier(`item${arrayDepth}`);
  return sql`arrayMap(${item} -> ${timesIn(item, arrayDepth - 1)}, ${value})`;
}

/** The tables of a query from `FROM` on. Profiles come in order of profile id when nothing is joined to them. */
function rowsOf(tables: SandboxTables, query: RowQuery, { isCounted = false } = {}): SqlFragment {
  const profiles = tables.table('profiles');
  const { selection } = query;
  if (query.content === 'profiles') {
    const memberships = isCounted ? null : membershipsOf(tables, query);
    if (memberships === null) {
      const order = isCounted ? noSql : sql` ORDER BY p.profile_id`;
      return sql`FROM ${profiles} AS p FINAL WHERE ${isSelected(tables, selection, sql`p.profile_id`)}${order}`;
    }
    return sql`FROM ${profiles} AS p FINAL INNER JOIN (${memberships}) AS m ON p.profile_id = m.profile_id
      WHERE ${isSelected(tables, selection, sql`p.profile_id`)}`;
  }
  const conditions = [
    isSelected(tables, selection, sql`e.profile_id`),
    ...(query.from === null ? [] : [sql`e.timestamp >= ${parameter(query.from, 'Int64')}`]),
    ...(query.to === null ? [] : [sql`e.timestamp <= ${parameter(query.to, 'Int64')}`]),
  ];
  const people = sql`SELECT profile_id, namespace, identity FROM ${profiles} FINAL
    WHERE ${isSelected(tables, selection, sql`profile_id`)}`;
  return sql`FROM ${tables.table('events')} AS e FINAL INNER JOIN (${people}) AS p ON e.profile_id = p.profile_id
    WHERE ${joinSql(conditions, sql` AND `)}`;
}

/** A condition on an expression that gives a profile id. */
function isSelected(tables: SandboxTables, selection: RowSelection, id: SqlFragment): SqlFragment {
  const conditions: SqlFragment[] = [];
  const members = selectedMembers(tables, selection);
  if (members !== null) conditions.push(sql`${id} IN ${members}`);
  if (!selection.withEmpty) {
    conditions.push(sql`${id} IN (SELECT profile_id FROM ${tables.table('fragments')} WHERE attributes != '{}')`);
  }
  if (selection.changedAfter !== null) {
    const after = parameter(selection.changedAfter, 'Int64');
    conditions.push(sql`${id} IN (SELECT profile_id FROM ${tables.table('fragments')} WHERE time > ${after}
      UNION ALL SELECT profile_id FROM ${tables.table('events')} WHERE timestamp > ${after})`);
  }
  return conditions.length === 0 ? sql`true` : joinSql(conditions, sql` AND `);
}

/** The ids of the people in the segments, as a parenthesised `SELECT`; null for everyone. */
function selectedMembers(tables: SandboxTables, selection: RowSelection): SqlFragment | null {
  const { segments, qualifiedFrom, qualifiedTo } = selection;
  if (segments === null) return null;
  const [only] = segments;
  // The bitmap of the members answers without the log.
  const isPlain = segments.length === 1 && qualifiedFrom === null && qualifiedTo === null;
  if (isPlain && only?.statuses.length === 1 && only.statuses[0] === 'realized') {
    return membersOf(tables, only.audienceId);
  }
  return sql`(SELECT profile_id FROM (${statesOf(tables, selection)}))`;
}

/** The memberships of each selected person in the segments, as a list in a column; null when they are not asked for. */
function membershipsOf(tables: SandboxTables, query: RowQuery): SqlFragment | null {
  if (query.content !== 'profiles' || !query.withMemberships || query.selection.segments === null) return null;
  const membership = sql`CAST((segment_id, segment_ns, last_status, fromUnixTimestamp64Milli(last_at, 'UTC')),
    'Tuple(segmentId String, segmentNs String, status String, lastQualificationTime DateTime64(3, \\'UTC\\'))')`;
  return sql`SELECT profile_id, groupArray(${membership}) AS memberships
    FROM (${statesOf(tables, query.selection)}) GROUP BY profile_id`;
}

/** Where people last went in each segment, for those states and times that are selected. */
function statesOf(tables: SandboxTables, selection: RowSelection): SqlFragment {
  const { qualifiedFrom, qualifiedTo, segments } = selection;
  const span = [
    ...(qualifiedFrom === null ? [] : [sql`last_at >= ${parameter(qualifiedFrom, 'Int64')}`]),
    ...(qualifiedTo === null ? [] : [sql`last_at <= ${parameter(qualifiedTo, 'Int64')}`]),
  ];
  const states = (segments ?? []).map(({ audienceId, namespace, statuses }) => {
    const id = parameter(audienceId, 'String');
    const evaluatedAt = sql`(SELECT max(as_of) FROM ${tables.table('memberships')} FINAL WHERE audience_id = ${id})`;
    const wanted = statuses.map((status) =>
      status === 'existing'
        ? sql`(last_status = 'realized' AND last_at < ${evaluatedAt})`
        : sql`last_status = ${parameter(status, 'String')}`,
    );
    // The line that was logged last counts, also when a run looked at an earlier moment than the one before.
    return sql`SELECT profile_id, ${id} AS segment_id, ${parameter(namespace, 'String')} AS segment_ns, last_status, last_at
      FROM (SELECT profile_id, argMax(toString(status), (logged_at, at)) AS last_status,
          argMax(at, (logged_at, at)) AS last_at
        FROM ${tables.table('membership_changes')}
        WHERE audience_id = ${id} AND ${isInEffect(tables, audienceId)} GROUP BY profile_id)
      WHERE ${joinSql([sql`(${joinSql(wanted, sql` OR `)})`, ...span], sql` AND `)}`;
  });
  return joinSql(states, sql` UNION ALL `);
}
