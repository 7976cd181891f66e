/** A PostgreSQL server for tests: started for the run in a temporary folder, or the one a setting names. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** A running server. */
export interface PostgresServer {
  /** The address of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Stops a server that was started here, and removes the databases that were made. */
  stop(): Promise<void>;
}

/** The setting that names a server to use instead: the address of a database whose user may create others. */
const urlSetting = 'MUSTER_TEST_POSTGRES_URL';

const startTimeoutMs = 30_000;

/** Who a program runs as: PostgreSQL refuses to be run by root. */
interface User {
  readonly uid: number;
  readonly gid: number;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** The folder of PostgreSQL's own programs, newest version first, then `PATH`. */
function findPrograms(): string {
  const debian = globSync('/usr/lib/postgresql/*/bin').toSorted((left, right) =>
    right.localeCompare(left, 'en', { numeric: true }),
  );
  const folders = [...debian, ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.find((folder) =>
    ['initdb', 'postgres'].every((program) => isExecutable(join(folder, program))),
  );
  if (found !== undefined) return found;
  throw new Error(
    'this test needs PostgreSQL, and neither /usr/lib/postgresql nor PATH has its programs `initdb` and `postgres`: ' +
      `install it (Debian and Ubuntu: apt-get install postgresql), or set ${urlSetting} to the address of a server`,
  );
}

function numberFrom(program: string, parameters: readonly string[]): number | null {
  const { status, stdout } = spawnSync(program, parameters, { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : null;
}

/** The user to run PostgreSQL as; null for the present one, unless that is root. */
function findUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  const uid = numberFrom('id', ['-u', 'postgres']);
  const gid = numberFrom('id', ['-g', 'postgres']);
  if (uid !== null && gid !== null) return { uid, gid };
  throw new Error('PostgreSQL does not run as root, and there is no user `postgres` to run it as');
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

function runInitdb(programs: string, folder: string, user: User | null): void {
  const { status, stderr } = spawnSync(
    join(programs, 'initdb'),
    ['--pgdata', folder, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
    { encoding: 'utf8', cwd: tmpdir(), ...user },
  );
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
}

/** Durability of the machine is not tested here; the server keeps what it acknowledged when a client is killed. */
function startServer(programs: string, folder: string, port: number, user: User | null): ChildProcess {
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`],
    ...['fsync=off', 'max_connections=300', 'logging_collector=off'],
  ];
  const parameters = ['-D', folder, ...settings.flatMap((setting) => ['-c', setting])];
  return spawn(join(programs, 'postgres'), parameters, { stdio: 'ignore', cwd: tmpdir(), ...user });
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with code ${server.exitCode}`);
    try {
      await runStatement(url, 'select 1');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error('PostgreSQL does not answer', { cause: error });
      await delay(50);
    }
  }
}

/** Makes databases on the server at `adminUrl`. */
function databasesOf(adminUrl: string) {
  const made: string[] = [];
  return {
    create: async (): Promise<string> => {
      const name = `muster_test_${process.pid}_${made.length}`;
      await runStatement(adminUrl, `create database ${name}`);
      made.push(name);
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
    drop: async (): Promise<void> => {
      for (const name of made) await runStatement(adminUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

async function startTemporaryServer(): Promise<PostgresServer> {
  const programs = findPrograms();
  const user = findUser();
  const folder = mkdtempSync(join(tmpdir(), 'muster-postgres-'));
  chmodSync(folder, 0o700);
  if (user !== null) chownSync(folder, user.uid, user.gid);
  runInitdb(programs, folder, user);
  const port = await findFreePort();
  const server = startServer(programs, folder, port, user);
  const exit = once(server, 'exit');
  const stopWithUs = (): boolean => server.kill('SIGKILL');
  process.once('exit', stopWithUs);
  const adminUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await waitUntilReady(adminUrl, server);
  return {
    createDatabase: databasesOf(adminUrl).create,
    stop: async () => {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      server.kill('SIGINT');
      await exit;
      process.off('exit', stopWithUs);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The server that `MUSTER_TEST_POSTGRES_URL` names, or one started for the purpose. Throws, and says how to install
 * PostgreSQL, when it is not there.
 */
export async function startPostgresServer(): Promise<PostgresServer> {
  const url = process.env[urlSetting];
  if (url === undefined || url === '') return startTemporaryServer();
  const databases = databasesOf(url);
  return { createDatabase: databases.create, stop: databases.drop };
}
