import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { decodeConfig } from '../../config.ts';
import { openMuster } from '../../open-muster.ts';
import { checkAnswers } from '../../testing/checked-app.ts';
import { headersOf, openTestServer } from '../../testing/fixture.ts';

const base = '/data/core/ups';
const start = '2024-05-01T00:00:00.000Z';
const rule = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };

/** A server on an empty folder. */
async function openServer(context: TestContext, settings: Record<string, string> = {}): Promise<FastifyInstance> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-clock-'));
  const muster = await openMuster(decodeConfig({ MUSTER_DATA_DIR: folder, MUSTER_LOG_LEVEL: 'silent', ...settings }));
  context.after(async () => {
    await muster.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return checkAnswers(muster.app);
}

const setClock = (app: FastifyInstance, payload: object): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'PUT', url: '/muster/clock', payload });
const advance = (app: FastifyInstance, payload: object): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/muster/clock/advance', payload });

async function post(app: FastifyInstance, path: string, payload: object): Promise<LightMyRequestResponse> {
  const answer = await app.inject({ method: 'POST', url: base + path, headers: headersOf(), payload });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer;
}

test('the clock is read, set, moved and given back to the machine', async (context) => {
  const app = await openServer(context, { MUSTER_NOW: start });
  const read = async () => (await app.inject({ url: '/muster/clock' })).json();
  assert.deepEqual(await read(), { now: start, epochMs: Date.parse(start), mode: 'fixed' });
  const moved = await advance(app, { days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 });
  const later = '2024-05-02T02:03:04.005Z';
  assert.deepEqual(moved.json(), { now: later, epochMs: Date.parse(later), mode: 'fixed', runsStarted: 0 });
  assert.equal((await setClock(app, { now: '2023-01-01' })).json().now, '2023-01-01T00:00:00.000Z');
  assert.equal((await setClock(app, { now: '2023-01-01', mode: 'running' })).json().mode, 'running');
  const before = Date.now();
  assert.ok((await setClock(app, { mode: 'system' })).json().epochMs >= before);
  const made = await post(app, '/audiences', { name: 'US', expression: rule });
  assert.ok(made.json().creationTime >= Math.floor(before / 1_000) * 1_000);
});

test('what makes no sense as a time is refused, and the clock stays', async (context) => {
  const app = await openServer(context, { MUSTER_NOW: start });
  const settings = [{}, [], { now: 'soon' }, { now: 5 }, { now: '1969-12-31' }, { now: '2101-01-01' }];
  const more = [{ mode: 'fixed' }, { mode: 'slow', now: start }, { mode: 'system', now: start }];
  for (const wrong of [...settings, ...more]) {
    const answer = await setClock(app, wrong);
    assert.equal(answer.statusCode, 400, `${JSON.stringify(wrong)} ${answer.body}`);
  }
  for (const wrong of [{}, [], { days: -1 }, { days: 0.5 }, { weeks: 1 }, { days: 1e9 }, { days: '1' }]) {
    assert.equal((await advance(app, wrong)).statusCode, 400, JSON.stringify(wrong));
  }
  assert.equal((await app.inject({ url: '/muster/clock' })).json().now, start);
});

test('time that passes starts each scheduled run at its moment, and the runs have ended then', async (context) => {
  const app = await openServer(context, { MUSTER_NOW: start });
  const audience = (await post(app, '/audiences', { name: 'US', expression: rule })).json().id;
  const schedule = { name: 'daily', type: 'batch_segmentation', properties: { segments: [audience] }, state: 'active' };
  await post(app, '/config/schedules', { ...schedule, schedule: '0 0 6 * * ?' });
  assert.equal((await advance(app, { hours: 5 })).json().runsStarted, 0);
  assert.equal((await advance(app, { days: 3 })).json().runsStarted, 3);
  assert.equal((await setClock(app, { now: '2024-05-05T06:00:00Z' })).json().runsStarted, 2);
  const answer = await app.inject({ url: `${base}/segment/jobs?sort=creationTime:asc`, headers: headersOf() });
  const jobs: readonly { readonly status: string; readonly muster: { readonly asOf: string } }[] =
    answer.json().children;
  assert.deepEqual(
    jobs.map(({ status, muster }) => `${status} ${muster.asOf}`).sort(),
    [1, 2, 3, 4, 5].map((day) => `SUCCEEDED 2024-05-0${day}T06:00:00.000Z`),
  );
});

test('the time of a run can still be given by its request', async (context) => {
  const app = await openServer(context, { MUSTER_NOW: start });
  const audience = (await post(app, '/audiences', { name: 'US', expression: rule })).json().id;
  const headers = { ...headersOf(), 'x-muster-as-of': '2020-01-01T00:00:00Z' };
  const payload = [{ segmentId: audience }];
  const job = await app.inject({ method: 'POST', url: `${base}/segment/jobs`, headers, payload });
  assert.equal(job.json().muster.asOf, '2020-01-01T00:00:00.000Z');
  assert.equal((await post(app, '/segment/jobs', payload)).json().muster.asOf, start);
});

test('with a seed and a time that stands still the same calls get the same answers', async (context) => {
  const settings = { MUSTER_NOW: start, MUSTER_ID_SEED: 'seed' };
  async function answersOf(seeded: Record<string, string>): Promise<readonly string[]> {
    const app = await openServer(context, seeded);
    const audience = await post(app, '/audiences', { name: 'US', expression: rule });
    const external = { name: 'VIP', type: 'ExternalSegment', namespace: 'crm', audienceId: 'vip' };
    const others = [
      await post(app, '/audiences', external),
      await post(app, '/imports', { name: 'people', kind: 'profiles', fingerprint: '1' }),
      await app.inject({ url: '/data/foundation/sandbox-management/sandboxes', headers: headersOf() }),
    ];
    return [audience, ...others].map(({ body }) => body);
  }
  const first = await answersOf(settings);
  assert.deepEqual(await answersOf(settings), first);
  const other = await answersOf({ ...settings, MUSTER_ID_SEED: 'another' });
  for (const [index, body] of other.entries()) assert.notEqual(body, first[index]);
});

test('a server whose clock cannot be set has no such path', async (context) => {
  const server = await openTestServer();
  context.after(() => server.close());
  assert.equal((await server.app.inject({ url: '/muster/clock' })).statusCode, 404);
});
