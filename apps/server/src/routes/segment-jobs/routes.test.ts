import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audienceId, epochMs } from '@muster/audience';
import { JobBulkResource, JobListResource, JobResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, type TestServer, testTime } from '../../testing/fixture.ts';
import { openServer, send } from '../../testing/requests.ts';

async function createAudience(server: TestServer, changes: object = {}): Promise<string> {
  const expression = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
  const response = await send(server, 'POST', '/audiences', { payload: { name: 'a', expression, ...changes } });
  assert.equal(response.statusCode, 200, response.body);
  return response.json().id;
}

async function createJob(server: TestServer, payload: object): Promise<JobResource> {
  const response = await send(server, 'POST', '/segment/jobs', { payload });
  assert.equal(response.statusCode, 200, response.body);
  const body: unknown = response.json();
  assert.ok(Check(JobResource, body), response.body);
  return body;
}

test('a job for named audiences is answered at once and ends with counters', async (context) => {
  const server = await openServer(context);
  const id = await createAudience(server);
  const headers = { 'x-request-id': 'my-request' };
  const created = await send(server, 'POST', '/segment/jobs', {
    payload: [{ segmentId: id }, { segmentId: id }],
    headers,
  });
  const job: unknown = created.json();
  assert.ok(Check(JobResource, job), created.body);
  assert.deepEqual(Object.keys(job), [
    ...['id', 'imsOrgId', 'sandbox', 'profileInstanceId', 'source', 'status', 'batchId', 'computeJobId'],
    ...['computeGatewayJobId', 'segments', 'metrics', 'requestId', 'schema', '_links', 'errors'],
    ...['creationTime', 'updateTime', 'updateEpoch', 'muster'],
  ]);
  assert.equal(job.status, 'NEW');
  assert.equal(job.requestId, 'my-request');
  assert.deepEqual([job.schema, job.errors], [{ name: '_xdm.context.profile' }, []]);
  assert.ok(Number.isSafeInteger(job.computeJobId) && job.computeJobId >= 0);
  assert.equal(job.source, 'api');
  assert.equal(job.imsOrgId, 'TEST@AdobeOrg');
  assert.equal(job.muster.asOf, '2023-11-14T22:13:20.500Z');
  assert.deepEqual(job.metrics, {
    totalTime: { startTimeInMs: job.creationTime },
    profileSegmentationTime: {},
    segmentedProfileCounter: {},
    segmentedProfileByNamespaceCounter: {},
    segmentedProfileByStatusCounter: {},
    totalProfilesByMergePolicy: {},
  });
  assert.deepEqual(job._links, {
    cancel: { href: `/segment/jobs/${job.id}`, method: 'DELETE' },
    checkStatus: { href: `/segment/jobs/${job.id}`, method: 'GET' },
  });
  assert.deepEqual(
    job.segments.map((segment) => [segment.segmentId, segment.segment.expression.value]),
    [[id, 'homeAddress.country = "US"']],
  );
  server.runner.start();
  await server.evaluation.started;
  assert.equal((await send(server, 'GET', `/segment/jobs/${job.id}`)).json().status, 'PROCESSING');
  const counts = { total: 9, realized: 4, existing: 5, exited: 2, byNamespace: { Email: 6, ECID: 3 } };
  const startedAt = epochMs(testTime + 2_000);
  const endedAt = epochMs(testTime + 5_000);
  const found = [{ audienceId: audienceId(id), ...counts }];
  server.evaluation.finish({ totalProfiles: 12, startedAt, endedAt, counts: found });
  await server.runner.whenIdle();
  const done: JobResource = (await send(server, 'GET', `/segment/jobs/${job.id}`)).json();
  assert.equal(done.status, 'SUCCEEDED');
  assert.deepEqual(done.metrics, {
    totalTime: { startTimeInMs: testTime, endTimeInMs: endedAt, totalTimeInMs: 5_000 },
    profileSegmentationTime: { startTimeInMs: startedAt, endTimeInMs: endedAt, totalTimeInMs: 3_000 },
    totalProfiles: 12,
    segmentedProfileCounter: { [id]: 9 },
    segmentedProfileByNamespaceCounter: { [id]: { Email: 6, ECID: 3 } },
    segmentedProfileByStatusCounter: { [id]: { realized: 4, existing: 5, exited: 2 } },
    totalProfilesByMergePolicy: { [job.segments[0]?.segment.mergePolicyId ?? '']: 12 },
  });
  assert.equal(done.computeJobId, job.computeJobId);
});

