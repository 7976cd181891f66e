/** The data plane on the ClickHouse engine, be it a server or embedded. */
import type { AudienceCount, AudienceId, ExportFormat, ProfileId, Scope } from '@muster/audience';
import { type DataLayout, identifier, type Schema, type SqlFragment, sql, type TableLayout } from '@muster/pql';
import type {
  BatchOutcome,
  BatchRun,
  DataCounts,
  DataStore,
  GivenMembers,
  Member,
  MemberPage,
  MembershipChange,
  MembershipSummary,
  Probe,
  ProbeOutcome,
  ProgressListener,
  RowCounts,
  RowQuery,
  WriteBatch,
} from '../ports/data-store.ts';
import { pathOfColumn } from './column-name.ts';
import { databaseName } from './database-name.ts';
import {
  deleteMemberships,
  loadChanges,
  loadMembers,
  loadProfiles,
  loadSummaries,
  membersOf,
  streamMembers,
} from './memberships.ts';
import { runProbe } from './probe.ts';
import { numberAt } from './row.ts';
import { countRows, exportRows } from './rows-export.ts';
import { replaceMembers, runBatch } from './run-batch.ts';
import type { SqlClient } from './sql-client.ts';
import { type FieldColumns, loadFieldColumns } from './table-columns.ts';
import { createTables, type SandboxTables, sandboxTables } from './tables.ts';
import { writeBatch } from './write-batch.ts';

/** Tables whose reads pay for rows that were not merged yet. */
const replacingTables = [
  'namespaces',
  'identities',
  'fragments',
  'profiles',
  'events',
  'memberships',
  'run_intents',
] as const;

/** What this process knows about a sandbox's database. */
interface OpenSandbox {
  readonly tables: SandboxTables;
  /** Read from the engine; null when a write may have changed it. */
  layout: Promise<DataLayout> | null;
}

/** A data store over `client`, which it closes. */
export class ClickHouseDataStore implements DataStore {
  private readonly client: SqlClient;
  private readonly sandboxes = new Map<string, Promise<OpenSandbox>>();

  constructor(client: SqlClient) {
    this.client = client;
  }

  async layout(scope: Scope): Promise<DataLayout> {
    const sandbox = await this.open(scope);
    sandbox.layout ??= this.loadLayout(sandbox);
    return await sandbox.layout;
  }

  async write(scope: Scope, schema: Schema, batch: WriteBatch): Promise<void> {
    if (batch.records.length === 0 && batch.events.length === 0) return;
    const sandbox = await this.open(scope);
    try {
      await writeBatch(this.client, sandbox.tables, schema, batch);
    } finally {
      sandbox.layout = null;
    }
  }

  async compact(scope: Scope): Promise<void> {
    const { tables } = await this.open(scope);
    for (const name of replacingTables) await this.client.command(sql`OPTIMIZE TABLE ${tables.table(name)} FINAL`);
  }

  async count(scope: Scope): Promise<DataCounts> {
    const { tables } = await this.open(scope);
    return {
      profiles: await this.countTable(tables.table('profiles')),
      events: await this.countTable(tables.table('events')),
    };
  }

  async runBatch(
    scope: Scope,
    run: BatchRun,
    options: { signal: AbortSignal; onProgress: ProgressListener },
  ): Promise<BatchOutcome> {
    const { tables } = await this.open(scope);
    return await runBatch(this.client, tables, run, options);
  }

  async replaceMembers(scope: Scope, given: GivenMembers, signal: AbortSignal): Promise<AudienceCount> {
    const { tables } = await this.open(scope);
    return await replaceMembers(this.client, tables, given, signal);
  }

  async probe(
    scope: Scope,
    probe: Probe,
    options: { signal: AbortSignal; onProgress: ProgressListener },
  ): Promise<ProbeOutcome> {
    const { tables } = await this.open(scope);
    return await runProbe(this.client, tables, await this.layout(scope), probe, options);
  }

