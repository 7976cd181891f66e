import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  type EvaluationJob,
  epochMs,
  etag,
  jobId,
  Problem,
  type Scope,
} from '@muster/audience';
import { type ControlStore, openSqliteControlStore } from '@muster/store';
import type { BatchEvaluation } from './evaluate-batch.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

function testScope(): Scope {
  const org = decodeOrgId('TEST@AdobeOrg');
  const sandbox = decodeSandboxName('prod');
  assert.ok(org !== null && sandbox !== null);
  return { org, sandbox, actor: actorId('tester') };
}

const scope = testScope();
const quiet = { info: () => undefined, error: () => undefined };

/** A job as a request makes it. */
function newJob(id: string, changes: Partial<EvaluationJob> = {}): EvaluationJob {
  const time = epochMs(1_000);
  return {
    id: jobId(id),
    source: 'api',
    requestId: 'request',
    scheduledRun: null,
    status: 'NEW',
    asOf: time,
    audiences: [],
    createdBy: scope.actor,
    createdAt: time,
    updatedAt: time,
    attempts: 0,
    progress: 0,
    metrics: null,
    errors: [],
    ...changes,
  };
}

interface Evaluation {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number) => void;
  finish(...problems: readonly Problem[]): void;
  fail(error: Error): void;
}

/** A runner over a real store, whose evaluations the test ends. */
class Bench {
  readonly clock = { time: 5_000, now: () => epochMs(this.clock.time) };
  readonly evaluations: Evaluation[] = [];
  readonly control: ControlStore;
  #waiting: (() => void)[] = [];

  constructor(control: ControlStore) {
    this.control = control;
  }

  runner(options: { concurrency?: number; abandonedAfterMs?: number } = {}): JobRunner {
    return createJobRunner({
      control: this.control,
      clock: this.clock,
      log: quiet,
      ...options,
      evaluate: (_scope, job, { signal, onProgress }) =>
        new Promise<BatchEvaluation>((resolve, reject) => {
          const counts = job.audiences.map(({ audienceId: id }) => {
            return { audienceId: id, total: 3, realized: 2, existing: 1, exited: 0, byNamespace: { email: 3 } };
          });
          const metrics = { startedAt: epochMs(1), endedAt: epochMs(2), totalProfiles: 9, counts };
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          const finish = (...problems: readonly Problem[]): void =>
            resolve({ metrics, problems, isFailure: problems.length > 1 });
          this.evaluations.push({ id: job.id, signal, onProgress, finish, fail: reject });
          for (const wake of this.#waiting.splice(0)) wake();
        }),
    });
  }

  /** The nth evaluation that was started, as soon as it is. */
  async evaluation(index: number): Promise<Evaluation> {
    for (;;) {
      const found = this.evaluations[index];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async job(id: string): Promise<EvaluationJob> {
    const job = await this.control.jobs.find(scope, jobId(id));
    assert.ok(job !== null);
    return job;
  }
}

async function openBench(context: TestContext): Promise<Bench> {
  const control = await openSqliteControlStore({ path: ':memory:' });
  context.after(() => control.close());
  return new Bench(control);
}

test('jobs run one at a time, oldest first, and end with their metrics', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('second', { createdAt: epochMs(2_000) }));
  await bench.control.jobs.create(scope, newJob('first'));
  const runner = bench.runner();
  runner.start();
  const first = await bench.evaluation(0);
  assert.equal(first.id, 'first');
  assert.equal((await bench.job('first')).status, 'PROCESSING');
  assert.equal((await bench.job('second')).status, 'NEW');
  assert.equal(bench.evaluations.length, 1);
  first.finish();
  (await bench.evaluation(1)).finish();
  await runner.whenIdle();
  const done = await bench.job('first');
  assert.equal(done.status, 'SUCCEEDED');
  assert.equal(done.progress, 1);
  assert.equal(done.attempts, 1);
  assert.equal(done.metrics?.totalProfiles, 9);
  await runner.stop();
});

test('a job that left audiences out has succeeded, and says why it has no counts of them', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('partly'));
  await bench.control.jobs.create(scope, newJob('failure', { createdAt: epochMs(2_000) }));
  const runner = bench.runner();
  runner.start();
  const problem = new Problem('expressionInvalid', [{ message: 'audience `x`: no' }]);
  (await bench.evaluation(0)).finish(problem);
  (await bench.evaluation(1)).finish(problem, problem);
  await runner.whenIdle();
  const { status, errors } = await bench.job('partly');
  assert.equal(status, 'SUCCEEDED');
  assert.deepEqual(
    errors.map(({ message }) => message.endsWith(' audience `x`: no')),
    [true],
  );
  const failure = await bench.job('failure');
  assert.deepEqual([failure.status, failure.errors.length, failure.metrics?.totalProfiles], ['FAILED', 2, 9]);
  await runner.stop();
});