test('a job for all takes the published audiences that are evaluated in batches', async (context) => {
  const server = await openServer(context);
  const id = await createAudience(server);
  await createAudience(server, { lifecycleState: 'draft' });
  await createAudience(server, { lifecycleState: 'inactive' });
  const all = { schema: { name: '_xdm.context.profile' }, segments: [{ segmentId: '*' }] };
  for (const payload of [all, [{ segmentId: '*' }]]) {
    assert.deepEqual(
      (await createJob(server, payload)).segments.map((segment) => segment.segmentId),
      [id],
    );
  }
});

test('the header x-muster-as-of fixes the time of the run', async (context) => {
  const server = await openServer(context);
  const payload = [{ segmentId: await createAudience(server) }];
  const create = (asOf: string): Promise<LightMyRequestResponse> =>
    send(server, 'POST', '/segment/jobs', { payload, headers: { 'x-muster-as-of': asOf } });
  assert.equal((await create('2020-02-29T12:00:00+02:00')).json().muster.asOf, '2020-02-29T10:00:00.000Z');
  assert.equal((await create('2020-02-29')).json().muster.asOf, '2020-02-29T00:00:00.000Z');
  for (const wrong of ['yesterday', '2023-02-29', '1700000000000', '', '+275760-09-13T00:00:00Z']) {
    const response = await create(wrong);
    assert.equal(response.statusCode, 400, wrong);
    assert.equal(response.json().errors['400'][1].field, 'x-muster-as-of');
  }
});

test('requests for jobs that cannot be run are refused by name', async (context) => {
  const server = await openServer(context);
  const inactive = await createAudience(server, { lifecycleState: 'inactive' });
  const external = await createAudience(server, { type: 'ExternalSegment', audienceId: 'x', namespace: 'n' });
  const cases: readonly [object, number, string][] = [
    [[{ segmentId: 'nobody' }], 404, 'nobody'],
    [[{ segmentId: inactive }], 400, inactive],
    [[{ segmentId: external }], 400, external],
    [[], 400, 'at least 1 item'],
    [{}, 400, 'segments'],
    [[{}], 400, '/0/segmentId'],
    [[7], 400, '/0'],
    [{ segments: 'x' }, 400, '/segments'],
    [{ schema: { name: '_xdm.context.account' }, segments: [{ segmentId: '*' }] }, 400, '/schema/name'],
  ];
  for (const [payload, status, mention] of cases) {
    const response = await send(server, 'POST', '/segment/jobs', { payload });
    assert.equal(response.statusCode, status, response.body);
    assert.ok(response.body.includes(mention), response.body);
  }
});

test('too many unfinished jobs are refused until one ends', async (context) => {
  const server = await openServer(context, { jobsInProgressMax: 2 });
  const payload = [{ segmentId: await createAudience(server) }];
  const first = await createJob(server, payload);
  await createJob(server, payload);
  const refused = await send(server, 'POST', '/segment/jobs', { payload });
  assert.equal(refused.statusCode, 429);
  assert.equal(refused.headers['retry-after'], '10');
  assert.equal((await send(server, 'DELETE', `/segment/jobs/${first.id}`)).statusCode, 204);
  await createJob(server, payload);
});

