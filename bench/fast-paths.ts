/** The SQL of each way a rule can be answered quickly, against the same in SQL as a database engineer would write it. */
import type { Scope } from '@muster/audience';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, builtInSchema, planBatch, renderScans, type SqlFragment, sql } from '@muster/pql';
import type { OpenEngine, SqlClient } from '@muster/store/engine-access';
import { asOf, dayMs } from './batch-audiences.ts';
import { handWritten, inBenchWorld } from './batch-world.ts';
import { inTurn, type Row } from './measure.ts';

/** A rule in both languages. `byHand` counts the members; `$db` stands for the database. */
interface FastPath {
  readonly name: string;
  readonly pql: string;
  readonly byHand: string;
}

const lastDays = (days: number): string => `timestamp BETWEEN ${asOf - days * dayMs} AND ${asOf}`;

const purchases = (days: number): string =>
  `eventType = "commerce.purchases" and timestamp occurs <= ${days} days before now`;

const grouped = (days: number, having: string): string =>
  `SELECT groupBitmap(profile_id) FROM (SELECT profile_id FROM $db.events
    WHERE eventType = 'commerce.purchases' AND ${lastDays(days)} GROUP BY profile_id HAVING ${having})`;

const steps = ['commerce.productViews', 'commerce.productListAdds', 'commerce.purchases'] as const;

const fastPaths: readonly FastPath[] = [
  {
    name: 'profile attributes',
    pql: 'homeAddress.country = "DE" and loyalty.points > 500',
    byHand: `SELECT groupBitmap(profile_id) FROM $db.profiles
      WHERE \`homeAddress/country\` = 'DE' AND \`loyalty/points\` > 500`,
  },
  {
    name: 'an event exists',
    pql: `xEvent[${purchases(30)}].exists()`,
    byHand: `SELECT groupBitmap(profile_id) FROM $db.events WHERE eventType = 'commerce.purchases' AND ${lastDays(30)}`,
  },
  { name: 'count of events', pql: `xEvent[${purchases(90)}].count() >= 2`, byHand: grouped(90, 'count() >= 2') },
  {
    name: 'sum over events',
    pql: `xEvent[${purchases(90)}].sum(commerce.order.priceTotal) > 200`,
    byHand: grouped(90, 'sum(`commerce/order/priceTotal`) > 200'),
  },
  {
    name: 'sequence of three events',
    pql: `chain(xEvent, timestamp, [${steps.map((type, index) => `S${index}: WHAT(eventType = "${type}")`).join(', ')}])`,
    // A window longer than all the data: the order alone decides.
    byHand: `SELECT groupBitmap(profile_id) FROM (SELECT profile_id FROM $db.events
      WHERE eventType IN (${steps.map((type) => `'${type}'`).join(', ')}) GROUP BY profile_id
      HAVING windowFunnel(${1_000 * dayMs}, 'strict_increase')(toUInt64(timestamp),
        ${steps.map((type) => `eventType = '${type}'`).join(', ')}) = ${steps.length})`,
  },
];

/** The rows of the fast paths. */
export function benchFastPaths(): Promise<readonly Row[]> {
  return inBenchWorld(async (engine, scope) => {
    const rows: Row[] = [];
    for (const path of fastPaths) rows.push(await benchPath(path, engine, scope));
    return rows;
  });
}

async function benchPath({ name, pql, byHand }: FastPath, engine: OpenEngine, scope: Scope): Promise<Row> {
  const { client, store } = engine;
  const members = countIn(await scanOf(pql, store, scope));
  const expected = handWritten(byHand.replaceAll('$db', engine.databaseOf(scope)));
  const counts = [await countBy(client, members), await countBy(client, expected)];
  if (counts[0] !== counts[1]) throw new Error(`${name}: ${counts[0]} members, by hand ${counts[1]}`);
  const { ours, theirs, ratio } = await inTurn(
    () => countBy(client, members),
    () => countBy(client, expected),
    15,
  );
  const milliseconds = (time: number): string => `${time.toFixed(0)} ms`;
  return {
    name: `${name}: SQL of the rule / SQL by hand`,
    ratio,
    measure: 'time',
    bar: '≤ 1.3',
    isMet: ratio <= 1.3,
    detail: `${milliseconds(ours)} / ${milliseconds(theirs)}, ${counts[0]} members`,
  };
}

/** The one scan that answers a rule alone. */
async function scanOf(pql: string, store: OpenEngine['store'], scope: Scope): Promise<SqlFragment> {
  const { checked } = analyzeExpression(pql, builtInSchema, { expect: 'condition', regex: re2Engine });
  if (checked === null) throw new Error(`does not check: ${pql}`);
  const plan = planBatch([{ audienceId: 'bench', expression: checked }], asOf);
  const { scans, audiences } = renderScans(plan, await store.layout(scope));
  const [scan, ...others] = scans;
  if (scan === undefined || others.length > 0 || audiences[0]?.formula.kind !== 'leaf') {
    throw new Error(`is not answered by one scan: ${pql}`);
  }
  return scan.select;
}

/** The statement that counts the one bitmap of a scan. */
const countIn = (scan: SqlFragment): SqlFragment => sql`SELECT bitmapCardinality(bitmaps[1]) FROM (${scan})`;

async function countBy(client: SqlClient, query: SqlFragment): Promise<number> {
  const [row] = await client.rows(query);
  return Number(row?.[0]);
}
