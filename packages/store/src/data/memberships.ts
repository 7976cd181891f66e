/** Reads the stored members of audiences and the log of who came and went. */
import { type AudienceId, audienceId, epochMs, type ProfileId, profileId } from '@muster/audience';
import { type Column, identifier, joinSql, type PqlValue, parameter, type SqlFragment, sql } from '@muster/pql';
import type { Member, MemberPage, MembershipChange, MembershipSummary } from '../ports/data-store.ts';
import { fieldValueAt, numberAt, textAt } from './row.ts';
import { isInEffect } from './run-intents.ts';
import type { Row, SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

/** Columns of a member's row before its fields. */
const ownColumns = 3;
const profileIdMax = 0xffff_ffff;

/** The ids of an audience's members, as a parenthesised `SELECT`; none when it was never evaluated. */
export function membersOf(tables: Pick<SandboxTables, 'table'>, id: string): SqlFragment {
  return sql`(SELECT arrayJoin(bitmapToArray(members)) FROM ${tables.table('memberships')} FINAL
    WHERE audience_id = ${parameter(id, 'String')})`;
}

/** The stored sizes of those of `ids` that were evaluated. */
export async function loadSummaries(
  client: SqlClient,
  tables: SandboxTables,
  ids: readonly AudienceId[],
): Promise<ReadonlyMap<AudienceId, MembershipSummary>> {
  if (ids.length === 0) return new Map();
  const rows = await client.rows(
    sql`SELECT audience_id, total, as_of FROM ${tables.table('memberships')} FINAL
      WHERE has(${parameter(ids, 'Array(String)')}, audience_id)`,
  );
  return new Map(
    rows.map((row) => [audienceId(textAt(row, 0)), { members: numberAt(row, 1), asOf: epochMs(numberAt(row, 2)) }]),
  );
}

/** A page of members in order of profile id. */
export async function loadMembers(
  client: SqlClient,
  tables: SandboxTables,
  columns: ReadonlyMap<string, Column>,
  id: AudienceId,
  page: MemberPage,
): Promise<readonly Member[]> {
  const after = page.after ?? 0;
  if (page.limit < 1 || after >= profileIdMax) return [];
  const first = parameter(after + 1, 'UInt32');
  const ids = sql`(SELECT arrayJoin(bitmapToArray(bitmapSubsetLimit(members, ${first}, ${parameter(page.limit, 'UInt32')})))
    FROM ${tables.table('memberships')} FINAL WHERE audience_id = ${parameter(id, 'String')})`;
  const rows = await client.rows(sql`${selectMembers(tables, columns, ids, page.fields)}`);
  return rows.map((row) => decodeMember(row, page.fields));
}

/** The profiles with the given ids, in order of id. */
export async function loadProfiles(
  client: SqlClient,
  tables: SandboxTables,
  columns: ReadonlyMap<string, Column>,
  ids: readonly ProfileId[],
  fields: readonly string[],
): Promise<readonly Member[]> {
  if (ids.length === 0) return [];
  const wanted = sql`(SELECT arrayJoin(${parameter(ids, 'Array(UInt32)')}))`;
  const rows = await client.rows(selectMembers(tables, columns, wanted, fields));
  return rows.map((row) => decodeMember(row, fields));
}

/** All members in order of profile id, as the engine gives them. */
export async function* streamMembers(
  client: SqlClient,
  tables: SandboxTables,
  columns: ReadonlyMap<string, Column>,
  id: AudienceId,
  fields: readonly string[],
  signal: AbortSignal,
): AsyncIterable<Member> {
  const query = selectMembers(tables, columns, membersOf(tables, id), fields);
  for await (const row of client.stream(query, signal)) yield decodeMember(row, fields);
}

/** Sorted reading: the table is in order of profile id, so nothing is gathered before the first row comes. */
function selectMembers(
  tables: SandboxTables,
  columns: ReadonlyMap<string, Column>,
  ids: SqlFragment,
  fields: readonly string[],
): SqlFragment {
  const values = fields.map((path): SqlFragment => {
    const column = columns.get(path);
    return column === undefined ? sql`NULL` : identifier(column.name);
  });
  return sql`SELECT ${joinSql([sql`profile_id`, sql`namespace`, sql`identity`, ...values])}
    FROM ${tables.table('profiles')} FINAL WHERE profile_id IN ${ids} ORDER BY profile_id`;
}

function decodeMember(row: Row, fields: readonly string[]): Member {
  const attributes: Record<string, PqlValue> = Object.create(null);
  for (const [index, field] of fields.entries()) attributes[field] = fieldValueAt(row, ownColumns + index);
  return {
    profileId: profileId(numberAt(row, 0)),
    identity: { namespace: textAt(row, 1), id: textAt(row, 2) },
    attributes,
  };
}

/** A page of the log of an audience, oldest first. */
export async function loadChanges(
  client: SqlClient,
  tables: SandboxTables,
  id: AudienceId,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly MembershipChange[]> {
  const rows = await client.rows(
    sql`SELECT profile_id, status, at FROM ${tables.table('membership_changes')}
      WHERE audience_id = ${parameter(id, 'String')} AND ${isInEffect(tables, id)} ORDER BY at, logged_at, profile_id
      LIMIT ${parameter(page.limit, 'UInt64')} OFFSET ${parameter(page.offset, 'UInt64')}`,
  );
  return rows.map((row) => ({
    profileId: profileId(numberAt(row, 0)),
    status: textAt(row, 1) === 'realized' ? 'realized' : 'exited',
    at: epochMs(numberAt(row, 2)),
  }));
}

/** Forgets the members of an audience, then its log and what was about to change it. */
export async function deleteMemberships(client: SqlClient, tables: SandboxTables, id: AudienceId): Promise<void> {
  for (const table of ['memberships', 'membership_changes', 'run_intents'] as const) {
    await client.command(sql`DELETE FROM ${tables.table(table)} WHERE audience_id = ${parameter(id, 'String')}`);
  }
}
