/** Lists of 20 out of many audiences: read for the first time, again, and after each of many writes. */
import process from 'node:process';
import { type PostgresServer, startPostgresServer } from '@muster/store/testing/postgres-server';
import { audiencesPath, type Call, send } from './call.ts';
import { audienceCount, writeManyAudiences } from './many-audiences.ts';
import { median, type Row, timed } from './measure.ts';
import { startServer } from './start.ts';

const listMsMax = 10;
const listRounds = 31;

/** Lists that columns answer: queries, each with a page of 20. */
const columnLists = [
  '',
  'sort=updateTime:desc',
  'sort=name:asc',
  'sort=description:asc',
  'sort=namespace:desc',
  'sort=ttlInDays:asc',
  'sort=createdBy:asc,name:desc',
  'sort=lifecycleState:desc,name:asc',
  'name=Kenya readers 2002',
  'name=kenya',
  'name=kenya&sort=name:desc',
  'name=nothing',
  'description=more than 49 times',
  'description=in kenya',
  'description=in kenya&sort=description:desc',
  'property=audienceId==audience-050000',
  'property=createdBy==author-7',
  'property=createdBy!=author-7',
  'property=ttlInDays>=60',
  'property=ttlInDays>=60&property=evaluationInfo.batch.enabled!=false&sort=name:asc',
  'property=labels==core/C1',
  'property=labels!=core/C1',
  'property=evaluationInfo.batch.enabled==true',
  'property=lifecycleState==draft&sort=name:desc',
  'property=metrics.data.totalProfiles>0',
  'start=2000',
  'start=4400&sort=createdBy:asc,name:desc',
  'property=imsOrgId==BENCH@AdobeOrg&property=profileInstanceId==ups',
  'property=dependents==audience-050000',
] as const;

/** Lists with a condition that only the audiences themselves answer: of all, of many, of few, of none. */
const checkedLists = [
  'property=expression.value=containsindia',
  'property=description!=nothing&sort=name:asc',
  'property=schema.name==_xdm.context.profile&sort=createdBy:asc,name:desc&start=4400',
  'property=createdBy=contains-7&name=kenya',
  'property=audienceMeta.source==nothing',
] as const;

const groups = [
  ['these lists', columnLists],
  ['lists with a condition on an attribute without a column', checkedLists],
] as const;

/** An audience that most of the lists have. */
const listedAudience = JSON.stringify({
  name: 'Kenya readers 2002',
  description: 'Everyone who is one of the readers in Kenya and came more than 49 times.',
  expression: { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "KE"' },
  schema: { name: '_xdm.context.profile' },
  labels: ['core/C1'],
  ttlInDays: 75,
});

/** How lists are read. */
interface Reading {
  readonly when: string;
  readonly rounds: number;
  readonly msMax: number | null;
  /** What happens before a list is read in a round, outside the time that is taken. */
  readonly before: (round: number) => Promise<void>;
}

/** The rows of the lists of a server whose control store is in `engine`. */
export async function benchLists(engine: string, url: string): Promise<readonly Row[]> {
  const nothing = (): Promise<void> => Promise.resolve();
  const many = `20 out of ${audienceCount.toLocaleString('en')} audiences`;
  const readings: readonly Reading[] = [
    // In this order: the first one finds nothing that is remembered.
    { when: 'never read before', rounds: 1, msMax: null, before: nothing },
    { when: 'read again', rounds: listRounds, msMax: listMsMax, before: nothing },
    {
      when: 'each after an audience was created or deleted',
      rounds: listRounds,
      msMax: listMsMax,
      before: alternateWrites(url),
    },
  ];
  const rows: Row[] = [];
  for (const [what, lists] of groups) {
    for (const reading of readings) {
      const name = `${engine}: the slowest of ${what} of ${many}, ${reading.when}`;
      rows.push(await slowestOf(url, name, lists, reading));
    }
  }
  return rows;
}

/** Lists of a server with PostgreSQL; none, and why to the terminal, where PostgreSQL is not installed. */
export async function benchPostgresLists(): Promise<readonly Row[]> {
  const postgres = await startPostgres();
  if (postgres === null) return [];
  try {
    const server = await startServer({ databaseUrl: await postgres.createDatabase(), fill: writeManyAudiences });
    try {
      return await benchLists('PostgreSQL', server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.stop();
  }
}

async function startPostgres(): Promise<PostgresServer | null> {
  try {
    return await startPostgresServer();
  } catch (error) {
    process.stderr.write(`lists in PostgreSQL are left out: ${error instanceof Error ? error.message : error}\n`);
    return null;
  }
}

/** Creates an audience in even rounds, and deletes it in odd ones. */
function alternateWrites(url: string): (round: number) => Promise<void> {
  let created: string | null = null;
  return async () => {
    if (created === null) {
      const answer: unknown = JSON.parse(
        await send(url, { method: 'POST', path: audiencesPath, body: listedAudience, status: 200 }),
      );
      if (typeof answer !== 'object' || answer === null || !('id' in answer)) throw new Error('an audience has no id');
      created = String(answer.id);
      return;
    }
    await send(url, { method: 'DELETE', path: `${audiencesPath}/${created}`, status: 204 });
    created = null;
  };
}

/** The median of the slowest of the lists; the others are in the detail. */
async function slowestOf(
  url: string,
  name: string,
  lists: readonly string[],
  { rounds, msMax, before }: Reading,
): Promise<Row> {
  const medians: { readonly query: string; readonly ms: number }[] = [];
  for (const query of lists) {
    const call: Call = { method: 'GET', path: `${audiencesPath}?limit=20&${encodeURI(query)}`, status: 200 };
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await before(round);
      times.push(await timed(() => send(url, call)));
    }
    medians.push({ query: query === '' ? 'no query' : query, ms: median(times) });
  }
  medians.sort((a, b) => b.ms - a.ms);
  const ms = medians[0]?.ms ?? Number.NaN;
  return {
    name,
    ratio: ms,
    measure: 'milliseconds',
    bar: msMax === null ? 'none' : `≤ ${msMax} ms`,
    isMet: msMax === null || ms <= msMax,
    detail: medians.map((list) => `${list.query}: ${list.ms.toFixed(1)}`).join('; '),
  };
}
