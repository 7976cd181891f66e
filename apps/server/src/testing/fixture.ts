/** A server for tests: the real control store in memory, members that the test decides, jobs that the test ends. */
import {
  type AudienceId,
  type EpochMs,
  epochMs,
  type IdSource,
  type ImportRun,
  type JobMetrics,
  Problem,
  type ProfileId,
} from '@muster/audience';
import { createJobRunner, type EvaluateJob, type JobRunner } from '@muster/evaluation';
import { loadObjectType, type Schema } from '@muster/pql';
import { type DataStore, type Member, openSqliteControlStore } from '@muster/store';
import type { FastifyInstance } from 'fastify';
import { createRuleAnalyzer } from '../adapters/analyze-rule.ts';
import { defaultLimits, type ServerLimits } from '../config.ts';
import { createApp } from '../http/app.ts';
import { cacheAudiences } from '../http/audience-cache.ts';

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
const testSchema: Schema = { profile, event: { kind: 'object', fields: new Map() } };

/** The headers of one tenant. */
export function headersOf(org = 'TEST@AdobeOrg', sandbox = 'prod'): Record<string, string> {
  return { authorization: 'Bearer token', 'x-api-key': 'key', 'x-gw-ims-org-id': org, 'x-sandbox-name': sandbox };
}

/** The part of the data plane that routes use, over members in memory. */
export function memoryMembers(members: ReadonlyMap<AudienceId, readonly Member[]>): DataStore {
  const unused = (): never => {
    throw new Error('the routes do not use this part of the data plane');
  };
  const shown = (member: Member, fields: readonly string[]): Member => ({
    ...member,
    attributes: Object.fromEntries(fields.map((field) => [field, member.attributes[field] ?? null])),
  });
  return {
    layout: unused,
    write: unused,
    compact: unused,
    count: unused,
    runBatch: unused,
    changes: unused,
    dropSandbox: unused,
    deleteAudience: async () => undefined,
    summaries: async (_scope, ids) =>
      new Map(
        ids.flatMap((id) => (members.has(id) ? [[id, { members: members.get(id)?.length ?? 0, asOf: testTime }]] : [])),
      ),
    members: async (_scope, id, { after, limit, fields }) =>
      (members.get(id) ?? [])
        .filter((member) => after === null || member.profileId > after)
        .slice(0, limit)
        .map((member) => shown(member, fields)),
    async *streamMembers(_scope, id, fields) {
      for (const member of members.get(id) ?? []) yield shown(member, fields);
    },
    ping: async () => undefined,
    close: async () => undefined,
  };
}

/** A server under test. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly runner: JobRunner;
  readonly clock: { time: EpochMs };
  readonly members: Map<AudienceId, readonly Member[]>;
  /** Ends the evaluation that is under way. */
  readonly evaluation: ControlledEvaluation;
  readonly received: { run: ImportRun; text: string }[];
  /** From now on the data plane does not answer. */
  breakData(): void;
  close(): Promise<void>;
}

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
      this.finish = (changes) => resolve({ ...metrics, ...changes });
      this.fail = reject;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      this.#start();
    });
}

/** Ids in the form of UUIDs, counted from 1. */
function countedIds(): IdSource {
  let count = 0;
  return {
    uuid() {
      count += 1;
      return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    },
  };
}

/** Opens a server. `limits` replace the defaults. */
export async function openTestServer(limits: Partial<ServerLimits> = {}): Promise<TestServer> {
  const clock = { time: testTime, now: () => clock.time };
  const { control, cache } = cacheAudiences(await openSqliteControlStore({ path: ':memory:' }));
  const evaluation = new ControlledEvaluation();
  const runner = createJobRunner({ control, evaluate: evaluation.evaluate, clock, log: quiet });
  const members = new Map<AudienceId, readonly Member[]>();
  const received: TestServer['received'] = [];
  const data = memoryMembers(members);
  const ids = countedIds();
  const app = await createApp({
    control,
    data,
    clock,
    ids,
    analyzeRule: createRuleAnalyzer({ compile: () => ({ error: 'no patterns in this test' }) }),
    loadSchema: async () => testSchema,
    checkMapping: (mapping) =>
      'broken' in mapping ? new Problem('mappingInvalid', [{ message: 'unknown key', field: '/broken' }]) : null,
    async receiveImport(scope, run, bytes) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const done: ImportRun = { ...run, status: 'succeeded', updatedAt: clock.time };
      await control.imports.replace(scope, done);
      received.push({ run, text: Buffer.concat(pieces).toString('utf8') });
      return done;
    },
    runner,
    audienceCache: cache,
    limits: { ...defaultLimits, ...limits },
    logLevel: 'silent',
  });
  return {
    app,
    runner,
    clock,
    members,
    evaluation,
    received,
    breakData() {
      data.ping = () => Promise.reject(new Problem('engineUnavailable'));
    },
    async close() {
      await app.close();
      await runner.stop();
      await control.close();
    },
  };
}

/** A member of test audiences. */
export function sampleMember(profileId: ProfileId, firstName: string | null): Member {
  return {
    profileId,
    identity: { namespace: 'email', id: `p${profileId}@example.org` },
    attributes: { 'person.name.firstName': firstName },
  };
}
