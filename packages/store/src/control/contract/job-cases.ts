import assert from 'node:assert/strict';
import { audienceId, type EvaluationJob, epochMs, jobId, jobStatuses, scheduleId } from '@muster/audience';
import type { JobQuery } from '../../ports/control-store.ts';
import { sampleJob, samplePlatform, sampleTime } from '../testing/samples.ts';
import type { ContractCase } from './contract-case.ts';

const { expression, mergePolicyId } = samplePlatform('a');

/** A job of these audiences. */
function jobOf(id: string, audienceIds: readonly string[], changes: Partial<EvaluationJob> = {}): EvaluationJob {
  const audiences = audienceIds.map((audience) => ({ audienceId: audienceId(audience), expression, mergePolicyId }));
  return sampleJob(id, { audiences, ...changes });
}

const finished: Partial<EvaluationJob> = {
  status: 'SUCCEEDED',
  updatedAt: epochMs(sampleTime + 5),
  attempts: 2,
  progress: 1,
  metrics: {
    startedAt: sampleTime,
    endedAt: epochMs(sampleTime + 5),
    totalProfiles: 5_000_000_000,
    counts: [{ audienceId: audienceId('a'), total: 3, realized: 1, existing: 2, exited: 1, byNamespace: { Email: 3 } }],
  },
  errors: [{ code: 'MUSTER', message: "it's fine" }],
};

const scheduledRun = { scheduleId: scheduleId('s'), runId: 'run' };

const scheduled: Partial<EvaluationJob> = {
  source: 'scheduler',
  requestId: 'schedule-1700000000000',
  scheduledRun,
};

