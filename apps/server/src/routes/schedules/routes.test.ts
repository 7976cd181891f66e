import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { AudienceMapResource, type JobResource, ScheduleListResource, ScheduleResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, type TestServer } from '../../testing/fixture.ts';
import { openServer, send } from '../../testing/requests.ts';

const dayMs = 86_400_000;
/** The first 01:00 after the time of test servers, which is 2023-11-14T22:13:20.500Z. */
const firstNight = Date.parse('2023-11-15T01:00:00Z');

async function createAudience(server: TestServer, changes: object = {}): Promise<string> {
  const expression = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
  const response = await send(server, 'POST', '/audiences', { payload: { name: 'a', expression, ...changes } });
  assert.equal(response.statusCode, 200, response.body);
  return response.json().id;
}

const nightly = { name: 'Nightly', type: 'batch_segmentation', properties: { segments: ['*'] } };

async function createSchedule(server: TestServer, changes: object = {}): Promise<ScheduleResource> {
  const response = await send(server, 'POST', '/config/schedules', { payload: { ...nightly, ...changes } });
  assert.equal(response.statusCode, 200, response.body);
  const body: unknown = response.json();
  assert.ok(Check(ScheduleResource, body), response.body);
  return body;
}

async function listJobs(server: TestServer): Promise<readonly JobResource[]> {
  return (await send(server, 'GET', '/segment/jobs')).json().children;
}

test('a schedule is inactive and nightly unless it says otherwise', async (context) => {
  const server = await openServer(context);
  const schedule = await createSchedule(server);
  const { sandbox, ...rest } = schedule;
  assert.equal(sandbox.sandboxName, 'prod');
  assert.deepEqual(rest, {
    id: schedule.id,
    imsOrgId: 'TEST@AdobeOrg',
    name: 'Nightly',
    type: 'batch_segmentation',
    state: 'inactive',
    schedule: '0 0 1 * * ?',
    frequency: 'daily',
    properties: { segments: ['*'] },
    createEpoch: 1_700_000_000,
    updateEpoch: 1_700_000_000,
  });
  assert.deepEqual((await send(server, 'GET', `/config/schedules/${schedule.id}`)).json(), schedule);
  assert.equal((await send(server, 'DELETE', `/config/schedules/${schedule.id}`)).statusCode, 204);
  for (const method of ['GET', 'DELETE'] as const) {
    assert.equal((await send(server, method, `/config/schedules/${schedule.id}`)).statusCode, 404);
  }
});

test('schedules that cannot be are refused with the place and nothing is stored', async (context) => {
  const server = await openServer(context);
  const external = await createAudience(server, { type: 'ExternalSegment', audienceId: 'x', namespace: 'n' });
  const cases: readonly [object, string][] = [
    [{ name: undefined }, '/name'],
    [{ name: '' }, '/name'],
    [{ type: 'nothing' }, '/type'],
    [{ properties: undefined }, '/properties'],
    [{ properties: {} }, '/properties/segments'],
    [{ properties: { segments: [] } }, '/properties/segments'],
    [{ properties: { segments: [7] } }, '/properties/segments/0'],
    [{ properties: { segments: ['nobody'] } }, '/properties/segments/0'],
    [{ properties: { segments: [external] } }, '/properties/segments/0'],
    [{ state: 'on' }, '/state'],
    [{ schedule: 'every day' }, '/schedule'],
    [{ schedule: '0 0 25 * * ?' }, '/schedule'],
    [{ schedule: '0 0 * * * ?' }, '/schedule'],
    [{ schedule: '0 0 1 30 2 ?' }, '/schedule'],
    [{ type: 'export', state: 'active' }, '/state'],
  ];
  for (const [changes, field] of cases) {
    const response = await send(server, 'POST', '/config/schedules', { payload: { ...nightly, ...changes } });
    assert.equal(response.statusCode, 400, response.body);
    const findings: readonly { field?: string }[] = response.json().errors['400'];
    assert.ok(
      findings.some((finding) => finding.field === field),
      `${field}: ${response.body}`,
    );
  }
  assert.equal((await send(server, 'GET', '/config/schedules')).json()._page.totalCount, 0);
});

