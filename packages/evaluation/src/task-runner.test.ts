import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  epochMs,
  type Preview,
  type PreviewOutcome,
  Problem,
  type Scope,
  taskId,
} from '@muster/audience';
import { type ControlStore, openSqliteControlStore } from '@muster/store';
import { createTaskRunner, type TaskRunner, type TaskRunnerOptions } from './task-runner.ts';

function testScope(): Scope {
  const org = decodeOrgId('TEST@AdobeOrg');
  const sandbox = decodeSandboxName('prod');
  assert.ok(org !== null && sandbox !== null);
  return { org, sandbox, actor: actorId('tester') };
}

const scope = testScope();
const quiet = { info: () => undefined, error: () => undefined };
const outcome: PreviewOutcome = {
  totalProfiles: 1,
  profilesRead: 1,
  profilesMatched: 1,
  byNamespace: {},
  firstMatches: [1],
};

type Options = TaskRunnerOptions<Preview['request'], PreviewOutcome>;

/** A runner over a real store, whose work is `run`. */
class Bench {
  readonly clock = { time: 5_000, now: () => epochMs(this.clock.time) };
  readonly control: ControlStore;

  constructor(control: ControlStore) {
    this.control = control;
  }

  runner(run: Options['run'], changes: Partial<Options> = {}): TaskRunner {
    const { clock } = this;
    const store = this.control.previews;
    return createTaskRunner({
      name: 'preview',
      store,
      clock,
      log: quiet,
      concurrency: 1,
      abandonedAfterMs: 0,
      run,
      ...changes,
    });
  }

  create(id: string): Promise<Preview> {
    const expression = { type: 'PQL', format: 'pql/text', value: 'true' } as const;
    const rule = { audienceId: audienceId('a'), expression, mergePolicyId: '' };
    const request = { audiences: [rule], asOf: epochMs(1) } as const;
    const made = { id: taskId(id), subject: '', request, createdBy: scope.actor, createdAt: this.clock.now() };
    return this.control.previews.create(scope, made);
  }

  async find(id: string): Promise<Preview> {
    return (await this.control.previews.find(scope, taskId(id))) ?? assert.fail(`no ${id}`);
  }
}

async function openBench(context: TestContext): Promise<Bench> {
  const control = await openSqliteControlStore({ path: ':memory:' });
  context.after(() => control.close());
  return new Bench(control);
}

/** Work that goes on until it is aborted, and a promise of its beginning. */
function endless(): { readonly run: Options['run']; readonly begun: Promise<void> } {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const run: Options['run'] = (_scope, _task, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      begin();
    });
  return { run, begun };
}

test('tasks run one after the other, oldest first, and succeed with what they give', async (context) => {
  const bench = await openBench(context);
  const order: string[] = [];
  for (const id of ['p1', 'p2', 'p3']) {
    await bench.create(id);
    bench.clock.time += 1;
  }
  const runner = bench.runner(async (_scope, task) => {
    order.push(task.id);
    return outcome;
  });
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  assert.deepEqual(order, ['p1', 'p2', 'p3']);
  const { status, attempts, progress, startedAt, endedAt, ...done } = await bench.find('p1');
  assert.deepEqual({ status, attempts, progress }, { status: 'SUCCEEDED', attempts: 1, progress: 1 });
  assert.deepEqual([done.outcome, startedAt, endedAt], [outcome, 5_003, 5_003]);
});

test('a task that fails says why, a refusal in its own words and a bug without details', async (context) => {
  const bench = await openBench(context);
  await bench.create('refused');
  await bench.create('broken');
  const runner = bench.runner(async (_scope, { id }) => {
    throw id === 'refused' ? new Problem('fileUnreadable', [{ message: 'no such file' }]) : new Error('secret');
  });
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  const [refused, broken] = [await bench.find('refused'), await bench.find('broken')];
  assert.deepEqual(refused.error, {
    code: 'MUSTER-100015-400',
    message: 'The file cannot be read. no such file',
  });
  assert.equal(broken.status, 'FAILED');
  assert.ok(!JSON.stringify(broken.error).includes('secret'));
});