test('a job that left out very many audiences names some, and counts the others', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('mostly'));
  const runner = bench.runner();
  runner.start();
  const problems = Array.from({ length: 250 }, (_, audience) => {
    const details = Array.from({ length: 12 }, (__, finding) => ({ message: `audience ${audience}: ${finding}` }));
    return new Problem('expressionInvalid', details);
  });
  (await bench.evaluation(0)).finish(...problems);
  await runner.whenIdle();
  const { errors } = await bench.job('mostly');
  assert.equal(errors.length, 101);
  assert.match(errors[99]?.message ?? '', /audience 99: 9 \(and 2 more\)$/);
  assert.equal(errors[100]?.message, '150 more audiences could not be evaluated');
  await runner.stop();
});

test('more than one job runs at a time when that is allowed', async (context) => {
  const bench = await openBench(context);
  for (const id of ['a', 'b', 'c']) await bench.control.jobs.create(scope, newJob(id));
  const runner = bench.runner({ concurrency: 2 });
  runner.start();
  await bench.evaluation(1);
  assert.equal(bench.evaluations.length, 2);
  await runner.stop();
});

test('a failure is written on the job: a problem by its code, anything else without detail', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('problem'));
  await bench.control.jobs.create(scope, newJob('surprise', { createdAt: epochMs(2_000) }));
  const runner = bench.runner();
  runner.start();
  (await bench.evaluation(0)).fail(new Problem('expressionInvalid', [{ message: 'no answer' }]));
  (await bench.evaluation(1)).fail(new Error('secret password 123'));
  await runner.whenIdle();
  const problem = await bench.job('problem');
  assert.equal(problem.status, 'FAILED');
  assert.equal(problem.errors[0]?.code, 'MUSTER-100002-400');
  assert.match(problem.errors[0]?.message ?? '', /no answer/);
  assert.doesNotMatch((await bench.job('surprise')).errors[0]?.message ?? '', /secret/);
  await runner.stop();
});

test('progress is stored at most once a second', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('a'));
  const runner = bench.runner();
  runner.start();
  const evaluation = await bench.evaluation(0);
  evaluation.onProgress(0.2);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await bench.job('a')).progress, 0);
  bench.clock.time += 1_000;
  evaluation.onProgress(0.5);
  evaluation.onProgress(0.6);
  while ((await bench.job('a')).progress === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await bench.job('a')).progress, 0.5);
  evaluation.finish();
  await runner.whenIdle();
  assert.equal((await bench.job('a')).progress, 1);
  await runner.stop();
});

test('a job that is being cancelled is aborted and ends as cancelled', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('a'));
  const runner = bench.runner();
  runner.start();
  await bench.evaluation(0);
  const job = await bench.job('a');
  assert.ok(await bench.control.jobs.transition(scope, { ...job, status: 'CANCELLING' }, ['PROCESSING']));
  runner.abort(job.id);
  await runner.whenIdle();
  assert.equal((await bench.job('a')).status, 'CANCELLED');
  await runner.stop();
});

test('a job cancelled by another process is aborted at its next progress', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('a'));
  const runner = bench.runner();
  runner.start();
  const evaluation = await bench.evaluation(0);
  await bench.control.jobs.transition(scope, { ...(await bench.job('a')), status: 'CANCELLING' }, ['PROCESSING']);
  bench.clock.time += 1_000;
  evaluation.onProgress(0.5);
  await runner.whenIdle();
  assert.ok(evaluation.signal.aborted);
  assert.equal((await bench.job('a')).status, 'CANCELLED');
  await runner.stop();
});

