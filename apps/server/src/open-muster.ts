/** The composition root: the one place that chooses adapters. */
import { join } from 'node:path';
import type { Clock } from '@muster/audience';
import { createJobRunner, evaluateBatch, type JobLog, re2Engine } from '@muster/evaluation';
import { checkMapping, receiveImport } from '@muster/ingestion';
import {
  type ControlStore,
  type DataFolderLock,
  type DataStore,
  loadSandboxSchema,
  lockDataFolder,
  openClickHouseDataStore,
  openControlStore,
  openEmbeddedDataStore,
} from '@muster/store';
import type { FastifyInstance } from 'fastify';
import { createRuleAnalyzer } from './adapters/analyze-rule.ts';
import { openExternalFiles } from './adapters/external-files.ts';
import { type Repetition, repeat } from './adapters/repeat.ts';
import { createClock, type SettableClock } from './adapters/settable-clock.ts';
import { type Auth, openAuth } from './auth/open-auth.ts';
import type { ServerConfig, ServerLimits } from './config.ts';
import { createApp } from './http/app.ts';
import { cacheAudiences, noAudienceCache } from './http/audience-cache.ts';
import { createSandboxGate, type SandboxGate } from './http/sandbox-gate.ts';
import { createTaskRunners } from './task-runners.ts';
import { type RemovalDependencies, resumeRemovals } from './use-cases/remove-sandbox.ts';
import { RunFailures } from './use-cases/run-failures.ts';
import { startDueRuns } from './use-cases/scheduled-runs.ts';

/** A server that does not listen yet: `inject` works, jobs run. */
export interface Muster {
  readonly app: FastifyInstance;
  /** Listens as the settings say and gives the URL. Throws the system's error when the address cannot be used. */
  listen(): Promise<string>;
  /** Stops accepting, lets requests finish until the deadline, lets jobs go, closes the stores. */
  close(): Promise<void>;
}

/** With a store that other processes share, a job nobody refreshed for so long belongs to nobody. */
const abandonedAfterMs = 30_000;

function openDataStore(config: ServerConfig): Promise<DataStore> | DataStore {
  if (config.clickhouseUrl !== null) return openClickHouseDataStore({ url: config.clickhouseUrl });
  return openEmbeddedDataStore({ folder: join(config.dataDir, 'engine') });
}

interface Stores {
  readonly control: ControlStore;
  readonly data: DataStore;
  /** Null when nothing is kept in the folder. */
  readonly lock: DataFolderLock | null;
  /** Whether only this process writes to the control store. */
  readonly isExclusive: boolean;
}

/** Opens both stores; `opened` closes them in the end, or now if one of them fails. */
async function openStores(config: ServerConfig, clock: Clock, opened: AsyncDisposableStack): Promise<Stores> {
  const isExclusive = config.databaseUrl.startsWith('sqlite:');
  const lock = isExclusive || config.clickhouseUrl === null ? lockDataFolder(config.dataDir) : null;
  opened.defer(() => lock?.release());
  const [control, data] = await Promise.all([
    openControlStore(config.databaseUrl, { idSeed: config.idSeed }).then((store) =>
      opened.adopt(store, () => store.close()),
    ),
    Promise.resolve(openDataStore(config)).then((store) => opened.adopt(store, () => store.close())),
  ]);
  await control.imports.interruptAllEverywhere(clock.now());
  return { control, data, lock, isExclusive };
}

/** What an application is composed of. */
interface Parts {
  readonly config: ServerConfig;
  readonly stores: Stores;
  readonly auth: Auth;
  readonly clock: SettableClock;
}

/** What removes sandboxes, and keeps requests out of them meanwhile. */
function composeRemoval(
  { config, stores }: Parts,
  deps: Omit<RemovalDependencies, 'whileClosed' | 'noticeMs' | 'drainMs'>,
): { readonly gate: SandboxGate; readonly removal: RemovalDependencies } {
  const { sandboxDrainMs, sandboxBelievedMs } = config.limits;
  const gate = createSandboxGate(sandboxDrainMs);
  const removal = {
    ...deps,
    whileClosed: gate.whileClosed,
    noticeMs: stores.isExclusive ? 0 : sandboxBelievedMs,
    drainMs: sandboxDrainMs,
  };
  return { gate, removal };
}