test('requests that come at once do not slip past the limit', async (context) => {
  const server = await openServer(context, { jobsInProgressMax: 3 });
  const payload = [{ segmentId: await createAudience(server) }];
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => send(server, 'POST', '/segment/jobs', { payload })),
  );
  const statuses = answers.map(({ statusCode }) => statusCode);
  assert.deepEqual(statuses.sort(), [200, 200, 200, 429, 429, 429, 429, 429, 429, 429]);
});

test('a waiting job is cancelled at once, a running one when its evaluation lets go, an ended one not at all', async (context) => {
  const server = await openServer(context);
  const payload = [{ segmentId: await createAudience(server) }];
  const statusOf = async (id: string): Promise<string> =>
    (await send(server, 'GET', `/segment/jobs/${id}`)).json().status;
  const cancel = async (id: string): Promise<number> =>
    (await send(server, 'DELETE', `/segment/jobs/${id}`)).statusCode;
  const waiting = await createJob(server, payload);
  assert.equal(await cancel(waiting.id), 204);
  assert.equal(await statusOf(waiting.id), 'CANCELLED');
  assert.equal(await cancel(waiting.id), 204);
  const running = await createJob(server, payload);
  server.runner.start();
  await server.evaluation.started;
  assert.equal(await cancel(running.id), 204);
  await server.runner.whenIdle();
  assert.equal(await statusOf(running.id), 'CANCELLED');
  assert.equal(await cancel('nothing'), 404);
});

test('jobs are listed newest first or as sorted, by page, status and any attribute', async (context) => {
  const server = await openServer(context);
  const [one, two] = [await createAudience(server), await createAudience(server)];
  const jobs: string[] = [];
  for (const id of [one, two, one]) jobs.unshift((await createJob(server, [{ segmentId: id }])).id);
  const list = async (query: string): Promise<JobListResource> => {
    const body: unknown = (await send(server, 'GET', `/segment/jobs${query}`)).json();
    assert.ok(Check(JobListResource, body), JSON.stringify(body));
    return body;
  };
  const first = await list('?limit=2');
  assert.equal(first._page.next, '1');
  assert.equal(first._page.totalCount, 3);
  assert.deepEqual(first._page, { totalCount: 3, pageSize: 2, next: '1' });
  assert.deepEqual(first._links, { next: { href: '@/segment/jobs?start=1&limit=2' } });
  const last = await list('?limit=2&start=1');
  assert.deepEqual(last._page, { totalCount: 3, pageSize: 1 });
  assert.deepEqual(last._links, { next: {} });
  const ids = [...first.children, ...last.children].map((job) => job.id);
  assert.deepEqual([...ids].sort(), [...jobs].sort());
  const [newest = '', second = '', oldest = ''] = [...first.children, ...last.children].map((job) => job.id);
  const check = async (query: string, expected: readonly string[]): Promise<void> => {
    const { children, _page } = await list(query);
    assert.deepEqual(
      children.map(({ id }) => id),
      expected,
      query,
    );
    assert.equal(_page.totalCount, expected.length, query);
  };
  await check('?sort=creationTime:asc', [oldest, second, newest]);
  await check('?sort=updateTime:desc', [newest, second, oldest]);
  await check(`?property=segments~segmentId==${two}`, [second]);
  await check(`?property=segments~segmentId==${two}&property=segments~segmentId==${one}`, []);
  await check(`?property=segments~segmentId==${one}&status=new`, [newest, oldest]);
  await check(`?property=id==${oldest}`, [oldest]);
  await check(`?property=id!=${oldest}&sort=creationTime:asc`, [second, newest]);
  await check('?property=source==api&property=sandbox.sandboxName==prod', [newest, second, oldest]);
  await check('?property=source==scheduler', []);
  await check('?property=metrics.totalProfiles', []);
  await check('?property=status==NOTHING', []);
  // The last two are statuses of the platform that no job has here.
  for (const status of ['FAILED', 'PROCESSED', 'killed']) await check(`?status=${status}`, []);
  const filtered = await list('?limit=1&property=source==api&status=NEW');
  assert.deepEqual(filtered._links.next.href, '@/segment/jobs?start=1&limit=1&status=NEW&property=source%3D%3Dapi');
  for (const query of ['?status=nothing', '?property===y', '?sort=name:asc', '?sort=creationTime', '?limit=x']) {
    assert.equal((await send(server, 'GET', `/segment/jobs${query}`)).statusCode, 400, query);
  }
});

