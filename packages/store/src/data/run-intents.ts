/**
 * Which run is about to change an audience, and what it builds on: tells lines of the change log that a run was cut off
 * after from those that count.
 *
 * INVARIANT: before a run logs its first line for an audience, the row of the audience in `run_intents` names the run
 * and the run whose members are stored. While those are still the stored ones, the run's lines have no effect: readers
 * leave them out, and the next run, whichever it is, removes them before it names itself.
 */
import type { AudienceId } from '@muster/audience';
import { parameter, type SqlFragment, sql } from '@muster/pql';
import type { BatchRun } from '../ports/data-store.ts';
import { numberAt, textAt } from './row.ts';
import type { SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

type RunAudience = BatchRun['plan']['audiences'][number];

/** Lines of the log that one run wrote for one audience: the first columns of the order of the log, and the run. */
interface LoggedRun {
  readonly audienceId: string;
  readonly at: number;
  readonly runId: string;
}

/**
 * Removes what earlier runs, or earlier attempts of this one, logged for the run's audiences without storing members;
 * notes what the run is about to do; gives the audiences it has not stored yet.
 */
export async function beginRun(
  client: SqlClient,
  tables: SandboxTables,
  { runId, asOf, plan }: BatchRun,
): Promise<readonly RunAudience[]> {
  const ids = parameter(
    plan.audiences.map(({ audienceId }) => audienceId),
    'Array(String)',
  );
  const stored = new Map(
    (
      await client.rows(
        sql`SELECT audience_id, run_id FROM ${tables.table('memberships')} FINAL WHERE has(${ids}, audience_id)`,
      )
    ).map((row) => [textAt(row, 0), textAt(row, 1)]),
  );
  const pending = plan.audiences.filter(({ audienceId }) => stored.get(audienceId) !== runId);
  if (pending.length === 0) return pending;
  await removeLines(client, tables, await findCutOff(client, tables, ids, stored));
  const intents = pending.map(({ audienceId }) =>
    JSON.stringify([audienceId, runId, stored.get(audienceId) ?? '', asOf]),
  );
  await client.insert(
    sql`INSERT INTO ${tables.table('run_intents')} (audience_id, run_id, previous_run_id, at)`,
    intents,
  );
  return pending;
}

/** The runs that meant to change the audiences and did not get to store members. */
async function findCutOff(
  client: SqlClient,
  tables: SandboxTables,
  ids: SqlFragment,
  stored: ReadonlyMap<string, string>,
): Promise<readonly LoggedRun[]> {
  const rows = await client.rows(
    sql`SELECT audience_id, at, run_id, previous_run_id FROM ${tables.table('run_intents')} FINAL
      WHERE has(${ids}, audience_id)`,
  );
  return rows
    .filter((row) => textAt(row, 3) === (stored.get(textAt(row, 0)) ?? ''))
    .map((row) => ({ audienceId: textAt(row, 0), at: numberAt(row, 1), runId: textAt(row, 2) }));
}

/** Removes lines from the log. Nothing is written when there are none, and only a few rows of the log are read. */
async function removeLines(client: SqlClient, tables: SandboxTables, runs: readonly LoggedRun[]): Promise<void> {
  if (runs.length === 0) return;
  const audienceIds = parameter(
    runs.map(({ audienceId }) => audienceId),
    'Array(String)',
  );
  const times = parameter(
    runs.map(({ at }) => at),
    'Array(Int64)',
  );
  const runIds = parameter(
    runs.map(({ runId }) => runId),
    'Array(String)',
  );
  const changes = tables.table('membership_changes');
  // The first two conditions, on single columns, let the order of the log be used.
  const lines = sql`audience_id IN (SELECT arrayJoin(${audienceIds})) AND at IN (SELECT arrayJoin(${times}))
    AND (audience_id, at, run_id) IN (SELECT line.1, line.2, line.3
      FROM (SELECT arrayJoin(arrayZip(${audienceIds}, ${times}, ${runIds})) AS line))`;
  const [row] = await client.rows(sql`SELECT count() FROM ${changes} WHERE ${lines}`);
  if (row !== undefined && numberAt(row, 0) > 0) await client.command(sql`DELETE FROM ${changes} WHERE ${lines}`);
}

/** A condition on the log of an audience: the line is not one of a run that was cut off, or is still under way. */
export function isInEffect(tables: SandboxTables, id: AudienceId): SqlFragment {
  const audience = sql`audience_id = ${parameter(id, 'String')}`;
  // `max` of no rows is the empty string, which stands for an audience without members stored.
  const stored = sql`(SELECT max(run_id) FROM ${tables.table('memberships')} FINAL WHERE ${audience})`;
  return sql`(at, run_id) NOT IN (SELECT at, run_id FROM ${tables.table('run_intents')} FINAL
    WHERE ${audience} AND previous_run_id = ${stored})`;
}
