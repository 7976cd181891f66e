/** From the start of the program to its first answer, with nothing stored. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { median, type Row } from './measure.ts';

const program = join(import.meta.dirname, '..', 'apps', 'server', 'src', 'main.ts');
const rounds = 5;
const startSecondsMax = 60;
const barSeconds = 3;

/** A server in a process of its own, on an empty folder. */
export interface StartedServer {
  readonly url: string;
  /** Seconds from the spawn of the process to the first answer of `/health/ready`. */
  readonly seconds: number;
  stop(): Promise<void>;
}

/** What a server starts with. */
interface ServerOptions {
  /** The control store; a new one in SQLite unless given. */
  readonly databaseUrl?: string;
  /** Prepares the control store at an address. */
  readonly fill?: (databaseUrl: string) => Promise<void>;
}

/** Starts the server as `npm start` does, on a new data folder, and waits until it is ready. */
export async function startServer({ databaseUrl, fill }: ServerOptions = {}): Promise<StartedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const controlUrl = databaseUrl ?? `sqlite:${join(folder, 'control.sqlite')}`;
  await fill?.(controlUrl);
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      MUSTER_DATA_DIR: folder,
      MUSTER_DATABASE_URL: controlUrl,
      MUSTER_PORT: String(port),
      MUSTER_LOG_LEVEL: 'error',
      MUSTER_AUTH: 'dev',
      // One organisation sends all that the server can answer.
      MUSTER_REQUESTS_PER_SECOND_MAX: '1000000',
      MUSTER_REQUEST_BURST_MAX: '1000000',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, seconds: (performance.now() - start) / 1e3, stop };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + startSecondsMax * 1e3;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    if (await isReady(url)) return;
    await delay(5);
  }
  throw new Error(`the server is not ready after ${startSecondsMax} s`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

/** The row of the start. */
export async function benchStart(): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startServer();
    times.push(server.seconds);
    await server.stop();
  }
  const middle = median(times);
  return [
    {
      name: 'start to first answer, empty data folder',
      ratio: middle,
      measure: 'seconds',
      bar: '≤ 3 s',
      isMet: middle <= barSeconds,
      detail: `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)} s in ${rounds} starts`,
    },
  ];
}