test('a wrong cron expression is underlined where it is wrong', async (context) => {
  const server = await openServer(context);
  const response = await send(server, 'POST', '/config/schedules', {
    payload: { ...nightly, schedule: '0 0 25 * * ?' },
  });
  assert.equal(response.json().type, 'https://ns.adobe.com/aep/errors/MUSTER-100041-400');
  assert.deepEqual(response.json().errors['400'][1].position, { start: 4, end: 6 });
});

test('schedules are listed newest first, by page', async (context) => {
  const server = await openServer(context);
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    ids.unshift((await createSchedule(server, { name })).id);
    server.clock.time = epochMs(server.clock.time + 1_000);
  }
  const list = async (query: string): Promise<ScheduleListResource> => {
    const body: unknown = (await send(server, 'GET', `/config/schedules${query}`)).json();
    assert.ok(Check(ScheduleListResource, body), JSON.stringify(body));
    return body;
  };
  const all = await list('');
  assert.deepEqual(
    all.children.map(({ id }) => id),
    ids,
  );
  assert.deepEqual([all._page, all._links], [{ totalCount: 3, pageSize: 3 }, { next: {} }]);
  const first = await list('?limit=2');
  assert.deepEqual(first._page, { totalCount: 3, pageSize: 2, next: '1' });
  assert.deepEqual(first._links, { next: { href: '@/config/schedules?start=1&limit=2' } });
  const last = await list('?limit=2&start=1');
  assert.deepEqual([last._page, last._links], [{ totalCount: 3, pageSize: 1 }, { next: {} }]);
  assert.deepEqual((await list('?limit=2&start=7')).children, []);
  assert.equal((await send(server, 'GET', '/config/schedules?limit=x')).statusCode, 400);
});

test('a patch changes state and time, with add or replace, all of it or nothing', async (context) => {
  const server = await openServer(context);
  const { id } = await createSchedule(server);
  const patch = (...operations: object[]): Promise<LightMyRequestResponse> =>
    send(server, 'PATCH', `/config/schedules/${id}`, { payload: operations });
  const read = async (): Promise<ScheduleResource> => (await send(server, 'GET', `/config/schedules/${id}`)).json();
  const done = await patch({ op: 'add', path: '/state', value: 'active' });
  assert.deepEqual([done.statusCode, done.body], [204, '']);
  assert.equal((await read()).state, 'active');
  server.clock.time = epochMs(server.clock.time + 5_000);
  await patch(
    { op: 'replace', path: '/schedule', value: '0 30 2 ? * MON' },
    { op: 'replace', path: '/state', value: 'inactive' },
  );
  const changed = await read();
  assert.deepEqual([changed.schedule, changed.frequency, changed.state], ['0 30 2 ? * MON', 'weekly', 'inactive']);
  assert.equal(changed.updateEpoch, changed.createEpoch + 5);
  const refusals: readonly [object[], string][] = [
    [[{ op: 'remove', path: '/state' }], '/0/op'],
    [[{ op: 'add', path: '/name', value: 'x' }], '/0/path'],
    [[{ op: 'add', path: '/__proto__', value: 'x' }], '/0/path'],
    [[{ op: 'add', path: '/state', value: 'on' }], '/0/value'],
    [[{ op: 'add', path: '/state', value: true }], '/0/value'],
    [
      [
        { op: 'add', path: '/state', value: 'active' },
        { op: 'add', path: '/schedule', value: '* * * * * ?' },
      ],
      '/1/value',
    ],
    [[], ''],
  ];
  for (const [operations, field] of refusals) {
    const response = await patch(...operations);
    assert.equal(response.statusCode, 400, response.body);
    const findings: readonly { field?: string }[] = response.json().errors['400'];
    assert.ok(
      findings.some((finding) => finding.field === field),
      `${field}: ${response.body}`,
    );
  }
  assert.deepEqual(await read(), changed);
  const unknown = await send(server, 'PATCH', '/config/schedules/none', {
    payload: [{ op: 'add', path: '/state', value: 'active' }],
  });
  assert.equal(unknown.statusCode, 404);
});

