import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BulkMetricResource } from '@muster/wire';
import { Check } from 'typebox/value';
import { type AudienceClient, externalSample, openClient, platformSample } from '../../testing/audience-client.ts';
import { headersOf, testTime } from '../../testing/fixture.ts';

const profiles = (totalProfiles: number): object => ({ op: 'add', path: '/metrics/data', value: { totalProfiles } });
const records = (recordCount: number): object => ({ op: 'add', path: '/recordMetrics/data', value: { recordCount } });
const { audienceId, namespace } = externalSample;
const named = (...operations: readonly object[]): object => ({ audienceId, namespace, operations });

function report(client: AudienceClient, resources: readonly unknown[], changes: object = {}, headers = client.headers) {
  const url = '/data/core/ups/audiences/bulk-patch-metric';
  const payload = { jobId: 'nightly', jobType: 'export', resources, ...changes };
  return client.server.app.inject({ method: 'POST', url, headers, payload });
}

/** The statuses of the reports in an answer. */
async function statuses(client: AudienceClient, resources: readonly unknown[]): Promise<readonly number[]> {
  const response = await report(client, resources);
  assert.equal(response.statusCode, 207, response.body);
  const body: unknown = response.json();
  assert.ok(Check(BulkMetricResource, body), response.body);
  return body.resources.map(({ status }) => status);
}

test('a report is what an external audience shows as its size, and its version stays', async (context) => {
  const client = await openClient(context);
  const created = await client.create(externalSample);
  assert.deepEqual(await statuses(client, [named(profiles(7), records(9), profiles(8))]), [200]);
  const seconds = Math.floor(testTime / 1000);
  const common = {
    imsOrgId: 'TEST@AdobeOrg',
    sandbox: created.sandbox,
    jobId: 'nightly',
    id: created.id,
    type: 'export',
    createEpoch: seconds,
    updateEpoch: seconds,
  };
  const metrics = { ...common, data: { totalProfiles: 8 } };
  const recordMetrics = { ...common, data: { recordCount: 9 } };
  assert.deepEqual((await client.get(`/${created.id}`)).json(), { ...created, metrics, recordMetrics });
  assert.deepEqual((await client.get('')).json().children, [created]);
  for (const wish of ['withMetrics==true', 'withmetrics==true']) {
    const [child] = (await client.get(`?property=${wish}`)).json().children;
    assert.deepEqual(child, { ...created, metrics, recordMetrics }, wish);
    assert.deepEqual((await client.get(`/${created.id}?property=${wish}`)).json(), child);
  }
  assert.equal((await client.get('?property=withMetrics==false')).json().children[0].metrics, undefined);
});

test('lists are sorted by the size of audiences, those without one last of the greatest first', async (context) => {
  const client = await openClient(context);
  await client.create(platformSample);
  for (const id of ['small', 'large', 'unknown']) await client.create({ ...externalSample, audienceId: id, name: id });
  await report(client, [
    { audienceId: 'small', namespace, operations: [profiles(0)] },
    { audienceId: 'large', namespace, operations: [profiles(70)] },
    { audienceId: 'unknown', namespace, operations: [records(5)] },
  ]);
  assert.deepEqual((await client.names('?sort=totalProfiles:desc')).slice(0, 2), ['large', 'small']);
  assert.deepEqual(await client.names('?property=metrics.data.totalProfiles>=1'), ['large']);
  assert.deepEqual(await client.names('?property=recordMetrics'), ['unknown']);
});

test('an audience is named by its own id, by the id in its namespace, or by the composed one', async (context) => {
  const client = await openClient(context);
  const { id, sandbox } = await client.create(externalSample);
  const composed = `${Buffer.from(`${namespace}_${audienceId}`).toString('base64url')}_${sandbox.sandboxId}`;
  for (const [index, name] of [audienceId, id, composed].entries()) {
    assert.deepEqual(
      await statuses(client, [{ audienceId: name, namespace, operations: [profiles(index)] }]),
      [200],
      name,
    );
    assert.equal((await client.get(`/${id}`)).json().metrics.data.totalProfiles, index);
  }
});

test('each report has its own answer, in order: unknown and evaluated audiences are refused', async (context) => {
  const client = await openClient(context);
  const platform = await client.create(platformSample);
  await client.create(externalSample);
  const operations = [profiles(1)];
  const resources = [
    { audienceId: 'nobody', namespace, operations },
    named(profiles(3)),
    { audienceId, namespace: 'other', operations },
    { audienceId: platform.id, namespace: 'AEPSegments', operations },
    named(records(4)),
  ];
  assert.deepEqual(await statuses(client, resources), [404, 200, 404, 400, 200]);
  const { metrics, recordMetrics } = (await client.get('?property=withMetrics==true')).json().children[0];
  assert.deepEqual([metrics.data, recordMetrics.data], [{ totalProfiles: 3 }, { recordCount: 4 }]);
  const stranger = await report(client, [named(profiles(9))], {}, headersOf('OTHER@AdobeOrg'));
  assert.equal(stranger.json().resources[0].status, 404);
});

test('what is no report is refused, and nothing is written', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(externalSample);
  const refused: readonly (readonly [readonly unknown[], object])[] = [
    [[], {}],
    [[named()], {}],
    [[named({ op: 'replace', path: '/metrics/data', value: { totalProfiles: 1 } })], {}],
    [[named({ op: 'add', path: '/metrics/data', value: { recordCount: 1 } })], {}],
    [[named({ op: 'add', path: '/name', value: 'x' })], {}],
    [[named(profiles(-1))], {}],
    [[named(profiles(1.5))], {}],
    [[named(profiles(1)), 7], {}],
    [[named(profiles(1))], { jobType: 'batch_segmentation' }],
    [[named(profiles(1))], { jobId: '' }],
    [Array.from({ length: 101 }, () => named(profiles(1))), {}],
  ];
  for (const [resources, changes] of refused) {
    assert.equal((await report(client, resources, changes)).statusCode, 400, JSON.stringify([resources[0], changes]));
  }
  assert.equal((await client.get(`/${id}`)).json().metrics, undefined);
});
