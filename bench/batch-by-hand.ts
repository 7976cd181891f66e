/** The counts of the fifty audiences in SQL that a database engineer would write. The tables are known to be merged. */
import type { SqlClient } from '@muster/store/engine-access';
import { type BenchAudience, benchAudiences, type HandWritten } from './batch-audiences.ts';
import { handWritten } from './batch-world.ts';

type ByPass<Pass extends HandWritten['pass']> = Extract<HandWritten, { readonly pass: Pass }>;

function ofPass<Pass extends HandWritten['pass']>(pass: Pass): readonly ByPass<Pass>[] {
  const isPass = (byHand: HandWritten): byHand is ByPass<Pass> => byHand.pass === pass;
  return benchAudiences.map(({ byHand }: BenchAudience) => byHand).filter(isPass);
}

const positionOf = (id: string): number => benchAudiences.findIndex((audience) => audience.id === id) + 1;

/** All counts by one statement: one scan of profiles, one of events, one that groups events. */
export async function countTogether(client: SqlClient, database: string): Promise<readonly number[]> {
  const bitmapIf = (condition: string): string => `groupBitmapStateIf(profile_id, ${condition})`;
  const groups = ofPass('groups');
  const aggregates = groups.map(({ aggregate, filter }, index) => {
    const [name, value] = /^(\w+)(?:\((.*)\))?$/.exec(aggregate)?.slice(1) ?? [];
    return `${name}If(${value === undefined ? '' : `${value}, `}${filter}) AS a${index}`;
  });
  const combined = ofPass('audiences').map(
    (by) => `bitmapCardinality(${by.function}(found[${positionOf(by.left)}], found[${positionOf(by.right)}]))`,
  );
  const [row] = await client.rows(
    handWritten(`
      SELECT arrayConcat(arrayMap(bitmap -> bitmapCardinality(bitmap), found), [${combined}]) FROM (
        SELECT arrayConcat(p.found, e.found, g.found) AS found
        FROM (SELECT [${ofPass('profiles').map((by) => bitmapIf(by.condition))}] AS found FROM ${database}.profiles) AS p
        CROSS JOIN (SELECT [${ofPass('events').map((by) => bitmapIf(by.condition))}] AS found FROM ${database}.events) AS e
        CROSS JOIN (SELECT [${groups.map((by, index) => bitmapIf(`a${index} ${by.compared}`))}] AS found FROM (
          SELECT profile_id, ${aggregates} FROM ${database}.events
          WHERE ${groups.map(({ filter }) => `(${filter})`).join(' OR ')} GROUP BY profile_id)) AS g)`),
  );
  const counts = row?.[0];
  if (!Array.isArray(counts)) throw new Error('the engine gave no counts');
  return counts.map(Number);
}

/** All counts, one statement for each audience. */
export async function countEach(client: SqlClient, database: string): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const { byHand } of benchAudiences) {
    const [row] = await client.rows(handWritten(`SELECT bitmapCardinality((${bitmapOf(byHand, database)}))`));
    counts.push(Number(row?.[0]));
  }
  return counts;
}

function bitmapOf(byHand: HandWritten, database: string): string {
  switch (byHand.pass) {
    case 'profiles':
    case 'events':
      return `SELECT groupBitmapState(profile_id) FROM ${database}.${byHand.pass} WHERE ${byHand.condition}`;
    case 'groups': {
      const aggregate = byHand.aggregate === 'count' ? 'count()' : byHand.aggregate;
      return `SELECT groupBitmapState(profile_id) FROM (SELECT profile_id FROM ${database}.events
        WHERE ${byHand.filter} GROUP BY profile_id HAVING ${aggregate} ${byHand.compared})`;
    }
    default: {
      const [left, right] = [byHand.left, byHand.right].map((id) => bitmapOfAudience(id, database));
      return `SELECT ${byHand.function}((${left}), (${right}))`;
    }
  }
}

function bitmapOfAudience(id: string, database: string): string {
  const audience = benchAudiences.find((candidate) => candidate.id === id);
  if (audience === undefined) throw new Error(`there is no ${id}`);
  return bitmapOf(audience.byHand, database);
}