test('a run starts when it is due, once, as a job of all published audiences', async (context) => {
  const server = await openServer(context);
  const batch = await createAudience(server);
  await createAudience(server, { lifecycleState: 'draft' });
  const schedule = await createSchedule(server, { state: 'active' });
  assert.equal(await server.startDueRuns(), 0);
  server.clock.time = epochMs(firstNight);
  assert.equal(await server.startDueRuns(), 1);
  assert.equal(await server.startDueRuns(), 0);
  const [job, ...others] = await listJobs(server);
  assert.deepEqual(others, []);
  assert.equal(job?.source, 'scheduler');
  assert.equal(job.requestId, `${schedule.id}-${firstNight}`);
  assert.equal(job.properties?.scheduleId, schedule.id);
  assert.equal(typeof job.properties?.runId, 'string');
  assert.equal(job.muster.asOf, '2023-11-15T01:00:00.000Z');
  assert.deepEqual(
    job.segments.map(({ segmentId }) => segmentId),
    [batch],
  );
  server.clock.time = epochMs(firstNight + dayMs);
  assert.equal(await server.startDueRuns(), 1);
});

test('looks at the same moment start a run once', async (context) => {
  const server = await openServer(context);
  await createSchedule(server, { state: 'active' });
  server.clock.time = epochMs(firstNight);
  const started = await Promise.all(Array.from({ length: 5 }, () => server.startDueRuns()));
  assert.equal(
    started.reduce((sum, count) => sum + count, 0),
    1,
  );
  assert.equal((await listJobs(server)).length, 1);
});

test('runs that were missed are one run, and the next comes in its time', async (context) => {
  const server = await openServer(context);
  await createSchedule(server, { state: 'active' });
  server.clock.time = epochMs(firstNight + 5 * dayMs + 3_600_000);
  assert.equal(await server.startDueRuns(), 1);
  assert.equal(await server.startDueRuns(), 0);
  assert.equal((await listJobs(server)).at(0)?.muster.asOf, '2023-11-20T02:00:00.000Z');
  server.clock.time = epochMs(firstNight + 6 * dayMs - 1);
  assert.equal(await server.startDueRuns(), 0);
  server.clock.time = epochMs(firstNight + 6 * dayMs);
  assert.equal(await server.startDueRuns(), 1);
});

test('an inactive schedule starts nothing, and activating it makes up for nothing', async (context) => {
  const server = await openServer(context);
  const { id } = await createSchedule(server);
  server.clock.time = epochMs(firstNight + dayMs + 1_000);
  assert.equal(await server.startDueRuns(), 0);
  await send(server, 'PATCH', `/config/schedules/${id}`, { payload: [{ op: 'add', path: '/state', value: 'active' }] });
  assert.equal(await server.startDueRuns(), 0);
  server.clock.time = epochMs(firstNight + 2 * dayMs);
  assert.equal(await server.startDueRuns(), 1);
});

test('a run waits until there is room for its job', async (context) => {
  const server = await openServer(context, { jobsInProgressMax: 1 });
  const audience = await createAudience(server);
  const schedule = await createSchedule(server, { state: 'active' });
  const job = (await send(server, 'POST', '/segment/jobs', { payload: [{ segmentId: audience }] })).json();
  server.clock.time = epochMs(firstNight);
  assert.equal(await server.startDueRuns(), 0);
  const refused = await send(server, 'POST', '/config/schedules/trigger', { payload: { id: schedule.id } });
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10']);
  await send(server, 'DELETE', `/segment/jobs/${job.id}`);
  assert.equal(await server.startDueRuns(), 1);
});

