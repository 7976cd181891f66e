/** The settings of the server: read once from the environment, everything that is wrong reported together. */
import { join, resolve } from 'node:path';
import { epochMs } from '@muster/audience';
import { parseIsoTime } from '@muster/pql';
import type { ClockSetting } from './adapters/settable-clock.ts';
import { type AuthConfig, decodeAuthConfig } from './auth/auth-config.ts';
import { ConfigError, type Environment, SettingsReader } from './settings-reader.ts';

export { ConfigError } from './settings-reader.ts';

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
  /** Unfinished previews of one sandbox. */
  readonly previewsInProgressMax: number;
  /** Previews that are kept for one sandbox; the oldest go first. */
  readonly previewsKeptMax: number;
  /** A preview is forgotten after so long. */
  readonly previewKeptMs: number;
  /** Profiles a preview names. */
  readonly previewMatchesMax: number;
  /** How long an exact answer may take where a sample would do. */
  readonly previewExactMsMax: number;
  /** Previews that this process computes at the same time. */
  readonly previewsAtOnceMax: number;
  /** Unfinished export jobs of one sandbox. */
  readonly exportsInProgressMax: number;
  /** Export jobs, with their files, that are kept for one sandbox; the oldest go first. */
  readonly exportsKeptMax: number;
  /** Exports that this process writes at the same time. */
  readonly exportsAtOnceMax: number;
  /** Longest pause before a scheduled run that could not start is tried again. */
  readonly runRetryMsMax: number;
  /** A connection on which nothing moves is closed. */
  readonly idleConnectionMs: number;
  /** Time for the JSON body of a request to arrive. */
  readonly bodyArrivalMs: number;
  /** A store that takes longer to answer `/health/ready` counts as unavailable. */
  readonly readyMsMax: number;
  /** Requests in progress get this long when the server stops. */
  readonly shutdownMs: number;
  /** Requests and jobs of a sandbox that is being reset or deleted get this long to end, each. */
  readonly sandboxDrainMs: number;
  /** Where other processes share the store: how long a sandbox that was looked up is believed to be there. */
  readonly sandboxBelievedMs: number;
  /** Requests of one organisation that are served a second, in the long run. */
  readonly requestsPerSecondMax: number;
  /** Requests that an organisation may send at once after a pause. */
  readonly requestBurstMax: number;
  /** Requests of one organisation that are being answered at the same time. */
  readonly requestsAtOnceMax: number;
  /** How long fetching the keys of tokens may take. */
  readonly keysFetchMs: number;
  /** Keys are not fetched again sooner than this, whatever tokens name. */
  readonly keysPauseMs: number;
  /** Keys are fetched again when they are older. */
  readonly keysAgeMs: number;
  /** A token that was checked is believed without another check for so long, and never after it expires. */
  readonly tokenBelievedMs: number;
  /** How far the clocks of issuer and server may differ. */
  readonly clockSkewSeconds: number;
  /** Life of a token that this server issues. */
  readonly tokenLifeSeconds: number;
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
  /** The folder that files of external audiences may be read from; null when none may. */
  readonly externalDir: string | null;
  readonly auth: AuthConfig;
  readonly logLevel: LogLevel;
  /** What time it is. */
  readonly clock: ClockSetting;
  /** What ids are made from; null for chance. */
  readonly idSeed: string | null;
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
  previewsInProgressMax: 20,
  previewsKeptMax: 100,
  previewKeptMs: 3_600_000,
  previewMatchesMax: 10_000,
  previewExactMsMax: 1_000,
  previewsAtOnceMax: 2,
  exportsInProgressMax: 10,
  exportsKeptMax: 50,
  exportsAtOnceMax: 1,
  runRetryMsMax: 60_000,
  idleConnectionMs: 120_000,
  bodyArrivalMs: 30_000,
  readyMsMax: 2_000,
  shutdownMs: 10_000,
  sandboxDrainMs: 10_000,
  sandboxBelievedMs: 1_000,
  requestsPerSecondMax: 2_000,
  requestBurstMax: 10_000,
  requestsAtOnceMax: 500,
  keysFetchMs: 5_000,
  keysPauseMs: 30_000,
  keysAgeMs: 600_000,
  tokenBelievedMs: 60_000,
  clockSkewSeconds: 5,
  tokenLifeSeconds: 86_400,
};

