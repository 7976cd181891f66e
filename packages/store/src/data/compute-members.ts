/**
 * What a run computes before it stores anything: scans fill bitmaps in staging tables, algebra combines them.
 *
 * The staging tables are named by the run, so that a repetition takes the place of what a crash left.
 */
import { createHash } from 'node:crypto';
import { audienceId, Problem } from '@muster/audience';
import { type BatchScans, joinSql, noSql, parameter, type Scan, type SqlFragment, sql } from '@muster/pql';
import { RulesExhausted } from '../ports/rules-exhausted.ts';
import { operandKeys, operandsOf, renderFormula } from './formula-sql.ts';
import type { SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

/** Bounds on statements of the data plane. */
export const dataLimits = {
  /** Bytes that a scan which can be split may use before it is. */
  scanBytesMax: 4_294_967_296,
  /** Seconds that one statement of a scan which holds events in memory may take. */
  scanSecondsMax: 600,
} as const;

/** Audiences per statement: bounds the text, and the bitmaps that are in memory together. */
const audiencesPerStatementMax = 64;
/** Different bitmaps per statement of algebra. */
const operandsPerStatementMax = 256;

/** One audience of a plan: its id and the formula of its members. */
export type PlannedAudience = BatchScans['audiences'][number];

/** A computation with its staging tables. */
export interface Computation {
  readonly client: SqlClient;
  readonly tables: SandboxTables;
  readonly plan: BatchScans;
  readonly signal: AbortSignal;
  /** Which profiles take part, as a condition on `profile_id`; null for all. */
  readonly sample: SqlFragment | null;
  /** `(run_key String, members)`: the bitmaps of leaves, of everyone, of each namespace. */
  readonly leaves: SqlFragment;
  /** `(audience_id, members)`: what the algebra gives. */
  readonly members: SqlFragment;
}

/** Begins the keys under which `leaves` has everyone by the namespace of the primary identity. */
const namespacePrefix = 'namespace ';

/** The computation of a plan under the run's id. */
export function planComputation(runId: string, parts: Omit<Computation, 'leaves' | 'members'>): Computation {
  const hash = createHash('sha256').update(runId).digest('hex').slice(0, 16);
  return { ...parts, leaves: parts.tables.staging('leaves', hash), members: parts.tables.staging('members', hash) };
}

/** Makes the staging tables, empty. */
export async function createStaging({ client, leaves, members }: Computation): Promise<void> {
  const bitmap = sql`members AggregateFunction(groupBitmap, UInt32)`;
  await client.command(
    sql`CREATE OR REPLACE TABLE ${leaves} (run_key String, ${bitmap}) ENGINE = MergeTree ORDER BY run_key`,
  );
  await client.command(
    sql`CREATE OR REPLACE TABLE ${members} (audience_id String, ${bitmap}) ENGINE = MergeTree ORDER BY audience_id`,
  );
}

/** Drops the staging tables. */
export async function dropStaging({ client, leaves, members }: Computation): Promise<void> {
  for (const table of [leaves, members]) await client.command(sql`DROP TABLE IF EXISTS ${table}`);
}

/** The steps that fill `members` for the audiences, in their order. */
export function computationSteps(
  computation: Computation,
  chunks: readonly (readonly PlannedAudience[])[],
): readonly (() => Promise<void>)[] {
  return [
    () => fillPeople(computation, chunks.flat()),
    ...computation.plan.scans.map((scan) => () => fillLeaves(computation, scan)),
    ...chunks.map((chunk) => () => fillMembers(computation, chunk)),
  ];
}

/** Names and bitmaps of everyone by the namespace of the primary identity: one row, one column of pairs. */
export function peopleByNamespace({ leaves }: Computation): SqlFragment {
  return sql`SELECT groupArray((substring(run_key, ${parameter(namespacePrefix.length + 1, 'UInt32')}),
      members)) AS namespaces FROM ${leaves} WHERE startsWith(run_key, ${parameter(namespacePrefix, 'String')})`;
}

/** Groups of audiences that one statement can take. */
export function chunksOf(audiences: readonly PlannedAudience[]): readonly (readonly PlannedAudience[])[] {
  const chunks: PlannedAudience[][] = [];
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
  { client, tables, leaves, signal, sample }: Computation,
  audiences: readonly PlannedAudience[],
): Promise<void> {
  const profiles = sample === null ? tables.table('profiles') : sql`${tables.table('profiles')} WHERE ${sample}`;
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

/**
 * Runs a scan and stores the bitmaps of its leaves. One that holds events in memory is split when they are too many: rules that
 * compare events with events need memory for each pair. Throws `RulesExhausted` when even one profile is too much.
 */
async function fillLeaves(computation: Computation, scan: Scan): Promise<void> {
  const waiting = [scan];
  let profilesMax = Number.POSITIVE_INFINITY;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { inMemory } = next;
    if (inMemory !== null && inMemory.profileCount > profilesMax) {
      waiting.unshift(...inMemory.split(profilesMax));
      continue;
    }
    try {
      await runScan(computation, next);
      profilesMax *= 2;
    } catch (error) {
      if (!(error instanceof Problem) || error.problem !== 'engineExhausted') throw error;
      if (inMemory === null || inMemory.profileCount === 1) throw exhaustedBy(computation, next, error);
      profilesMax = Math.ceil(inMemory.profileCount / splitFactor);
      waiting.unshift(next);
    }
  }
}

/** What a scan that was too large is split into, at first. */
const splitFactor = 8;

async function runScan({ client, leaves, signal }: Computation, { select, ...scan }: Scan): Promise<void> {
  const keys = parameter(scan.leaves.map(operandKeys.leaf), 'Array(String)');
  await client.command(
    sql`INSERT INTO ${leaves} (run_key, members)
      SELECT ${keys}[position], bitmap FROM (SELECT bitmaps FROM (${select}))
      ARRAY JOIN bitmaps AS bitmap, arrayEnumerate(bitmaps) AS position${boundsOf(scan)}`,
    signal,
  );
}

/** What can still be split is given up early; a single profile may take all the memory there is. */
function boundsOf({ inMemory }: Pick<Scan, 'inMemory'>): SqlFragment {
  if (inMemory === null) return noSql;
  const time = sql` SETTINGS max_execution_time = ${parameter(dataLimits.scanSecondsMax, 'UInt64')}`;
  if (inMemory.profileCount === 1) return time;
  return sql`${time}, max_memory_usage = ${parameter(dataLimits.scanBytesMax, 'UInt64')}`;
}

function exhaustedBy({ plan }: Computation, scan: Scan, cause: Problem): RulesExhausted {
  const keys = new Set(scan.leaves.map(operandKeys.leaf));
  const audiences = plan.audiences.filter(({ formula }) => !keys.isDisjointFrom(operandsOf(formula)));
  return new RulesExhausted(
    audiences.map((audience) => audienceId(audience.audienceId)),
    cause,
  );
}

/** Computes the members of a chunk of audiences. */
async function fillMembers(context: Computation, audiences: readonly PlannedAudience[]): Promise<void> {
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