test('a task that loses the engine is tried three times', async (context) => {
  const bench = await openBench(context);
  await bench.create('p');
  let runs = 0;
  const runner = bench.runner(async () => {
    runs += 1;
    throw new Problem('engineUnavailable');
  });
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  assert.equal(runs, 3);
  assert.equal((await bench.find('p')).status, 'FAILED');
});

test('a running task that is to be cancelled ends as cancelled', async (context) => {
  const bench = await openBench(context);
  await bench.create('p');
  const { run, begun } = endless();
  const runner = bench.runner(run);
  context.after(() => runner.stop());
  runner.start();
  await begun;
  const running = await bench.find('p');
  assert.equal(running.status, 'PROCESSING');
  await bench.control.previews.transition(scope, { ...running, status: 'CANCELLING' }, ['PROCESSING']);
  runner.abort(running.id);
  await runner.whenIdle();
  assert.equal((await bench.find('p')).status, 'CANCELLED');
});

test('a stop leaves a running task to be resumed, and is no attempt', async (context) => {
  const bench = await openBench(context);
  await bench.create('p');
  const { run, begun } = endless();
  const first = bench.runner(run);
  first.start();
  await begun;
  await first.stop();
  const left = await bench.find('p');
  assert.deepEqual([left.status, left.attempts], ['NEW', 0]);
  const second = bench.runner(async () => outcome);
  context.after(() => second.stop());
  second.start();
  await second.whenIdle();
  assert.equal((await bench.find('p')).status, 'SUCCEEDED');
});

test('what a process that was killed left is taken up, cancelled, or given up after three attempts', async (context) => {
  const bench = await openBench(context);
  const left: readonly [string, Partial<Preview>, string][] = [
    ['once', { status: 'PROCESSING', attempts: 1 }, 'SUCCEEDED'],
    ['thrice', { status: 'PROCESSING', attempts: 3 }, 'FAILED'],
    ['unwanted', { status: 'CANCELLING', attempts: 1 }, 'CANCELLED'],
  ];
  for (const [id, changes] of left) {
    const made = await bench.create(id);
    await bench.control.previews.transition(scope, { ...made, ...changes }, ['NEW']);
  }
  const runner = bench.runner(async () => outcome);
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  for (const [id, , status] of left) assert.equal((await bench.find(id)).status, status, id);
  assert.match((await bench.find('thrice')).error?.message ?? '', /started 3 times/);
});

test('a task that another process refreshes is left alone', async (context) => {
  const bench = await openBench(context);
  const made = await bench.create('p');
  const taken: Preview = { ...made, status: 'PROCESSING', attempts: 1, updatedAt: bench.clock.now() };
  await bench.control.previews.transition(scope, taken, ['NEW']);
  const runner = bench.runner(async () => outcome, { abandonedAfterMs: 1_000 });
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  assert.equal((await bench.find('p')).status, 'PROCESSING');
  bench.clock.time += 1_000;
  runner.wake();
  await runner.whenIdle();
  assert.equal((await bench.find('p')).status, 'SUCCEEDED');
});

test('a task whose time has not come waits, and holds up nobody', async (context) => {
  const bench = await openBench(context);
  await bench.create('later');
  await bench.create('now');
  const isDue = ({ id }: Preview): boolean => id === 'now' || bench.clock.time > 5_000;
  const runner = bench.runner(async () => outcome, { isDue });
  context.after(() => runner.stop());
  runner.start();
  await runner.whenIdle();
  assert.deepEqual([(await bench.find('later')).status, (await bench.find('now')).status], ['NEW', 'SUCCEEDED']);
  bench.clock.time += 1;
  runner.wake();
  await runner.whenIdle();
  assert.equal((await bench.find('later')).status, 'SUCCEEDED');
});