/** What jobs promise. */
export const jobCases: readonly ContractCase[] = [
  {
    name: 'a job is found as it was stored, in every state',
    run: async ({ store, scope }) => {
      for (const status of jobStatuses) {
        const job = sampleJob(`job-${status}`, { ...finished, status, progress: 1 / 3, ...scheduled });
        await store.jobs.create(scope, job);
        assert.deepEqual(await store.jobs.find(scope, job.id), job);
      }
      assert.equal(await store.jobs.find(scope, jobId('unknown\u0000')), null);
    },
  },
  {
    name: 'a job of thousands of audiences is stored once and listed by each',
    run: async ({ store, scope }) => {
      const ids = Array.from({ length: 1_200 }, (_, index) => `a-${index}`);
      const job = jobOf('large', ['a-7', ...ids]);
      await store.jobs.create(scope, job);
      assert.deepEqual(await store.jobs.find(scope, job.id), job);
      const query = { audienceId: audienceId('a-1199') };
      assert.equal((await store.jobs.list(scope, query, { offset: 0, limit: 1 })).totalCount, 1);
    },
  },
  {
    name: 'a job changes state when its stored state is one of the expected ones',
    run: async ({ store, scope }) => {
      const job = sampleJob('job');
      await store.jobs.create(scope, job);
      const running: EvaluationJob = { ...job, status: 'PROCESSING', attempts: 1 };
      assert.equal(await store.jobs.transition(scope, running, ['NEW', 'QUEUED']), true);
      const done: EvaluationJob = { ...running, ...finished };
      assert.equal(await store.jobs.transition(scope, done, ['NEW', 'QUEUED']), false);
      assert.deepEqual(await store.jobs.find(scope, job.id), running);
      assert.equal(await store.jobs.transition(scope, done, ['PROCESSING']), true);
      assert.deepEqual(await store.jobs.find(scope, job.id), done);
      assert.equal(await store.jobs.transition(scope, done, []), false);
      assert.equal(await store.jobs.transition(scope, sampleJob('unknown'), ['NEW']), false);
    },
  },
  {
    name: 'as many jobs as may be are created, however many are asked for at once',
    run: async ({ store, peer, scope }) => {
      await store.jobs.create(scope, sampleJob('ended', { status: 'SUCCEEDED' }));
      const ask = (id: string, index: number): Promise<boolean> =>
        (index % 2 === 0 ? store : peer).jobs.createWithin(scope, sampleJob(id), 3);
      const ids = Array.from({ length: 12 }, (_, index) => `job-${index}`);
      const outcomes = await Promise.all(ids.map(ask));
      assert.equal(outcomes.filter((isCreated) => isCreated).length, 3);
      const stored = await store.jobs.findMany(scope, ids.map(jobId));
      assert.deepEqual(
        stored.map((job) => job.id),
        ids.filter((_, index) => outcomes[index]),
      );
    },
  },
  {
    name: 'one of many that take up the same job at once gets it',
    run: async ({ store, peer, scope }) => {
      const job = sampleJob('job');
      await store.jobs.create(scope, job);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? store : peer).jobs.transition(scope, { ...job, status: 'PROCESSING' }, ['NEW']),
        ),
      );
      assert.equal(outcomes.filter((isTaken) => isTaken).length, 1);
    },
  },
  {
    name: 'jobs are listed in order, by state, audience and schedule, in stable pages',
    run: async ({ store, scope }) => {
      const at = (offset: number): Partial<EvaluationJob> => ({ createdAt: epochMs(sampleTime + offset) });
      await store.jobs.create(scope, jobOf('old', ['a', 'b'], { ...at(1), updatedAt: epochMs(sampleTime + 9) }));
      await store.jobs.create(scope, jobOf('tie-1', ['b'], { ...at(2), status: 'FAILED', scheduledRun }));
      await store.jobs.create(scope, jobOf('tie-2', ['a', 'a'], { ...at(2), status: 'FAILED' }));
      await store.jobs.create(scope, jobOf('new', [], at(3)));
      const check = async (query: JobQuery, expected: readonly string[]): Promise<void> => {
        const pages = await Promise.all([0, 2].map((offset) => store.jobs.list(scope, query, { offset, limit: 2 })));
        assert.deepEqual(
          pages.flatMap((page) => page.items.map((job) => job.id)),
          expected,
        );
        for (const page of pages) assert.equal(page.totalCount, expected.length);
      };
      await check({}, ['new', 'tie-2', 'tie-1', 'old']);
      await check({ status: 'FAILED' }, ['tie-2', 'tie-1']);
      await check({ audienceId: audienceId('a') }, ['tie-2', 'old']);
      await check({ audienceId: audienceId('a'), status: 'NEW' }, ['old']);
      await check({ audienceId: audienceId('c') }, []);
      await check({ sort: { key: 'createdAt', direction: 'asc' } }, ['old', 'tie-1', 'tie-2', 'new']);
      await check({ sort: { key: 'updatedAt', direction: 'desc' } }, ['old', 'tie-2', 'tie-1', 'new']);
      await check({ scheduleId: scheduleId('s') }, ['tie-1']);
      await check({ scheduleId: scheduleId('t') }, []);
      const ids = ['old', 'nothing', 'new'].map(jobId);
      assert.deepEqual(
        (await store.jobs.findMany(scope, ids)).map((job) => job.id),
        ['old', 'new'],
      );
    },
  },
  {
    name: 'jobs that have not ended are counted in a tenant and listed everywhere, oldest first',
    run: async ({ store, scope }) => {
      for (const [index, status] of jobStatuses.entries()) {
        const createdAt = epochMs(sampleTime - index);
        await store.jobs.create(scope, sampleJob(`${scope.org}-${status}`, { status, createdAt }));
      }
      assert.equal(await store.jobs.countUnfinished(scope), 4);
      const mine = (await store.jobs.listUnfinishedEverywhere()).filter((entry) => entry.scope.org === scope.org);
      assert.deepEqual(
        mine.map((entry) => entry.job.status),
        ['CANCELLING', 'PROCESSING', 'QUEUED', 'NEW'],
      );
      assert.deepEqual(mine[0]?.scope, { org: scope.org, sandbox: scope.sandbox, actor: 'runner' });
    },
  },
];