test('a schedule of named audiences evaluates those that are published, and what they refer to', async (context) => {
  const server = await openServer(context);
  const bottom = await createAudience(server);
  const expression = { type: 'PQL', format: 'pql/text', value: `inSegment("${bottom}")` };
  const top = await createAudience(server, { expression });
  const draft = await createAudience(server, { lifecycleState: 'draft' });
  const gone = await createAudience(server);
  await createSchedule(server, { state: 'active', properties: { segments: [top, draft, gone, top] } });
  assert.equal((await send(server, 'DELETE', `/audiences/${gone}`)).statusCode, 204);
  server.clock.time = epochMs(firstNight);
  assert.equal(await server.startDueRuns(), 1);
  assert.deepEqual(
    (await listJobs(server)).at(0)?.segments.map(({ segmentId }) => segmentId),
    [top, bottom],
  );
});

test('a trigger starts a run at once, in any state, and leaves the schedule as it is', async (context) => {
  const server = await openServer(context);
  await createAudience(server);
  const schedule = await createSchedule(server);
  const response = await send(server, 'POST', '/config/schedules/trigger', { payload: { id: schedule.id } });
  assert.deepEqual([response.statusCode, response.body], [200, '']);
  const [job] = await listJobs(server);
  assert.equal(job?.source, 'scheduler');
  assert.equal(job.properties?.scheduleId, schedule.id);
  assert.deepEqual((await send(server, 'GET', `/config/schedules/${schedule.id}`)).json(), schedule);
  const exports = await createSchedule(server, { type: 'export', properties: {} });
  for (const [payload, status] of [
    [{ id: 'none' }, 404],
    [{}, 400],
    [{ id: exports.id }, 400],
  ] as const) {
    assert.equal((await send(server, 'POST', '/config/schedules/trigger', { payload })).statusCode, status);
  }
});

test('audiences are added to and removed from schedules that name theirs', async (context) => {
  const server = await openServer(context);
  const [a, b, c] = [await createAudience(server), await createAudience(server), await createAudience(server)];
  const { id } = await createSchedule(server, { properties: { segments: [a] } });
  const call = async (verb: string, segments: string[]) =>
    (await send(server, 'POST', `/config/schedules/${verb}-audiences`, { payload: { id, segments } })).json();
  assert.deepEqual(await call('add', [a, b, c, b, 'nobody']), {
    added: [b, c],
    existing: [a],
    invalid: ['nobody'],
    segmentCount: { previous: 1, current: 3, diff: 2 },
  });
  assert.deepEqual(await call('remove', [a, 'nobody']), {
    removed: [a],
    existing: [],
    invalid: ['nobody'],
    segmentCount: { previous: 3, current: 2, diff: -1 },
  });
  assert.deepEqual((await call('remove', [a])).existing, [a]);
  await send(server, 'DELETE', `/audiences/${c}`);
  assert.deepEqual((await call('remove', [c])).removed, [c]);
  assert.deepEqual((await send(server, 'GET', `/config/schedules/${id}`)).json().properties, { segments: [b] });
  const all = await createSchedule(server);
  for (const [payload, status] of [
    [{ id: all.id, segments: [a] }, 400],
    [{ id: 'none', segments: [a] }, 404],
    [{ id, segments: [] }, 400],
    [{ segments: [a] }, 400],
  ] as const) {
    assert.equal((await send(server, 'POST', '/config/schedules/add-audiences', { payload })).statusCode, status);
  }
});