/** The control store, with a cache of answers where nobody else writes. */
function composeControl({ control, isExclusive }: Stores): ReturnType<typeof cacheAudiences> {
  return isExclusive ? cacheAudiences(control) : { control, cache: noAudienceCache };
}

/** The application and its runners over open stores. */
async function composeApp(parts: Parts, opened: AsyncDisposableStack): Promise<FastifyInstance> {
  const { config, stores, auth, clock } = parts;
  const { data, isExclusive } = stores;
  const { control, cache } = composeControl(stores);
  const { ids } = control;
  const log: JobLog = {
    info: (fields, message) => app.log.info(fields, message),
    error: (fields, message) => app.log.error(fields, message),
  };
  const own = { control, data, clock };
  const batch = { ...own, regex: re2Engine };
  const runner = createJobRunner({
    control,
    clock,
    log,
    concurrency: config.limits.jobsAtOnceMax,
    abandonedAfterMs: isExclusive ? 0 : abandonedAfterMs,
    evaluate: (scope, job, options) => evaluateBatch(batch, scope, job, options),
  });
  const tasks = createTaskRunners({
    ...own,
    log,
    limits: config.limits,
    ids,
    exportsPath: join(config.dataDir, 'exports'),
    files: openExternalFiles(config.externalDir),
    abandonedAfterMs: isExclusive ? 0 : abandonedAfterMs,
  });
  if (isExclusive) await tasks.exportFiles.sweep();
  const { gate, removal } = composeRemoval(parts, { ...own, runner, ...tasks });
  const app = await createApp({
    ...own,
    ids,
    runner,
    ...tasks,
    checkMapping,
    analyzeRule: createRuleAnalyzer(re2Engine),
    loadSchema: (scope) => loadSandboxSchema(control, scope),
    receiveImport: (scope, run, bytes, signal) => receiveImport(batch, scope, run, bytes, signal),
    audienceCache: cache,
    auth,
    gate,
    removal,
    isShared: !isExclusive,
    settableClock: config.auth.kind === 'dev' ? clock : null,
    limits: config.limits,
    logLevel: config.logLevel,
  });
  const runners = [runner, ...tasks.all];
  opened.defer(() => Promise.all(runners.map((each) => each.stop())).then(() => undefined));
  opened.defer(() => closeApp(app, config.limits.shutdownMs));
  for (const each of runners) each.start();
  await resumeRemovals(removal, (sandbox, error) =>
    log.error({ err: error, sandbox: sandbox.name }, 'the removal of a sandbox could not be ended'),
  );
  opened.adopt(startScheduler({ control, clock, ids, runner }, config.limits, log), (scheduler) => scheduler.stop());
  return app;
}

/** Starts the runs of schedules when they are due, until it is stopped. */
function startScheduler(
  deps: Parameters<typeof startDueRuns>[0],
  { jobsInProgressMax, scheduleLookMs, runRetryMsMax }: ServerLimits,
  log: JobLog,
): Repetition {
  const failures = new RunFailures({ firstMs: 2 * scheduleLookMs, longestMs: runRetryMsMax });
  const onFailure: Parameters<typeof startDueRuns>[1]['onFailure'] = (schedule, error) =>
    log.error({ err: error, scheduleId: schedule.id }, 'a run could not start');
  return repeat(
    () => startDueRuns(deps, { jobsInProgressMax, failures, onFailure }),
    scheduleLookMs,
    (error) => log.error({ err: error }, 'schedules could not be read; the next look tries again'),
  );
}

/** Lets requests finish, then cuts off those that take longer than the deadline. */
async function closeApp(app: FastifyInstance, shutdownMs: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), shutdownMs);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}

/**
 * A server over the stores that the settings name. Throws `ConfigError` when a file they name cannot be used, `StoreOpenError` when a store or the data folder cannot be
 * used, `engineUnavailable` when the engine does not come up; nothing stays open then.
 */
export async function openMuster(config: ServerConfig): Promise<Muster> {
  const opened = new AsyncDisposableStack();
  try {
    // Before the stores: a key that cannot be read should not take the time of an engine to be told.
    const clock = createClock(config.clock, Date.now);
    const auth = await openAuth(config.auth, { clock, limits: config.limits });
    const stores = await openStores(config, clock, opened);
    const app = await composeApp({ config, stores, auth, clock }, opened);
    return {
      app,
      async listen() {
        const url = await app.listen({ host: config.host, port: config.port });
        stores.lock?.publishUrl(url);
        return url;
      },
      close: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