  async profiles(scope: Scope, ids: readonly ProfileId[], fields: readonly string[]): Promise<readonly Member[]> {
    const { tables } = await this.open(scope);
    const { profiles } = await this.layout(scope);
    return await loadProfiles(this.client, tables, profiles.columns, ids, fields);
  }

  async summaries(scope: Scope, ids: readonly AudienceId[]): Promise<ReadonlyMap<AudienceId, MembershipSummary>> {
    const { tables } = await this.open(scope);
    return await loadSummaries(this.client, tables, ids);
  }

  async members(scope: Scope, id: AudienceId, page: MemberPage): Promise<readonly Member[]> {
    const { tables } = await this.open(scope);
    const { profiles } = await this.layout(scope);
    return await loadMembers(this.client, tables, profiles.columns, id, page);
  }

  async *streamMembers(
    scope: Scope,
    id: AudienceId,
    fields: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<Member> {
    const { tables } = await this.open(scope);
    const { profiles } = await this.layout(scope);
    yield* streamMembers(this.client, tables, profiles.columns, id, fields, signal);
  }

  async *exportRows(
    scope: Scope,
    query: RowQuery,
    format: ExportFormat,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    const { tables } = await this.open(scope);
    yield* exportRows(this.client, tables, await this.layout(scope), { query, format, signal });
  }

  async countRows(scope: Scope, query: RowQuery, signal: AbortSignal): Promise<RowCounts> {
    const { tables } = await this.open(scope);
    return await countRows(this.client, tables, query, signal);
  }

  async changes(
    scope: Scope,
    id: AudienceId,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly MembershipChange[]> {
    const { tables } = await this.open(scope);
    return await loadChanges(this.client, tables, id, page);
  }

  async deleteAudience(scope: Scope, id: AudienceId): Promise<void> {
    const { tables } = await this.open(scope);
    await deleteMemberships(this.client, tables, id);
  }

  async dropSandbox(scope: Scope): Promise<void> {
    const database = databaseName(scope);
    this.sandboxes.delete(database);
    await this.client.command(sql`DROP DATABASE IF EXISTS ${identifier(database)} SYNC`);
  }

  async ping(): Promise<void> {
    await this.client.rows(sql`SELECT 1`);
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** The sandbox's tables, made on first use. A failure is forgotten, so that the next call tries again. */
  private open(scope: Scope): Promise<OpenSandbox> {
    const database = databaseName(scope);
    const known = this.sandboxes.get(database);
    if (known !== undefined) return known;
    const opening = createTables(this.client, database).then(
      (): OpenSandbox => ({ tables: sandboxTables(database), layout: null }),
    );
    this.sandboxes.set(database, opening);
    opening.catch(() => {
      if (this.sandboxes.get(database) === opening) this.sandboxes.delete(database);
    });
    return opening;
  }

  private async loadLayout(sandbox: OpenSandbox): Promise<DataLayout> {
    const { tables } = sandbox;
    const table = async (name: 'profiles' | 'events'): Promise<TableLayout> => ({
      from: sql`${tables.table(name)} FINAL`,
      columns: byPath(await loadFieldColumns(this.client, tables.database, name)),
    });
    try {
      return {
        profiles: await table('profiles'),
        events: await table('events'),
        profileIdMax: await this.profileIdMax(tables),
        membersOf: (id) => membersOf(tables, id),
      };
    } catch (error) {
      sandbox.layout = null;
      throw error;
    }
  }

  private async profileIdMax(tables: SandboxTables): Promise<number> {
    const [row] = await this.client.rows(sql`SELECT max(profile_id) FROM ${tables.table('profiles')}`);
    return row === undefined ? 0 : numberAt(row, 0);
  }

  private async countTable(table: SqlFragment): Promise<number> {
    const [row] = await this.client.rows(sql`SELECT count() FROM ${table} FINAL`);
    return row === undefined ? 0 : numberAt(row, 0);
  }
}

function byPath(columns: FieldColumns): TableLayout['columns'] {
  return new Map([...columns].map(([name, column]) => [pathOfColumn(name) ?? name, column]));
}
