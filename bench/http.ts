/** Reading one audience from the real server against a bare route that returns the same bytes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import autocannon from 'autocannon';
import { median, type Row } from './measure.ts';
import { startServer } from './start.ts';

const headers = {
  authorization: 'Bearer any',
  'x-api-key': 'any',
  'x-gw-ims-org-id': 'BENCH@AdobeOrg',
  'x-sandbox-name': 'prod',
};
const audiencesPath = '/data/core/ups/audiences';
const connections = 10;
const rounds = 5;
const secondsPerRound = 3;
const barShare = 0.6;

const audience = {
  name: 'Buyers in Germany',
  description: 'People from Germany who bought something in the last 30 days.',
  expression: {
    type: 'PQL',
    format: 'pql/text',
    value: 'homeAddress.country = "DE" and xEvent[eventType = "commerce.purchases"].exists()',
  },
  schema: { name: '_xdm.context.profile' },
  evaluationInfo: { batch: { enabled: true }, continuous: { enabled: false }, synchronous: { enabled: false } },
};

interface BareServer {
  readonly url: string;
  readonly child: ChildProcess;
}

/** The row of reading an audience. */
export async function benchHttp(): Promise<readonly Row[]> {
  const server = await startServer();
  try {
    const path = await createAudience(server.url);
    const body = await readText(`${server.url}${path}`);
    const bare = await startBareServer(path, body);
    try {
      if ((await readText(`${bare.url}${path}`)) !== body) throw new Error('the bare route gives other bytes');
      return [await compare(`${server.url}${path}`, `${bare.url}${path}`)];
    } finally {
      bare.child.kill();
    }
  } finally {
    await server.stop();
  }
}

/** Makes the audience and gives the path of reading it. */
async function createAudience(url: string): Promise<string> {
  const response = await fetch(`${url}${audiencesPath}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(audience),
  });
  const text = await response.text();
  const created: unknown = JSON.parse(text);
  if (typeof created !== 'object' || created === null || !('id' in created)) {
    throw new Error(`the audience was not made: ${text}`);
  }
  return `${audiencesPath}/${String(created.id)}`;
}

async function readText(url: string): Promise<string> {
  const response = await fetch(url, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

/** A process of its own, like the real server. */
async function startBareServer(path: string, body: string): Promise<BareServer> {
  const child = fork(join(import.meta.dirname, 'bare-server.ts'), {
    env: { ...process.env, BARE_PATH: path, BARE_BODY: body },
  });
  const [url]: readonly unknown[] = await once(child, 'message');
  return { url: String(url), child };
}

async function compare(ours: string, theirs: string): Promise<Row> {
  const pairs: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const pair = { ours: await requestsPerSecond(ours), theirs: await requestsPerSecond(theirs) };
    // The first round warms both up.
    if (round > 0) pairs.push(pair);
  }
  const ratio = median(pairs.map((pair) => pair.ours / pair.theirs));
  const middle = (side: 'ours' | 'theirs'): string => median(pairs.map((pair) => pair[side])).toFixed(0);
  return {
    name: 'GET /audiences/{id} / bare Fastify route with the same bytes',
    ratio,
    measure: 'throughput',
    bar: '≥ 0.6',
    isMet: ratio >= barShare,
    detail: `${middle('ours')} / ${middle('theirs')} requests per second, ${connections} connections`,
  };
}

async function requestsPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, headers, connections, duration: secondsPerRound });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  }
  return result['2xx'] / result.duration;
}
