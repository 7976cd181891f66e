/** The API over a sandbox of 100,000 audiences, against bare routes that return the same bytes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import autocannon from 'autocannon';
import { audienceCount, writeManyAudiences } from './many-audiences.ts';
import { median, type Row, timed } from './measure.ts';
import { startServer } from './start.ts';

const headers = {
  authorization: 'Bearer any',
  'x-api-key': 'any',
  'x-gw-ims-org-id': 'BENCH@AdobeOrg',
  'x-sandbox-name': 'prod',
  'content-type': 'application/json',
};
const audiencesPath = '/data/core/ups/audiences';
const connections = 10;
const rounds = 5;
const secondsPerRound = 3;
const getShareMin = 0.6;
const listMsMax = 10;
const listRounds = 31;
const listRoundsAfterWrites = 7;

/** A request that is sent again and again. */
interface Call {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly status: number;
  /** The least share of the bare route's requests per second; null where none is set. */
  readonly shareMin: number | null;
}

const oneAudience = `${audiencesPath}/audience-050000`;

const newAudience = JSON.stringify({
  name: 'Buyers in Germany',
  description: 'People from Germany who bought something in the last 30 days.',
  expression: {
    type: 'PQL',
    format: 'pql/text',
    value: 'homeAddress.country = "DE" and xEvent[eventType = "commerce.purchases"].exists()',
  },
  schema: { name: '_xdm.context.profile' },
});

const twenty = JSON.stringify({
  ids: Array.from({ length: 20 }, (_, index) => ({ id: `audience-0${String(index * 4_000).padStart(5, '0')}` })),
});

const calls: readonly Call[] = [
  { name: 'GET /audiences/{id}', method: 'GET', path: oneAudience, status: 200, shareMin: getShareMin },
  { name: 'GET /audiences?limit=20', method: 'GET', path: `${audiencesPath}?limit=20`, status: 200, shareMin: null },
  {
    name: 'POST /audiences/bulk-get of 20',
    method: 'POST',
    path: `${audiencesPath}/bulk-get`,
    body: twenty,
    status: 207,
    shareMin: null,
  },
  { name: 'POST /audiences', method: 'POST', path: audiencesPath, body: newAudience, status: 200, shareMin: null },
];

/** Queries of lists, each with a page of 20. */
const lists = [
  '',
  'sort=updateTime:desc',
  'sort=name:asc',
  'sort=ttlInDays:asc',
  'sort=createdBy:asc,name:desc',
  'name=Kenya readers 2002',
  'name=kenya',
  'description=more than 49 times',
  'description=in kenya',
  'property=audienceId==audience-050000',
  'property=createdBy==author-7',
  'property=createdBy!=author-7',
  'property=ttlInDays>=60',
  'property=ttlInDays>=60&property=evaluationInfo.batch.enabled!=false&sort=name:asc',
  'property=labels==core/C1',
  'property=evaluationInfo.batch.enabled==true',
  'property=lifecycleState==draft&sort=name:desc',
  'start=2000',
] as const;

/** The rows of the API. */
export async function benchHttp(): Promise<readonly Row[]> {
  const server = await startServer(writeManyAudiences);
  try {
    const rows = [await slowestList(server.url), await slowestListAfterWrites(server.url)];
    // Creating comes last: it adds audiences.
    for (const call of calls) rows.push(await againstBareRoute(server.url, call));
    return rows;
  } finally {
    await server.stop();
  }
}

async function send(url: string, { method, path, body, status }: Call): Promise<string> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
}

/** The slowest of the lists when it is asked for again and again. */
function slowestList(url: string): Promise<Row> {
  return slowestOf(url, {
    name: `the slowest list of 20 out of ${audienceCount.toLocaleString('en')} audiences`,
    rounds: listRounds,
    msMax: listMsMax,
    before: () => Promise.resolve(),
  });
}

/** The slowest of the lists when an audience was created since it was read: nothing that was remembered holds. */
function slowestListAfterWrites(url: string): Promise<Row> {
  const create: Call = {
    name: 'create',
    method: 'POST',
    path: audiencesPath,
    body: newAudience,
    status: 200,
    shareMin: null,
  };
  return slowestOf(url, {
    name: 'the slowest of these lists, each after an audience was created',
    rounds: listRoundsAfterWrites,
    msMax: null,
    before: () => send(url, create),
  });
}

/** The median of the slowest of the lists; the others are in the detail. */
async function slowestOf(
  url: string,
  row: {
    readonly name: string;
    readonly rounds: number;
    readonly msMax: number | null;
    /** What happens before each list, outside the time that is taken. */
    readonly before: () => Promise<unknown>;
  },
): Promise<Row> {
  const medians: { readonly query: string; readonly ms: number }[] = [];
  for (const query of lists) {
    const path = `${audiencesPath}?limit=20&${encodeURI(query)}`;
    const call: Call = { name: query, method: 'GET', path, status: 200, shareMin: null };
    const times: number[] = [];
    for (let round = 0; round < row.rounds; round++) {
      await row.before();
      times.push(await timed(() => send(url, call)));
    }
    medians.push({ query: query === '' ? 'no query' : query, ms: median(times) });
  }
  medians.sort((a, b) => b.ms - a.ms);
  const ms = medians[0]?.ms ?? Number.NaN;
  return {
    name: row.name,
    ratio: ms,
    measure: 'milliseconds',
    bar: row.msMax === null ? 'none' : `≤ ${row.msMax} ms`,
    isMet: row.msMax === null || ms <= row.msMax,
    detail: medians.map((list) => `${list.query}: ${list.ms.toFixed(1)}`).join('; '),
  };
}

interface BareServer {
  readonly url: string;
  readonly child: ChildProcess;
}

/** A process of its own, like the real server. */
async function startBareServer({ method, path }: Call, body: string): Promise<BareServer> {
  const [route] = path.split('?');
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), {
    env: { ...process.env, BARE_METHOD: method, BARE_PATH: route, BARE_BODY: body },
  });
  const [url]: readonly unknown[] = await once(child, 'message');
  return { url: String(url), child };
}

async function againstBareRoute(url: string, call: Call): Promise<Row> {
  const bare = await startBareServer(call, await send(url, call));
  try {
    const pairs: { readonly ours: number; readonly theirs: number }[] = [];
    for (let round = 0; round <= rounds; round++) {
      const pair = { ours: await requestsPerSecond(url, call), theirs: await requestsPerSecond(bare.url, call) };
      // The first round warms both up.
      if (round > 0) pairs.push(pair);
    }
    const ratio = median(pairs.map((pair) => pair.ours / pair.theirs));
    const middle = (side: 'ours' | 'theirs'): string => median(pairs.map((pair) => pair[side])).toFixed(0);
    return {
      name: `${call.name} / bare Fastify route with the same bytes`,
      ratio,
      measure: 'throughput',
      bar: call.shareMin === null ? 'none' : `≥ ${call.shareMin}`,
      isMet: call.shareMin === null || ratio >= call.shareMin,
      detail: `${middle('ours')} / ${middle('theirs')} requests per second, ${connections} connections`,
    };
  } finally {
    bare.child.kill();
  }
}

async function requestsPerSecond(url: string, { method, path, body }: Call): Promise<number> {
  const target = { url: `${url}${path}`, method, headers, connections, duration: secondsPerRound };
  const result = await autocannon(body === undefined ? target : { ...target, body });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${method} ${path}: ${result.non2xx} bad answers, ${result.errors} errors`);
  }
  return result['2xx'] / result.duration;
}
