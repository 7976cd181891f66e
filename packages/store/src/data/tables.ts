/**
 * The tables of a sandbox's database.
 *
 * - `namespaces`, `identities`: whose profile is whose. Profile ids are dense, from 1 up.
 * - `fragments`: every statement about a profile, with its columns and its whole text, so that profiles can be built
 *   by another merge policy.
 * - `profiles`: one row for every profile, merged from its fragments; also for people without any.
 * - `events`: every event once.
 * - `memberships`, `membership_changes`: the members of audiences now, and who came and went.
 * - `run_intents`: the run that is about to change an audience, or did so last, and the one it builds on.
 * - `batch_identities`, `batch_profiles`: the identities of the batch that is being written; empty otherwise. On disk as
 *   well: when the engine is restarted between two steps of a write, the next must not take the batch for empty.
 *
 * INVARIANT: tables that replace rows keep the row written last. Writes of a sandbox do not overlap, so the last
 * written is the newest.
 */
import { identifier, parameter, type SqlFragment, sql } from '@muster/pql';
import type { SqlClient } from './sql-client.ts';

/** The version of this file's tables; raised with a migration when they change. */
const layoutVersion = 1;

/** What is acknowledged is on disk, not in a cache of the operating system. */
const durable = sql`SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/** The definitions of all tables, by name. */
const definitions = {
  layout_versions: sql`(version UInt32) ENGINE = ReplacingMergeTree ORDER BY version ${durable}`,
  namespaces: sql`(namespace String, spelling String) ENGINE = ReplacingMergeTree ORDER BY namespace ${durable}`,
  identities: sql`(namespace LowCardinality(String), identity String, profile_id UInt32)
    ENGINE = ReplacingMergeTree ORDER BY (namespace, identity) ${durable}`,
  fragments: sql`(profile_id UInt32, dataset_id LowCardinality(String), time Int64, position UInt32,
    attributes String CODEC(ZSTD(1)), statement UInt64 MATERIALIZED cityHash64(attributes))
    ENGINE = ReplacingMergeTree ORDER BY (profile_id, dataset_id, time, statement) ${durable}`,
  profiles: sql`(profile_id UInt32, namespace LowCardinality(String), identity String)
    ENGINE = ReplacingMergeTree ORDER BY profile_id ${durable}`,
  events: sql`(profile_id UInt32, timestamp Int64, _id String, dataset_id LowCardinality(String),
    eventType LowCardinality(Nullable(String)))
    ENGINE = ReplacingMergeTree ORDER BY (profile_id, timestamp, _id) ${durable}`,
  memberships: sql`(audience_id String, members AggregateFunction(groupBitmap, UInt32), total UInt64, realized UInt64,
    existing UInt64, exited UInt64, by_namespace Map(String, UInt64), as_of Int64, run_id String)
    ENGINE = ReplacingMergeTree ORDER BY audience_id ${durable}`,
  membership_changes: sql`(audience_id String, at Int64, logged_at DateTime64(3) DEFAULT now64(3), profile_id UInt32,
    status Enum8('realized' = 1, 'exited' = 2), run_id String)
    ENGINE = MergeTree ORDER BY (audience_id, at, logged_at, profile_id) ${durable}`,
  run_intents: sql`(audience_id String, run_id String, previous_run_id String, at Int64)
    ENGINE = ReplacingMergeTree ORDER BY audience_id ${durable}`,
  batch_identities: sql`(number UInt32, namespace String, spelling String, identity String, has_record Bool)
    ENGINE = MergeTree ORDER BY number ${durable}`,
  batch_profiles: sql`(number UInt32, profile_id UInt32, namespace String, identity String, has_record Bool)
    ENGINE = MergeTree ORDER BY number ${durable}`,
} as const satisfies Record<string, SqlFragment>;

/** The name of a table of every sandbox. */
export type TableName = keyof typeof definitions;

/** The tables of one sandbox, as quoted names. */
export interface SandboxTables {
  readonly database: string;
  readonly table: (name: TableName) => SqlFragment;
  /** The table that holds the bitmaps `kind` of a run while it goes on. */
  readonly staging: (kind: 'leaves' | 'members', runHash: string) => SqlFragment;
}

/** Names the tables in `database`. */
export function sandboxTables(database: string): SandboxTables {
  return {
    database,
    table: (name) => identifier(database, name),
    staging: (kind, runHash) => identifier(database, `run_${kind}_${runHash}`),
  };
}

/** Makes the database and what is missing in it. Repeating it changes nothing. */
export async function createTables(client: SqlClient, database: string): Promise<void> {
  await client.command(sql`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`);
  const existing = await client.rows(
    sql`SELECT name FROM system.tables WHERE database = ${parameter(database, 'String')}`,
  );
  const names = new Set(existing.map((row) => row[0]));
  for (const [name, definition] of Object.entries(definitions)) {
    if (names.has(name)) continue;
    await client.command(sql`CREATE TABLE IF NOT EXISTS ${identifier(database, name)} ${definition}`);
  }
  await recordVersion(client, identifier(database, 'layout_versions'));
}

async function recordVersion(client: SqlClient, table: SqlFragment): Promise<void> {
  const [row] = await client.rows(sql`SELECT max(version) FROM ${table}`);
  const version = Number(row?.[0] ?? 0);
  if (version > layoutVersion) throw new Error(`the data was written by a newer program: layout ${version}`);
  if (version === layoutVersion) return;
  await client.command(sql`INSERT INTO ${table} SELECT ${parameter(layoutVersion, 'UInt32')}`);
}