test('the audience map tells the schedules of each audience', async (context) => {
  const server = await openServer(context);
  const [a, b] = [await createAudience(server), await createAudience(server)];
  const all = await createSchedule(server);
  server.clock.time = epochMs(server.clock.time + 1_000);
  const some = await createSchedule(server, { name: 'Some', properties: { segments: [a] }, schedule: '0 0 3 ? * 2' });
  const response = await send(server, 'POST', '/config/schedules/audience-map', {
    payload: { segments: [a, b, 'nobody'] },
  });
  const body: unknown = response.json();
  assert.ok(Check(AudienceMapResource, body));
  assert.deepEqual(body, {
    audienceMap: { [a]: [some.id, all.id], [b]: [all.id], nobody: [] },
    schedules: {
      [some.id]: { name: 'Some', schedule: '0 0 3 ? * 2', frequency: 'weekly' },
      [all.id]: { name: 'Nightly', schedule: '0 0 1 * * ?', frequency: 'daily' },
    },
  });
});

test('another organisation or sandbox sees and changes no schedule', async (context) => {
  const server = await openServer(context);
  const audience = await createAudience(server);
  const { id } = await createSchedule(server, { properties: { segments: [audience] } });
  const calls: readonly ['GET' | 'POST' | 'PATCH' | 'DELETE', string, object | undefined][] = [
    ['GET', `/config/schedules/${id}`, undefined],
    ['PATCH', `/config/schedules/${id}`, [{ op: 'add', path: '/state', value: 'active' }]],
    ['DELETE', `/config/schedules/${id}`, undefined],
    ['POST', '/config/schedules/add-audiences', { id, segments: [audience] }],
    ['POST', '/config/schedules/remove-audiences', { id, segments: [audience] }],
    ['POST', '/config/schedules/trigger', { id }],
  ];
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    for (const [method, path, payload] of calls) {
      assert.equal((await send(server, method, path, { payload, headers })).statusCode, 404, `${method} ${path}`);
    }
    assert.deepEqual((await send(server, 'GET', '/config/schedules', { headers })).json().children, []);
    const map = await send(server, 'POST', '/config/schedules/audience-map', {
      payload: { segments: [audience] },
      headers,
    });
    assert.deepEqual(map.json(), { audienceMap: { [audience]: [] }, schedules: {} });
  }
  assert.equal((await send(server, 'GET', `/config/schedules/${id}`)).json().state, 'inactive');
});

test('the active schedules of a sandbox have four runs a day together', async (context) => {
  const server = await openServer(context);
  const audience = await createAudience(server);
  const named = { properties: { segments: [audience] } };
  await createSchedule(server, { ...named, schedule: '0 0 1,9,17 * * ?', state: 'active' });
  await createSchedule(server, { state: 'active' });
  const { id } = await createSchedule(server, named);
  const patch = [{ op: 'add', path: '/state', value: 'active' }];
  assert.equal((await send(server, 'PATCH', `/config/schedules/${id}`, { payload: patch })).statusCode, 400);
  const fifth = { ...nightly, ...named, state: 'active' };
  assert.equal((await send(server, 'POST', '/config/schedules', { payload: fifth })).statusCode, 400);
});

test('a sandbox has one active schedule of all audiences', async (context) => {
  const server = await openServer(context);
  const first = await createSchedule(server, { state: 'active' });
  const second = await createSchedule(server);
  const [on, off] = ['active', 'inactive'].map((value) => [{ op: 'add', path: '/state', value }]);
  const refused = await send(server, 'PATCH', `/config/schedules/${second.id}`, { payload: on });
  assert.equal(refused.statusCode, 400);
  assert.match(refused.body, new RegExp(`schedule \`${first.id}\` evaluates all audiences of the sandbox already`));
  assert.equal(
    (await send(server, 'POST', '/config/schedules', { payload: { ...nightly, state: 'active' } })).statusCode,
    400,
  );
  assert.equal((await send(server, 'PATCH', `/config/schedules/${first.id}`, { payload: off })).statusCode, 204);
  assert.equal((await send(server, 'PATCH', `/config/schedules/${second.id}`, { payload: on })).statusCode, 204);
});
