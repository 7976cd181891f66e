/**
 * A batch run: members are computed, the difference with the stored members is logged, and the new members are stored.
 *
 * The row in `memberships` is the commit of an audience: it carries the run's id. A run that was cut off leaves changes
 * without a commit, which nobody sees and the next run removes first (`run-intents.ts`); audiences it did commit are left
 * as they are.
 */
import { type AudienceCount, audienceId } from '@muster/audience';
import { parameter, sql } from '@muster/pql';
import type { BatchOutcome, BatchRun, GivenMembers, ProgressListener } from '../ports/data-store.ts';
import {
  type Computation,
  chunksOf,
  computationSteps,
  createStaging,
  dropStaging,
  type PlannedAudience,
  peopleByNamespace,
  planComputation,
} from './compute-members.ts';
import { countsAt, numberAt, textAt } from './row.ts';
import { beginRun } from './run-intents.ts';
import type { SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

interface RunContext extends Computation {
  readonly run: BatchRun;
}

/** Runs a batch. */
export async function runBatch(
  client: SqlClient,
  tables: SandboxTables,
  run: BatchRun,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<BatchOutcome> {
  const { signal } = options;
  const context = { ...planComputation(run.runId, { client, tables, plan: run.plan, signal, sample: null }), run };
  signal.throwIfAborted();
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

async function evaluate(
  context: RunContext,
  audiences: readonly PlannedAudience[],
  onProgress: ProgressListener,
): Promise<void> {
  const chunks = chunksOf(audiences);
  const computing = computationSteps(context, chunks);
  const steps = computing.length + chunks.length;
  let done = 0;
  const step = async (work: Promise<void>): Promise<void> => {
    await work;
    onProgress(Math.min(1, ++done / steps));
  };
  for (const compute of computing) await step(compute());
  context.signal.throwIfAborted();
  // From here on the run is not aborted any more: either no audience is stored or all are, unless the engine fails.
  for (const chunk of chunks) await step(commit(context, chunk));
}

/**
 * Stores members that come from elsewhere, as a run of one audience whose formula is nobody and whose bitmap gets those
 * who are given.
 */
export async function replaceMembers(
  client: SqlClient,
  tables: SandboxTables,
  given: GivenMembers,
  signal: AbortSignal,
): Promise<AudienceCount> {
  const audience: PlannedAudience = { audienceId: given.audienceId, formula: { kind: 'nobody' } };
  const run: BatchRun = { runId: given.runId, asOf: given.asOf, plan: { scans: [], audiences: [audience] } };
  const context = { ...planComputation(run.runId, { client, tables, plan: run.plan, signal, sample: null }), run };
  signal.throwIfAborted();
  try {
    await createStaging(context);
    for (const compute of computationSteps(context, [[audience]])) await compute();
    for await (const ids of given.ids) {
      signal.throwIfAborted();
      await client.command(
        sql`INSERT INTO ${context.members} (audience_id, members)
          SELECT ${parameter(given.audienceId, 'String')}, groupBitmapState(profile_id) FROM ${tables.table('identities')}
          WHERE namespace = ${parameter(given.namespace.toWellFormed().toLowerCase(), 'String')}
            AND identity IN (SELECT arrayJoin(${parameter(ids, 'Array(String)')}))`,
        signal,
      );
    }
    const pending = await beginRun(client, tables, run);
    if (pending.length > 0) await commit(context, pending);
    const { counts } = await loadOutcome(context);
    const [count] = counts;
    if (count === undefined) throw new Error('members were given and not stored');
    return count;
  } finally {
    await dropStaging(context);
  }
}

/** Logs the differences of a chunk of audiences, then stores their members: the commit. */
async function commit(context: RunContext, audiences: readonly PlannedAudience[]): Promise<void> {
  const { client, tables, members, run } = context;
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
  const byNamespace = sql`mapFromArrays(namespaces.1,
    arrayMap(people -> bitmapAndCardinality(after, people), namespaces.2))`;
  await client.command(
    sql`INSERT INTO ${tables.table('memberships')}
        (audience_id, members, total, realized, existing, exited, by_namespace, as_of, run_id)
      SELECT audience_id, after, bitmapCardinality(after), bitmapAndnotCardinality(after, before),
        bitmapAndCardinality(after, before), bitmapAndnotCardinality(before, after), ${byNamespace}, ${asOf}, ${runId}
      FROM (${compared}) AS compared CROSS JOIN (${peopleByNamespace(context)}) AS people`,
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
