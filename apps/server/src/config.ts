/** The settings of the server: read once from the environment, everything that is wrong reported together. */
import { join, resolve } from 'node:path';

/** Sizes and times the server keeps to. Each appears in docs/limits.md. */
export interface ServerLimits {
  /** Greatest JSON body. Imports are streams without a limit. */
  readonly bodyBytesMax: number;
  readonly urlLengthMax: number;
  /** Deepest nesting of arrays and objects in a JSON body. */
  readonly jsonDepthMax: number;
  /** Unfinished segment jobs of one sandbox. */
  readonly jobsInProgressMax: number;
  /** Advice sent with the refusal of a job. */
  readonly retryAfterSeconds: number;
  /** Jobs that this process evaluates at the same time. */
  readonly jobsAtOnceMax: number;
  /** Pause between two looks for scheduled runs that are due. */
  readonly scheduleLookMs: number;
  /** A connection on which nothing moves is closed. */
  readonly idleConnectionMs: number;
  /** Time for the JSON body of a request to arrive. */
  readonly bodyArrivalMs: number;
  /** A store that takes longer to answer `/health/ready` counts as unavailable. */
  readonly readyMsMax: number;
  /** Requests in progress get this long when the server stops. */
  readonly shutdownMs: number;
}

/** All settings, decoded. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** `sqlite:PATH` or `postgres://…`. */
  readonly databaseUrl: string;
  /** Null for the embedded engine. */
  readonly clickhouseUrl: string | null;
  readonly auth: 'dev';
  readonly logLevel: LogLevel;
  readonly limits: ServerLimits;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** How much is logged. Reads that succeed are logged at `debug`, all other requests at `info` or above. */
export type LogLevel = (typeof logLevels)[number];

/** The limits unless set otherwise. */
export const defaultLimits: ServerLimits = {
  bodyBytesMax: 1_048_576,
  urlLengthMax: 8_192,
  jsonDepthMax: 100,
  jobsInProgressMax: 20,
  retryAfterSeconds: 10,
  jobsAtOnceMax: 1,
  scheduleLookMs: 1_000,
  idleConnectionMs: 120_000,
  bodyArrivalMs: 30_000,
  readyMsMax: 2_000,
  shutdownMs: 10_000,
};

/** Settings that cannot be used: one line for each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings and remembers what is wrong with them. */
class SettingsReader {
  readonly problems: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The text of a setting; an empty one counts as not set. */
  text(name: string, fallback: string): string {
    const value = this.#environment[name];
    return value === undefined || value === '' ? fallback : value;
  }

  wholeNumber(name: string, fallback: number, range: { readonly min: number; readonly max: number }): number {
    const text = this.text(name, String(fallback));
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    this.problems.push(`${name} is \`${text}\`; expected a whole number from ${range.min} to ${range.max}`);
    return fallback;
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(name, fallback);
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) this.problems.push(`${name} is \`${text}\`; expected one of ${choices.join(', ')}`);
    return choice ?? fallback;
  }

  /** A URL with one of these protocols. The value is not repeated in the report: it may hold a password. */
  url(name: string, text: string, protocols: readonly string[]): string {
    const isFine =
      protocols.some((protocol) => text.startsWith(protocol)) && (text.startsWith('sqlite:') || URL.canParse(text));
    if (!isFine)
      this.problems.push(
        `${name} is no URL that is known here; expected ${protocols.map((known) => `\`${known}…\``).join(' or ')}`,
      );
    return text;
  }
}

/** Whether only programs on this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function decodeLimits(read: SettingsReader): ServerLimits {
  const bytes = { min: 1_024, max: 1_073_741_824 };
  return {
    ...defaultLimits,
    bodyBytesMax: read.wholeNumber('MUSTER_BODY_BYTES_MAX', defaultLimits.bodyBytesMax, bytes),
    jobsInProgressMax: read.wholeNumber('MUSTER_JOBS_IN_PROGRESS_MAX', defaultLimits.jobsInProgressMax, {
      min: 1,
      max: 10_000,
    }),
    jobsAtOnceMax: read.wholeNumber('MUSTER_JOBS_AT_ONCE_MAX', defaultLimits.jobsAtOnceMax, { min: 1, max: 64 }),
    shutdownMs: read.wholeNumber('MUSTER_SHUTDOWN_MS', defaultLimits.shutdownMs, { min: 0, max: 600_000 }),
  };
}

/** The settings in an environment. Throws a `ConfigError` that names everything that is wrong. */
export function decodeConfig(environment: Environment): ServerConfig {
  const read = new SettingsReader(environment);
  const host = read.text('MUSTER_HOST', '127.0.0.1');
  const dataDir = resolve(read.text('MUSTER_DATA_DIR', '.muster'));
  const databaseUrl = read.text('MUSTER_DATABASE_URL', `sqlite:${join(dataDir, 'control.sqlite')}`);
  const clickhouseUrl = read.text('MUSTER_CLICKHOUSE_URL', '');
  const auth = read.oneOf('MUSTER_AUTH', ['dev', 'jwt'], 'dev');
  if (auth === 'jwt')
    read.problems.push('MUSTER_AUTH is `jwt`, which is not supported yet; use `dev` on a loopback address');
  if (!isLoopback(host)) {
    read.problems.push(
      `MUSTER_HOST is \`${host}\`, but MUSTER_AUTH=dev accepts any token and serves loopback addresses only; use 127.0.0.1`,
    );
  }
  const config: ServerConfig = {
    host,
    port: read.wholeNumber('MUSTER_PORT', 8_080, { min: 0, max: 65_535 }),
    dataDir,
    databaseUrl: read.url('MUSTER_DATABASE_URL', databaseUrl, ['sqlite:', 'postgres://', 'postgresql://']),
    clickhouseUrl:
      clickhouseUrl === ''
        ? null
        : read.url('MUSTER_CLICKHOUSE_URL', clickhouseUrl, ['http://', 'https://', 'clickhouse://']),
    auth: 'dev',
    logLevel: read.oneOf('MUSTER_LOG_LEVEL', logLevels, 'info'),
    limits: decodeLimits(read),
  };
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return config;
}
