/** Looks for the members of one rule, in all profiles or in a sample, and stores nothing. */
import { profileId } from '@muster/audience';
import { type DataLayout, parameter, type SqlFragment, sql } from '@muster/pql';
import type { Probe, ProbeOutcome, ProgressListener } from '../ports/data-store.ts';
import {
  type Computation,
  chunksOf,
  computationSteps,
  createStaging,
  dropStaging,
  peopleByNamespace,
  planComputation,
} from './compute-members.ts';
import { countsAt, numberAt } from './row.ts';
import type { SqlClient } from './sql-client.ts';
import type { SandboxTables } from './tables.ts';

const hashRange = 2 ** 32;

/**
 * A condition on `profile_id` that a share of all ids fulfils: the same ones every time, spread over the order in which
 * people arrived. Null for a share of 1.
 */
function sampleCondition(share: number): SqlFragment | null {
  if (share >= 1) return null;
  const bound = parameter(Math.ceil(share * hashRange), 'UInt64');
  return sql`intHash64(profile_id) % ${parameter(hashRange, 'UInt64')} < ${bound}`;
}

/** The tables with nothing but the profiles of the sample and their events. */
function sampled(layout: DataLayout, condition: SqlFragment | null): DataLayout {
  if (condition === null) return layout;
  const narrow = <Table extends DataLayout['profiles']>(table: Table): Table => ({
    ...table,
    from: sql`(SELECT * FROM ${table.from} WHERE ${condition})`,
  });
  return { ...layout, profiles: narrow(layout.profiles), events: narrow(layout.events) };
}

/** Runs a probe. */
export async function runProbe(
  client: SqlClient,
  tables: SandboxTables,
  layout: DataLayout,
  probe: Probe,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<ProbeOutcome> {
  const { signal } = options;
  const sample = sampleCondition(probe.share);
  const plan = probe.plan(sampled(layout, sample));
  const computation = planComputation(probe.probeId, { client, tables, plan, signal, sample });
  signal.throwIfAborted();
  try {
    await createStaging(computation);
    const steps = computationSteps(computation, chunksOf(plan.audiences));
    for (const [index, step] of steps.entries()) {
      await step();
      options.onProgress((index + 1) / (steps.length + 1));
    }
    return await loadOutcome(computation, probe, layout.profileIdMax);
  } finally {
    await dropStaging(computation);
  }
}

/** Members of other audiences, which are stored for everyone, are cut to the sample here. */
async function loadOutcome(computation: Computation, probe: Probe, profileIdMax: number): Promise<ProbeOutcome> {
  const { client, leaves, members, sample, signal } = computation;
  const everyone = sql`SELECT groupBitmapMergeState(members) AS everyone FROM ${leaves}
    WHERE startsWith(run_key, 'namespace ')`;
  const found = sql`SELECT groupBitmapMergeState(members) AS found FROM ${members}`;
  const [row] = await client.rows(
    sql`SELECT bitmapCardinality(everyone), bitmapCardinality(matched),
        bitmapToArray(bitmapSubsetLimit(matched, 0, ${parameter(probe.matchesMax, 'UInt32')})),
        mapFilter((name, people) -> people > 0, mapFromArrays(namespaces.1,
          arrayMap(people -> bitmapAndCardinality(matched, people), namespaces.2)))
      FROM (SELECT everyone, bitmapAnd(found, everyone) AS matched FROM (${everyone}) AS e CROSS JOIN (${found}) AS f)
      AS both CROSS JOIN (${peopleByNamespace(computation)}) AS people`,
    signal,
  );
  if (row === undefined) throw new Error('a probe gave no row');
  const profilesRead = numberAt(row, 0);
  return {
    // Ids are dense, so the greatest one counts everybody without reading them.
    totalProfiles: sample === null ? profilesRead : Math.max(profilesRead, profileIdMax),
    profilesRead,
    profilesMatched: numberAt(row, 1),
    firstMatches: numbersAt(row[2]).map(profileId),
    byNamespace: countsAt(row, 3),
  };
}

function numbersAt(value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new Error('the engine gave no list');
  return value.map((item: unknown) => Number(item));
}
