/**
 * A batch run: scans fill bitmaps in staging tables, algebra combines them, the difference with the stored members is
 * logged, and the new members are stored.
 *
 * The row in `memberships` is the commit of an audience: it carries the run's id. A run that was cut off leaves changes
 * without a commit, which nobody sees and the next run removes first (`run-intents.ts`); audiences it did commit are left
 * as they are.
 */
import { createHash } from 'node:crypto';
import { type AudienceCount, audienceId } from '@muster/audience';
import { joinSql, noSql, parameter, type SqlFragment, sql } from '@muster/pql';
import type { BatchOutcome, BatchRun, ProgressListener } from '../ports/data-store.ts';
import { operandKeys, operandsOf, renderFormula } from './formula-sql.ts';
import { countsAt, numberAt, textAt } from './row.ts';
import { beginRun } from './run-intents.ts';
import type { SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

/** Audiences per statement: bounds the text, and the bitmaps that are in memory together. */
const audiencesPerStatementMax = 64;
/** Different bitmaps per statement of algebra. */
const operandsPerStatementMax = 256;

type RunAudience = BatchRun['plan']['audiences'][number];

interface RunContext {
  readonly client: SqlClient;
  readonly tables: SandboxTables;
  readonly run: BatchRun;
  readonly signal: AbortSignal;
  /** `(run_key String, members)`: the bitmaps of leaves, of everyone, of each namespace. */
  readonly leaves: SqlFragment;
  /** `(audience_id, members)`: what the algebra gives. */
  readonly members: SqlFragment;
}

const namespacePrefix = 'namespace ';

/** Runs a batch. */
export async function runBatch(
  client: SqlClient,
  tables: SandboxTables,
  run: BatchRun,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<BatchOutcome> {
  const hash = createHash('sha256').update(run.runId).digest('hex').slice(0, 16);
  const context: RunContext = {
    client,
    tables,
    run,
    signal: options.signal,
    leaves: tables.staging('leaves', hash),
    members: tables.staging('members', hash),
  };
  options.signal.throwIfAborted();
  try {
    await createStaging(context);
    const pending = await beginRun(client, tables, run);
    if (pending.length > 0) await evaluate(context, pending, options.onProgress);
    options.onProgress(1);
    return await loadOutcome(context);
  } finally {
    await dropStaging(context);
  }
}

async function createStaging({ client, leaves, members }: RunContext): Promise<void> {
  const bitmap = sql`members AggregateFunction(groupBitmap, UInt32)`;
  await client.command(
    sql`CREATE OR REPLACE TABLE ${leaves} (run_key String, ${bitmap}) ENGINE = MergeTree ORDER BY run_key`,
  );
  await client.command(
    sql`CREATE OR REPLACE TABLE ${members} (audience_id String, ${bitmap}) ENGINE = MergeTree ORDER BY audience_id`,
  );
}

async function dropStaging({ client, leaves, members }: RunContext): Promise<void> {
  for (const table of [leaves, members]) await client.command(sql`DROP TABLE IF EXISTS ${table}`);
}

async function evaluate(
  context: RunContext,
  audiences: readonly RunAudience[],
  onProgress: ProgressListener,
): Promise<void> {
  const { scans } = context.run.plan;
  const chunks = chunksOf(audiences);
  const steps = scans.length + 1 + 2 * chunks.length;
  let done = 0;
  const step = async (work: Promise<void>): Promise<void> => {
    await work;
    onProgress(Math.min(1, ++done / steps));
  };
  await step(fillPeople(context, audiences));
  for (const scan of scans) await step(fillLeaves(context, scan));
  for (const chunk of chunks) await step(fillMembers(context, chunk));
  context.signal.throwIfAborted();
  // From here on the run is not aborted any more: either no audience is stored or all are, unless the engine fails.
  for (const chunk of chunks) await step(commit(context, chunk));
}

/** Groups of audiences that one statement can take. */
function chunksOf(audiences: readonly RunAudience[]): readonly (readonly RunAudience[])[] {
  const chunks: RunAudience[][] = [];
  let operands = new Set<string>();
  for (const audience of audiences) {
    const needed = operandsOf(audience.formula);
    const joined = operands.union(needed);
    const last = chunks.at(-1);
    if (last !== undefined && last.length < audiencesPerStatementMax && joined.size <= operandsPerStatementMax) {
      last.push(audience);
      operands = joined;
    } else {
      chunks.push([audience]);
      operands = new Set(needed);
    }
  }
  return chunks;
}

/** The bitmaps of everyone, if some formula needs it, and of everyone by the namespace of the primary identity. */
async function fillPeople(
  { client, tables, leaves, signal }: RunContext,
  audiences: readonly RunAudience[],
): Promise<void> {
  const profiles = tables.table('profiles');
  const byNamespace = parameter(namespacePrefix, 'String');
  await client.command(
    sql`INSERT INTO ${leaves} (run_key, members)
      SELECT concat(${byNamespace}, namespace), groupBitmapState(profile_id) FROM ${profiles} GROUP BY namespace`,
    signal,
  );
  if (!audiences.some(({ formula }) => operandsOf(formula).has(operandKeys.everyone))) return;
  await client.command(
    sql`INSERT INTO ${leaves} (run_key, members)
      SELECT ${parameter(operandKeys.everyone, 'String')}, groupBitmapMergeState(members)
      FROM ${leaves} WHERE startsWith(run_key, ${byNamespace})`,
    signal,
  );
}

/** Runs a scan and stores the bitmap of each of its leaves. */
async function fillLeaves(
  { client, leaves, signal }: RunContext,
  scan: BatchRun['plan']['scans'][number],
): Promise<void> {
  const keys = parameter(scan.leaves.map(operandKeys.leaf), 'Array(String)');
  await client.command(
    sql`INSERT INTO ${leaves} (run_key, members)
      SELECT ${keys}[position], bitmap FROM (SELECT bitmaps FROM (${scan.select}))
      ARRAY JOIN bitmaps AS bitmap, arrayEnumerate(bitmaps) AS position`,
    signal,
  );
}

/** Computes the members of a chunk of audiences. */
async function fillMembers(context: RunContext, audiences: readonly RunAudience[]): Promise<void> {
  const names = new Map<string, SqlFragment>();
  const aggregates: SqlFragment[] = [];
  const results = audiences.map((audience) =>
    renderFormula(audience.formula, (key) => {
      const known = names.get(key);
      if (known !== undefined) return known;
      const name = sql`operands[${parameter(names.size + 1, 'UInt32')}]`;
      names.set(key, name);
      aggregates.push(sql`groupBitmapMergeStateIf(members, operand = ${parameter(key, 'String')})`);
      return name;
    }),
  );
  const { client, tables, leaves, members, signal } = context;
  const keys = parameter([...names.keys()], 'Array(String)');
  const stored = storedOperands(tables, [...names.keys()]);
  const ids = parameter(
    audiences.map((audience) => audience.audienceId),
    'Array(String)',
  );
  await client.command(
    sql`INSERT INTO ${members} (audience_id, members)
      SELECT ${ids}[position], result FROM (
        SELECT [${joinSql(results)}] AS results FROM (
          SELECT [${joinSql(aggregates)}] AS operands FROM (
            SELECT run_key AS operand, members FROM ${leaves} WHERE has(${keys}, run_key)${stored})))
      ARRAY JOIN results AS result, arrayEnumerate(results) AS position`,
    signal,
  );
}

/** The rest of a union that gives the stored members of the audiences among `keys`; nothing when there are none. */
function storedOperands(tables: SandboxTables, keys: readonly string[]): SqlFragment {
  const prefix = operandKeys.audience('');
  const ids = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  if (ids.length === 0) return noSql;
  return sql` UNION ALL
    SELECT concat(${parameter(prefix, 'String')}, audience_id) AS operand, members
    FROM ${tables.table('memberships')} FINAL WHERE has(${parameter(ids, 'Array(String)')}, audience_id)`;
}

/** Logs the differences of a chunk of audiences, then stores their members: the commit. */
async function commit(context: RunContext, audiences: readonly RunAudience[]): Promise<void> {
  const { client, tables, members, leaves, run } = context;
  const ids = parameter(
    audiences.map((audience) => audience.audienceId),
    'Array(String)',
  );
  const compared = sql`SELECT audience_id, groupBitmapMergeStateIf(members, is_new) AS after,
      groupBitmapMergeStateIf(members, NOT is_new) AS before
    FROM (SELECT audience_id, members, true AS is_new FROM ${members} WHERE has(${ids}, audience_id)
      UNION ALL SELECT audience_id, members, false AS is_new FROM ${tables.table('memberships')} FINAL
      WHERE has(${ids}, audience_id))
    GROUP BY audience_id`;
  const asOf = parameter(run.asOf, 'Int64');
  const runId = parameter(run.runId, 'String');
  await client.command(
    sql`INSERT INTO ${tables.table('membership_changes')} (audience_id, at, profile_id, status, run_id)
      SELECT audience_id, ${asOf}, arrayJoin(bitmapToArray(difference.1)), difference.2, ${runId}
      FROM (SELECT audience_id, arrayJoin([(bitmapAndnot(after, before), 'realized'),
        (bitmapAndnot(before, after), 'exited')]) AS difference FROM (${compared}))`,
  );
  const namespaces = sql`SELECT groupArray((substring(run_key, ${parameter(namespacePrefix.length + 1, 'UInt32')}),
      members)) AS namespaces FROM ${leaves} WHERE startsWith(run_key, ${parameter(namespacePrefix, 'String')})`;
  const byNamespace = sql`mapFromArrays(namespaces.1,
    arrayMap(people -> bitmapAndCardinality(after, people), namespaces.2))`;
  await client.command(
    sql`INSERT INTO ${tables.table('memberships')}
        (audience_id, members, total, realized, existing, exited, by_namespace, as_of, run_id)
      SELECT audience_id, after, bitmapCardinality(after), bitmapAndnotCardinality(after, before),
        bitmapAndCardinality(after, before), bitmapAndnotCardinality(before, after), ${byNamespace}, ${asOf}, ${runId}
      FROM (${compared}) AS compared CROSS JOIN (${namespaces}) AS people`,
  );
}

/** The counters this run committed, and the number of profiles. */
async function loadOutcome({ client, tables, run }: RunContext): Promise<BatchOutcome> {
  const ids = parameter(
    run.plan.audiences.map((audience) => audience.audienceId),
    'Array(String)',
  );
  const rows = await client.rows(
    sql`SELECT audience_id, total, realized, existing, exited, mapFilter((name, people) -> people > 0, by_namespace)
      FROM ${tables.table('memberships')} FINAL WHERE run_id = ${parameter(run.runId, 'String')} AND has(${ids}, audience_id)`,
  );
  const counts = rows.map(
    (row): AudienceCount => ({
      audienceId: audienceId(textAt(row, 0)),
      total: numberAt(row, 1),
      realized: numberAt(row, 2),
      existing: numberAt(row, 3),
      exited: numberAt(row, 4),
      byNamespace: countsAt(row, 5),
    }),
  );
  const order = new Map(run.plan.audiences.map((audience, index) => [audience.audienceId, index]));
  counts.sort((left, right) => (order.get(left.audienceId) ?? 0) - (order.get(right.audienceId) ?? 0));
  const [people] = await client.rows(sql`SELECT count() FROM ${tables.table('profiles')} FINAL`);
  return { totalProfiles: people === undefined ? 0 : numberAt(people, 0), counts };
}
