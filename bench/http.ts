/** The API over a sandbox of 100,000 audiences, against bare routes that return the same bytes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import autocannon from 'autocannon';
import { audiencesPath, type Call, headers, newAudience, send } from './call.ts';
import { benchLists, benchPostgresLists } from './lists.ts';
import { writeManyAudiences } from './many-audiences.ts';
import { median, type Row } from './measure.ts';
import { startServer } from './start.ts';

const connections = 10;
const rounds = 5;
const secondsPerRound = 3;
const getShareMin = 0.6;

const oneAudience = `${audiencesPath}/audience-050000`;

const twenty = JSON.stringify({
  ids: Array.from({ length: 20 }, (_, index) => ({ id: `audience-0${String(index * 4_000).padStart(5, '0')}` })),
});

/** A call that is sent again and again. */
interface ComparedCall extends Call {
  readonly name: string;
  /** The least share of the bare route's requests per second; null where none is set. */
  readonly shareMin: number | null;
}

const calls: readonly ComparedCall[] = [
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

/** The rows of the API. */
export async function benchHttp(): Promise<readonly Row[]> {
  return [...(await benchSqlite()), ...(await benchPostgresLists())];
}

async function benchSqlite(): Promise<readonly Row[]> {
  const server = await startServer({ fill: writeManyAudiences });
  try {
    const rows = [...(await benchLists('SQLite', server.url))];
    // Creating comes last: it adds audiences.
    for (const call of calls) rows.push(await againstBareRoute(server.url, call));
    return rows;
  } finally {
    await server.stop();
  }
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

async function againstBareRoute(url: string, call: ComparedCall): Promise<Row> {
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
