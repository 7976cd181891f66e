/** The control database in PostgreSQL, through `pg`. */
import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, type ClientConfig, Pool, types } from 'pg';
import { NamedMutex } from '../named-mutex.ts';
import type { ControlTables } from '../tables.ts';
import type { ControlDialect } from './control-dialect.ts';

/** How to reach PostgreSQL, and what to ask of it. */
export interface PostgresOptions {
  readonly url: string;
  /** Connections kept for queries; each held lock needs one more. */
  readonly connectionsMax?: number;
  readonly connectTimeoutMs?: number;
  /** How long one statement may run. */
  readonly statementTimeoutMs?: number;
}

const defaults = { connectionsMax: 10, connectTimeoutMs: 10_000, statementTimeoutMs: 60_000 } as const;

/** PostgreSQL's code for a row that exists already. */
const uniqueViolationCode = '23505';

/** Type number of `bigint`, which `pg` gives as text by default. All of ours are counts and times inside 2^53. */
const bigintType = 20;

function decodeBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`integer out of range: ${text}`);
  return value;
}

function clientConfig(options: PostgresOptions): ClientConfig {
  return {
    connectionString: options.url,
    application_name: 'muster',
    connectionTimeoutMillis: options.connectTimeoutMs ?? defaults.connectTimeoutMs,
    keepAlive: true,
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === bigintType && format !== 'binary' ? decodeBigint : types.getTypeParser(type, format),
    },
  };
}

/** The number PostgreSQL knows a lock by: 64 bits of the name's digest, so that two names meet once in 2^64. */
function lockNumber(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE().toString();
}

async function giveBack(client: Client, name: string): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock($1::bigint)', [lockNumber(name)]);
  } catch (error) {
    throw new Error(`the lock \`${name}\` was lost while it was held`, { cause: error });
  }
}

/**
 * Runs `work` while a connection of its own holds the advisory lock. The lock ends with the connection, so that a
 * process that dies gives it back. Throws after the work when the connection was lost meanwhile: somebody else may have
 * had the lock too.
 */
async function withAdvisoryLock<Result>(
  config: ClientConfig,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = new Client(config);
  // A connection that breaks while nothing is asked of it shows when the lock is given back.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1::bigint)', [lockNumber(name)]);
    const result = await work();
    await giveBack(client, name);
    return result;
  } finally {
    await client.end();
  }
}

/** PostgreSQL at the address of `options`. Nothing is connected yet. */
export function openPostgresDialect(options: PostgresOptions): ControlDialect {
  const config = clientConfig(options);
  const pool = new Pool({
    ...config,
    max: options.connectionsMax ?? defaults.connectionsMax,
    statement_timeout: options.statementTimeoutMs ?? defaults.statementTimeoutMs,
  });
  // A connection that breaks while idle is replaced on the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  const database = new Kysely<ControlTables>({ dialect: new PostgresDialect({ pool }) });
  const mutex = new NamedMutex();
  return {
    database,
    indexesLongText: false,
    byteTextType: sql`text collate "C"`,
    containsText: (column, text) => sql`strpos(${sql.ref(column)}, ${text}) > 0`,
    wanted: (texts) => sql`unnest(${[...texts]}::text[]) as wanted(value)`,
    // What an update takes: new rows may refer to the locked ones.
    rowLock: sql`for no key update`,
    claim: async (transaction, name) => {
      await sql`select pg_advisory_xact_lock(${lockNumber(name)}::bigint)`.execute(transaction);
    },
    isUniqueViolation: (error) => error instanceof Error && 'code' in error && error.code === uniqueViolationCode,
    // Waiting happens inside the process first: one connection for each name, however many wait.
    withLock: (name, work) => mutex.run(name, () => withAdvisoryLock(config, name, work)),
    close: () => database.destroy(),
  };
}