test('several jobs are looked up at once', async (context) => {
  const server = await openServer(context);
  const payload = [{ segmentId: await createAudience(server) }];
  const [a, b] = [await createJob(server, payload), await createJob(server, payload)];
  const ids = [b.id, 'nobody', a.id];
  for (const body of [{ ids: ids.map((id) => ({ id })) }, { ids }, ids]) {
    const response = await send(server, 'POST', '/segment/jobs/bulk-get', { payload: body });
    assert.equal(response.statusCode, 207, response.body);
    const answer: unknown = response.json();
    assert.ok(Check(JobBulkResource, answer), response.body);
    assert.deepEqual(Object.keys(answer.results), ids);
    assert.deepEqual([answer.results[a.id], answer.results[b.id]], [a, b]);
  }
  const headers = headersOf('TEST@AdobeOrg', 'dev');
  assert.equal((await send(server, 'POST', '/segment/jobs/bulk-get', { payload: ids, headers })).statusCode, 404);
  const many = Array.from({ length: 101 }, (_, index) => `id-${index}`);
  for (const [body, status] of [
    [['nobody'], 404],
    [[], 400],
    [many, 400],
    [{}, 400],
  ] as const) {
    assert.equal((await send(server, 'POST', '/segment/jobs/bulk-get', { payload: body })).statusCode, status);
  }
});

test('a job that failed says why and when it was over', async (context) => {
  const server = await openServer(context);
  const job = await createJob(server, [{ segmentId: await createAudience(server) }]);
  server.runner.start();
  await server.evaluation.started;
  server.clock.time = epochMs(testTime + 3_000);
  server.evaluation.fail(new Error('broken'));
  await server.runner.whenIdle();
  const failed: JobResource = (await send(server, 'GET', `/segment/jobs/${job.id}`)).json();
  assert.equal(failed.status, 'FAILED');
  assert.deepEqual(failed.errors, [
    {
      code: 'MUSTER-100100-500',
      msg: `the evaluation failed unexpectedly; the log has the cause under job \`${job.id}\``,
      callStack: [],
    },
  ]);
  assert.equal(failed.metrics.totalTime.totalTimeInMs, 3_000);
  assert.deepEqual(failed.metrics.profileSegmentationTime, {});
});

test('another organisation or sandbox sees no job', async (context) => {
  const server = await openServer(context);
  const audience = await createAudience(server);
  const job = await createJob(server, [{ segmentId: audience }]);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    assert.equal((await send(server, 'GET', `/segment/jobs/${job.id}`, { headers })).statusCode, 404);
    assert.equal((await send(server, 'DELETE', `/segment/jobs/${job.id}`, { headers })).statusCode, 404);
    assert.deepEqual((await send(server, 'GET', '/segment/jobs', { headers })).json().children, []);
    assert.equal(
      (await send(server, 'POST', '/segment/jobs', { headers, payload: [{ segmentId: audience }] })).statusCode,
      404,
    );
  }
});

test('a job includes the audiences that its audiences refer to, directly or over others', async (context) => {
  const server = await openServer(context);
  const rule = (value: string): object => ({ expression: { type: 'PQL', format: 'pql/text', value } });
  const bottom = await createAudience(server);
  const middle = await createAudience(server, rule(`inSegment("${bottom}")`));
  const top = await createAudience(server, rule(`not inSegment("${middle}")`));
  const job = await createJob(server, [{ segmentId: top }]);
  assert.deepEqual(
    job.segments.map(({ segmentId }) => segmentId),
    [top, middle, bottom],
  );
});