function decodeLimits(read: SettingsReader): ServerLimits {
  const bytes = { min: 1_024, max: 1_073_741_824 };
  const rate = { min: 1, max: 1_000_000 };
  return {
    ...defaultLimits,
    bodyBytesMax: read.wholeNumber('MUSTER_BODY_BYTES_MAX', defaultLimits.bodyBytesMax, bytes),
    jobsInProgressMax: read.wholeNumber('MUSTER_JOBS_IN_PROGRESS_MAX', defaultLimits.jobsInProgressMax, {
      min: 1,
      max: 10_000,
    }),
    jobsAtOnceMax: read.wholeNumber('MUSTER_JOBS_AT_ONCE_MAX', defaultLimits.jobsAtOnceMax, { min: 1, max: 64 }),
    shutdownMs: read.wholeNumber('MUSTER_SHUTDOWN_MS', defaultLimits.shutdownMs, { min: 0, max: 600_000 }),
    requestsPerSecondMax: read.wholeNumber('MUSTER_REQUESTS_PER_SECOND_MAX', defaultLimits.requestsPerSecondMax, rate),
    requestBurstMax: read.wholeNumber('MUSTER_REQUEST_BURST_MAX', defaultLimits.requestBurstMax, rate),
    requestsAtOnceMax: read.wholeNumber('MUSTER_REQUESTS_AT_ONCE_MAX', defaultLimits.requestsAtOnceMax, rate),
  };
}

function decodeClock(read: SettingsReader): ClockSetting {
  const mode = read.oneOf('MUSTER_CLOCK', ['fixed', 'running'], 'fixed');
  const text = read.text('MUSTER_NOW', '');
  const time = parseIsoTime(text);
  if (time !== null && time >= 0) return { mode, at: epochMs(Math.floor(time)) };
  if (text !== '') {
    read.problems.push(`MUSTER_NOW is \`${text}\`; expected a time in ISO 8601, such as 2024-05-01T00:00:00Z`);
  } else if (read.text('MUSTER_CLOCK', '') !== '') {
    read.problems.push('MUSTER_NOW is missing; expected the time from which MUSTER_CLOCK goes on');
  }
  return { mode: 'system', at: null };
}

const idSeedLengthMax = 200;

function decodeIdSeed(read: SettingsReader): string | null {
  const seed = read.text('MUSTER_ID_SEED', '');
  if (seed.length > idSeedLengthMax) {
    read.problems.push(`MUSTER_ID_SEED is too long; expected at most ${idSeedLengthMax} characters`);
  }
  return seed === '' ? null : seed;
}

/** Settings for tests. With them tokens would not expire, and ids could be foreseen. */
function refuseInEarnest(read: SettingsReader): void {
  for (const name of ['MUSTER_NOW', 'MUSTER_ID_SEED'] as const) {
    if (read.text(name, '') !== '') read.problems.push(`${name} is set; it is for tests, with MUSTER_AUTH=dev only`);
  }
}

/** The settings in an environment. Throws a `ConfigError` that names everything that is wrong. */
export function decodeConfig(environment: Environment): ServerConfig {
  const read = new SettingsReader(environment);
  const host = read.text('MUSTER_HOST', '127.0.0.1');
  const dataDir = resolve(read.text('MUSTER_DATA_DIR', '.muster'));
  const databaseUrl = read.text('MUSTER_DATABASE_URL', `sqlite:${join(dataDir, 'control.sqlite')}`);
  const clickhouseUrl = read.text('MUSTER_CLICKHOUSE_URL', '');
  const externalDir = read.text('MUSTER_EXTERNAL_DIR', '');
  const config: ServerConfig = {
    host,
    port: read.wholeNumber('MUSTER_PORT', 8_080, { min: 0, max: 65_535 }),
    dataDir,
    databaseUrl: read.url('MUSTER_DATABASE_URL', databaseUrl, ['sqlite:', 'postgres://', 'postgresql://']),
    clickhouseUrl:
      clickhouseUrl === ''
        ? null
        : read.url('MUSTER_CLICKHOUSE_URL', clickhouseUrl, ['http://', 'https://', 'clickhouse://']),
    externalDir: externalDir === '' ? null : resolve(externalDir),
    auth: decodeAuthConfig(read, host),
    logLevel: read.oneOf('MUSTER_LOG_LEVEL', logLevels, 'info'),
    clock: decodeClock(read),
    idSeed: decodeIdSeed(read),
    limits: decodeLimits(read),
  };
  if (config.auth.kind !== 'dev') refuseInEarnest(read);
  read.refuseMisspelt();
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return config;
}
