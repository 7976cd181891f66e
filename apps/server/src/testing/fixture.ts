/** A server for tests: a real control store of its own, the data plane that the test gives, jobs that the test ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type EpochMs,
  epochMs,
  type IdSource,
  type ImportRun,
  type JobMetrics,
  Problem,
} from '@muster/audience';
import { createJobRunner, type EvaluateJob, type JobRunner, type TaskRunner } from '@muster/evaluation';
import { loadObjectType, type Schema } from '@muster/pql';
import { type ControlStore, type DataStore, openControlStore, openSqliteControlStore } from '@muster/store';
import type { FastifyInstance } from 'fastify';
import { createRuleAnalyzer } from '../adapters/analyze-rule.ts';
import { type ExternalFiles, openExternalFiles } from '../adapters/external-files.ts';
import type { AuthConfig } from '../auth/auth-config.ts';
import { openAuth } from '../auth/open-auth.ts';
import { defaultLimits, type ServerLimits } from '../config.ts';
import { type AppDependencies, createApp } from '../http/app.ts';
import { type AudienceCache, cacheAudiences, noAudienceCache } from '../http/audience-cache.ts';
import { createSandboxGate } from '../http/sandbox-gate.ts';
import { createTaskRunners } from '../task-runners.ts';
import { RunFailures } from '../use-cases/run-failures.ts';
import { startDueRuns } from '../use-cases/scheduled-runs.ts';
import { checkAnswers } from './checked-app.ts';
import { newTestDatabase } from './test-database.ts';

/** When the test's clock stands still unless moved. */
export const testTime = epochMs(1_700_000_000_500);

/** The fields that rules in tests may use. */
const { type: profile } = loadObjectType({
  properties: {
    person: {
      properties: {
        name: { properties: { firstName: { type: 'string' } } },
        birthDate: { type: 'string', format: 'date' },
      },
    },
    homeAddress: { properties: { country: { type: 'string' } } },
    workAddress: { properties: { country: { type: 'string' } } },
  },
});

const { type: event } = loadObjectType({
  properties: { timestamp: { type: 'string', format: 'date-time' }, eventType: { type: 'string' } },
});

/** The schema of every sandbox of test servers. */
export const testSchema: Schema = { profile, event };

/** The headers of one tenant. */
export function headersOf(org = 'TEST@AdobeOrg', sandbox = 'prod'): Record<string, string> {
  return { authorization: 'Bearer token', 'x-api-key': 'key', 'x-gw-ims-org-id': org, 'x-sandbox-name': sandbox };
}

/** The text of the error that `noData` throws. */
export const noDataMessage = 'this test has no data plane';

/** In place of a data plane, for tests of what works without one: it answers `ping`, and any other use is an error. */
function noData(): DataStore {
  const unused = (): never => {
    throw new Error(noDataMessage);
  };
  return {
    layout: unused,
    write: unused,
    compact: unused,
    count: unused,
    runBatch: unused,
    probe: unused,
    replaceMembers: unused,
    profiles: unused,
    changes: unused,
    dropSandbox: async () => undefined,
    deleteAudience: async () => undefined,
    summaries: unused,
    members: unused,
    streamMembers: unused,
    exportRows: unused,
    countRows: unused,
    ping: async () => undefined,
    close: async () => undefined,
  };
}

/** A server under test. What it answers to `app.inject` must be as its description has it. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly runner: JobRunner;
  readonly previewRunner: TaskRunner;
  readonly exportRunner: TaskRunner;
  readonly externalRunner: TaskRunner;
  /** Where the files of external audiences are. */
  readonly externalDir: string;
  /** What happens when a run has found its files and read none of them yet: nothing, unless a test says what. */
  readonly betweenFindingAndReading: { work: () => Promise<void> };
  readonly clock: { time: EpochMs };
  /** Ends the evaluation that is under way. */
  readonly evaluation: ControlledEvaluation;
  /** Looks for scheduled runs that are due, as the server does again and again; gives how many it started. */
  startDueRuns(): Promise<number>;
  readonly received: { run: ImportRun; text: string }[];
  /** From now on the data plane says that it is not available. */
  breakData(): void;
  /** From now on the data plane takes for ever to say how it is. */
  hangData(): void;
  close(): Promise<void>;
}

const unexpected = (_schedule: unknown, error: unknown): never => {
  throw error;
};

/** For each look a memory of its own: a run that cannot start fails the test. */
const runFailing = () => ({
  failures: new RunFailures({ firstMs: 2_000, longestMs: 60_000 }),
  onFailure: unexpected,
});

const quiet = { info: () => undefined, error: () => undefined };