test('an evaluation that lost the engine is tried again, three times in all', async (context) => {
  const bench = await openBench(context);
  for (const id of ['lucky', 'unlucky']) await bench.control.jobs.create(scope, newJob(id));
  const runner = bench.runner();
  runner.start();
  const lost = new Problem('engineUnavailable', [{ message: 'no answer' }]);
  (await bench.evaluation(0)).fail(lost);
  (await bench.evaluation(1)).finish();
  for (const index of [2, 3, 4]) (await bench.evaluation(index)).fail(lost);
  await runner.whenIdle();
  const [lucky, unlucky] = [await bench.job('lucky'), await bench.job('unlucky')];
  assert.deepEqual([lucky.status, lucky.attempts, lucky.errors], ['SUCCEEDED', 2, []]);
  assert.deepEqual([unlucky.status, unlucky.attempts, unlucky.errors.length], ['FAILED', 3, 1]);
  assert.equal(unlucky.errors[0]?.code, 'MUSTER-100017-503');
  await runner.stop();
});

test('a clean stop leaves the job to be resumed and counts no attempt', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('a'));
  const first = bench.runner();
  first.start();
  await bench.evaluation(0);
  await first.stop();
  assert.equal((await bench.job('a')).status, 'QUEUED');
  assert.equal((await bench.job('a')).attempts, 0);
  const second = bench.runner();
  second.start();
  (await bench.evaluation(1)).finish();
  await second.whenIdle();
  assert.equal((await bench.job('a')).status, 'SUCCEEDED');
  await second.stop();
});

test('what a vanished process left is taken up again, cancelled, or given up after three attempts', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(scope, newJob('again', { status: 'PROCESSING', attempts: 2 }));
  await bench.control.jobs.create(scope, newJob('given up', { status: 'PROCESSING', attempts: 3 }));
  await bench.control.jobs.create(scope, newJob('cancelled', { status: 'CANCELLING', attempts: 1 }));
  const runner = bench.runner();
  runner.start();
  (await bench.evaluation(0)).finish();
  await runner.whenIdle();
  assert.equal((await bench.job('again')).status, 'SUCCEEDED');
  assert.equal((await bench.job('again')).attempts, 3);
  assert.equal((await bench.job('given up')).status, 'FAILED');
  assert.equal((await bench.job('given up')).errors.length, 1);
  assert.equal((await bench.job('cancelled')).status, 'CANCELLED');
  await runner.stop();
});

test('a job that another living process refreshes is left alone', async (context) => {
  const bench = await openBench(context);
  await bench.control.jobs.create(
    scope,
    newJob('theirs', { status: 'PROCESSING', attempts: 1, updatedAt: epochMs(4_500) }),
  );
  const runner = bench.runner({ abandonedAfterMs: 30_000 });
  runner.start();
  await runner.whenIdle();
  assert.equal((await bench.job('theirs')).status, 'PROCESSING');
  bench.clock.time += 30_000;
  runner.wake();
  (await bench.evaluation(0)).finish();
  await runner.whenIdle();
  assert.equal((await bench.job('theirs')).status, 'SUCCEEDED');
  await runner.stop();
});

test('the sizes of audiences are stored when a job has succeeded', async (context) => {
  const bench = await openBench(context);
  const id = audienceId('gold');
  const time = epochMs(1_000);
  const expression = { type: 'PQL', format: 'pql/text', value: 'true' } as const;
  await bench.control.audiences.create(scope, {
    kind: 'platform',
    id,
    externalId: 'gold',
    name: 'Gold',
    description: null,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    lifecycleState: 'published',
    labels: [],
    tags: [],
    schemaName: null,
    ttlInDays: null,
    createdBy: scope.actor,
    createdAt: time,
    lastModifiedBy: scope.actor,
    updatedAt: time,
    etag: etag('1'),
    metrics: null,
    expression,
    mergePolicyId: 'p',
    evaluation: { batch: true, streaming: false, edge: false },
    excludeOptOut: true,
    overridePerformanceWarnings: false,
    ansibleDataModel: null,
    payloadSchema: null,
    dependencies: [],
  });
  await bench.control.jobs.create(
    scope,
    newJob('a', { audiences: [{ audienceId: id, expression, mergePolicyId: 'p' }] }),
  );
  const runner = bench.runner();
  runner.start();
  (await bench.evaluation(0)).finish();
  await runner.whenIdle();
  assert.deepEqual((await bench.control.audiences.find(scope, id))?.metrics, {
    jobId: 'a',
    evaluatedAt: 2,
    totalProfiles: 3,
    totalProfilesByNamespace: { email: 3 },
    totalProfilesByStatus: { realized: 2, existing: 1, exited: 0 },
  });
  await runner.stop();
});