/** The evaluation under way, which the test ends. */
class ControlledEvaluation {
  #start: () => void = () => undefined;
  /** Resolves when the first evaluation has begun. */
  readonly started = new Promise<void>((resolve) => {
    this.#start = resolve;
  });
  finish: (metrics: Partial<JobMetrics>) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  readonly evaluate: EvaluateJob = (_scope, job, { signal }) =>
    new Promise((resolve, reject) => {
      const counts = job.audiences.map(({ audienceId }) => ({
        audienceId,
        total: 0,
        realized: 0,
        existing: 0,
        exited: 0,
        byNamespace: {},
      }));
      const metrics = { startedAt: testTime, endedAt: testTime, totalProfiles: 0, counts };
      this.finish = (changes) => resolve({ metrics: { ...metrics, ...changes }, problems: [], isFailure: false });
      this.fail = reject;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      this.#start();
    });
}

/** Ids in the form of UUIDs, counted from 1. */
export function countedIds(): IdSource {
  let count = 0;
  return {
    uuid() {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
  };
}

/** Refuses the one mapping that tests break. */
const checkMapping: AppDependencies['checkMapping'] = (mapping) =>
  'broken' in mapping ? new Problem('mappingInvalid', [{ message: 'unknown key', field: '/broken' }]) : null;

/** Takes every import as it comes and notes what came. */
function receiveInto(
  received: TestServer['received'],
  control: ControlStore,
  clock: Clock,
): AppDependencies['receiveImport'] {
  return async (scope, run, bytes) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    const done: ImportRun = { ...run, status: 'succeeded', updatedAt: clock.now() };
    await control.imports.replace(scope, done);
    received.push({ run, text: Buffer.concat(pieces).toString('utf8') });
    return done;
  };
}

/** A new control store, with the cache that the program has before such a one. */
async function openStore(): Promise<{ readonly control: ControlStore; readonly cache: AudienceCache }> {
  const databaseUrl = await newTestDatabase();
  return databaseUrl === null
    ? cacheAudiences(await openSqliteControlStore({ path: ':memory:' }))
    : { control: await openControlStore(databaseUrl), cache: noAudienceCache };
}

/** Files of which each list is given when `pause` is over. */
function withPause(files: ExternalFiles, pause: () => Promise<void>): ExternalFiles {
  return {
    async list(source, from, to) {
      const found = await files.list(source, from, to);
      await pause();
      return found;
    },
  };
}

/** Opens a server. `changes` replace default limits; a data plane that is given stays open when the server closes. */
export async function openTestServer(
  changes: Partial<ServerLimits> = {},
  data: DataStore = noData(),
  authConfig: AuthConfig = { kind: 'dev' },
): Promise<TestServer> {
  const limits = { ...defaultLimits, ...changes };
  const clock = { time: testTime, now: () => clock.time };
  const auth = await openAuth(authConfig, { clock, limits });
  const { control, cache } = await openStore();
  const evaluation = new ControlledEvaluation();
  const runner = createJobRunner({ control, evaluate: evaluation.evaluate, clock, log: quiet });
  const folder = await mkdtemp(join(tmpdir(), 'muster-server-'));
  const ids = countedIds();
  const betweenFindingAndReading: TestServer['betweenFindingAndReading'] = { work: async () => undefined };
  const files = withPause(openExternalFiles(folder), () => betweenFindingAndReading.work());
  const own = { control, data, clock, ids, log: quiet, limits };
  const tasks = createTaskRunners({ ...own, files, exportsPath: join(folder, 'exports'), abandonedAfterMs: 0 });
  const alone = { isShared: cache === noAudienceCache, settableClock: null, logLevel: 'silent' } as const;
  const received: TestServer['received'] = [];
  const gate = createSandboxGate(limits.sandboxDrainMs);
  const removal = { ...own, ...tasks, ...gate, runner, noticeMs: 0, drainMs: limits.sandboxDrainMs };
  const app = await createApp({
    ...own,
    analyzeRule: createRuleAnalyzer({ compile: () => ({ error: 'no patterns in this test' }) }),
    loadSchema: async () => testSchema,
    checkMapping,
    receiveImport: receiveInto(received, control, clock),
    runner,
    ...tasks,
    audienceCache: cache,
    gate,
    removal,
    ...alone,
    auth,
  });
  return {
    app: checkAnswers(app),
    runner,
    ...tasks,
    externalDir: folder,
    betweenFindingAndReading,
    clock,
    evaluation,
    received,
    startDueRuns: () => startDueRuns({ control, clock, ids, runner }, { ...limits, ...runFailing() }),
    breakData() {
      data.ping = () => Promise.reject(new Problem('engineUnavailable'));
    },
    hangData() {
      data.ping = () => new Promise(() => undefined);
    },
    async close() {
      await app.close();
      await runner.stop();
      for (const each of tasks.all) await each.stop();
      await rm(folder, { recursive: true, force: true });
      await control.close();
    },
  };
}
