import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { epochMs } from '@muster/audience';
import { builtInSchema, decodeDocument } from '@muster/pql';
import { ExportJobListResource, ExportJobResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import type { ServerLimits } from '../../config.ts';
import { headersOf, openTestServer, type TestServer } from '../../testing/fixture.ts';
import { send } from '../../testing/requests.ts';
import { openTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { testScope } from '../../testing/test-scope.ts';

const minimal = { destination: { datasetId: 'dataset' }, schema: { name: '_xdm.context.profile' } };

async function create(server: TestServer, changes: object = {}): Promise<ExportJobResource> {
  const response = await send(server, 'POST', '/export/jobs', { payload: { ...minimal, ...changes } });
  assert.equal(response.statusCode, 200, response.body);
  const body: unknown = response.json();
  assert.ok(Check(ExportJobResource, body), response.body);
  assert.equal(response.headers['x-location'], `/data/core/ups/export/jobs/${body.id}`);
  return body;
}

async function find(server: TestServer, id: number): Promise<ExportJobResource> {
  const body: unknown = (await send(server, 'GET', `/export/jobs/${id}`)).json();
  assert.ok(Check(ExportJobResource, body), JSON.stringify(body));
  return body;
}

/** The lines of the files of an export that is made and has ended, by the names of the files. */
async function exported(server: TestServer, changes: object = {}): Promise<Readonly<Record<string, string[]>>> {
  const { id } = await create(server, changes);
  server.exportRunner.start();
  await server.exportRunner.whenIdle();
  const job = await find(server, id);
  assert.equal(job.status, 'SUCCEEDED', JSON.stringify(job.errors));
  const contents: Record<string, string[]> = {};
  for (const { name, bytes, href } of job.muster.files) {
    const response = await send(server, 'GET', href.slice(1));
    assert.equal(response.statusCode, 200);
    assert.equal(response.rawPayload.byteLength, bytes);
    contents[name] = response.body.split(/\r?\n/).filter((line) => line !== '');
  }
  return contents;
}

const identities = (lines: readonly string[] = []): readonly string[] =>
  lines.map((line): string => JSON.parse(line).identityId).sort();

suite('export jobs', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await openTestEngine();
    const records = ['US', 'US', 'DE'].map((country, index) => {
      const { document: attributes } = decodeDocument(builtInSchema.profile, {
        homeAddress: { country },
        person: { name: { firstName: `First ${index}` }, birthDate: '2000-11-20' },
      });
      return { identity: { namespace: 'Email', id: `p${index}` }, attributes, time: epochMs(1_000) };
    });
    const timestamp = epochMs(5_000);
    const { document: body } = decodeDocument(builtInSchema.event, {
      _id: 'e1',
      timestamp: '1970-01-01T00:00:05Z',
      eventType: 'view',
    });
    const events = ['p0', 'visitor'].map((id) => ({ identity: { namespace: 'crm', id }, id: 'e1', timestamp, body }));
    await engine.data.write(testScope(), builtInSchema, { datasetId: 'test', records, events });
  });
  after(() => engine.close());

  async function openServer(context: TestContext, limits: Partial<ServerLimits> = {}): Promise<TestServer> {
    const server = await openTestServer(limits, engine.data);
    context.after(() => server.close());
    return server;
  }

  async function audience(server: TestServer, name: string, value: string): Promise<string> {
    const payload = { name, expression: { type: 'PQL', format: 'pql/text', value } };
    return (await send(server, 'POST', '/audiences', { payload })).json().id;
  }

  test('an export of everyone is answered at once and ends with a file and counters', async (context) => {
    const server = await openServer(context);
    const job = await create(server, { fields: 'homeAddress, person.name.*' });
    assert.deepEqual(
      [job.id, job.jobType, job.status, job.imsOrgId, job.profileInstanceId, job.muster.format],
      [1, 'BATCH', 'NEW', 'TEST@AdobeOrg', 'ups', 'jsonl'],
    );
    assert.deepEqual(job.destination, { datasetId: 'dataset', segmentPerBatch: false });
    assert.deepEqual(job.filter, { emptyProfiles: false });
    server.exportRunner.start();
    await server.exportRunner.whenIdle();
    const done = await find(server, job.id);
    assert.equal(done.status, 'SUCCEEDED');
    assert.equal(done.metrics.totalExportedProfileCounter, 3);
    assert.deepEqual(done.metrics.exportedProfileByNamespaceCounter, { Email: 3 });
    assert.equal(done.destination.batchId, done.computeGatewayJobId.exportJob);
    const [file] = done.muster.files;
    assert.deepEqual([file?.name, file?.content, file?.rows], ['profiles.jsonl', 'profiles', 3]);
    const response = await send(server, 'GET', `/export/jobs/${job.id}/files/profiles.jsonl`);
    assert.equal(response.headers['content-type'], 'application/x-ndjson; charset=utf-8');
    assert.equal(response.headers['content-disposition'], 'attachment; filename="export-1-profiles.jsonl"');
    const [first = '{}'] = response.body.split('\n');
    const row: Record<string, unknown> = JSON.parse(first);
    assert.equal(row['person.name.firstName'], 'First 0');
    assert.equal(row['homeAddress.country'], 'US');
    assert.ok(!('person.birthDate' in row));
  });

  test('files are CSV, JSON lines or Parquet', async (context) => {
    const server = await openServer(context);
    const fields = 'person.birthDate';
    assert.deepEqual(await exported(server, { fields, muster: { format: 'csv' } }), {
      'profiles.csv': [
        'identityNamespace,identityId,person.birthDate',
        ...[0, 1, 2].map((index) => `"Email","p${index}","2000-11-20T00:00:00.000Z"`),
      ],
    });
    assert.deepEqual(identities((await exported(server, { fields }))['profiles.jsonl']), ['p0', 'p1', 'p2']);
    const parquet = await exported(server, { fields, muster: { format: 'parquet' } });
    assert.match(parquet['profiles.parquet']?.join('\n') ?? '', /^PAR1.*PAR1$/s);
  });

  test('segments are evaluated first when asked for, and each gets its file', async (context) => {
    const server = await openServer(context);
    const us = await audience(server, 'us', 'homeAddress.country = "US"');
    const others = await audience(server, 'others', `not inSegment("${us}")`);
    const segments = [{ segmentId: us, status: ['realized'] }, { segmentId: others }];
    assert.deepEqual(await exported(server, { filter: { segments } }), { 'profiles.jsonl': [] });
    const evaluationInfo = { segmentation: true };
    const destination = { datasetId: 'd', segmentPerBatch: true };
    const files = await exported(server, { filter: { segments, emptyProfiles: true }, evaluationInfo, destination });
    assert.deepEqual(identities(files['profiles-1.jsonl']), ['p0', 'p1']);
    assert.deepEqual(identities(files['profiles-2.jsonl']), ['p0', 'p2', 'visitor']);
    const job = await find(server, 2);
    assert.deepEqual(
      job.destination.batches?.map(({ segmentId, segmentNs, status }) => [segmentId, segmentNs, status]),
      [
        [us, 'ups', ['realized']],
        [others, 'ups', ['realized', 'existing']],
      ],
    );
    const metrics = (await send(server, 'GET', `/audiences/${us}`)).json().metrics;
    assert.equal(metrics.data.totalProfiles, 2);
    const exited = { segments: [{ segmentId: us, status: ['exited'] }] };
    assert.deepEqual(await exported(server, { filter: exited }), { 'profiles.jsonl': [] });
    const early = { segments: [{ segmentId: us }], segmentQualificationTime: { endTime: '2001-01-01T00:00:00Z' } };
    assert.deepEqual(await exported(server, { filter: early }), { 'profiles.jsonl': [] });
  });

  test('events are a file of their own', async (context) => {
    const server = await openServer(context);
    const additionalFields = { eventList: {} };
    const all = await exported(server, { additionalFields, filter: { emptyProfiles: true } });
    assert.deepEqual(identities(all['events.jsonl']), ['p0', 'visitor']);
    const later = { eventList: { filter: { fromIngestTimestamp: '1970-01-01T00:00:06Z' } } };
    assert.deepEqual((await exported(server, { additionalFields: later }))['events.jsonl'], []);
  });

  test('requests that make no sense are refused with everything that is wrong', async (context) => {
    const server = await openServer(context);
    const id = await audience(server, 'a', 'homeAddress.country = "US"');
    const span = { startTime: '2024-02-30T00:00:00Z', endTime: 'soon' };
    const cases: readonly [object, number, readonly string[]][] = [
      [{ destination: {} }, 400, ['/destination/datasetId']],
      [{ schema: {} }, 400, ['/schema/name']],
      [{ schema: { name: '_xdm.context.account' } }, 400, ['/schema/name']],
      [{ fields: 'person.nam,homeAddress.country,x' }, 400, ['`person.nam`', '`x`']],
      [{ filter: { segments: [{ segmentId: id }], segmentQualificationTime: span } }, 400, ['02-30', '`soon`']],
      [{ filter: { segmentQualificationTime: { startTime: '2024-01-01' } } }, 400, ['needs `segments`']],
      [{ filter: { segments: [{ segmentId: 'nobody' }] } }, 404, ['nobody']],
      [{ filter: { segments: [{ segmentId: id, status: ['gone'] }] } }, 400, ['/filter/segments/0/status/0']],
      [{ filter: { segments: [{}] } }, 400, ['/filter/segments/0/segmentId']],
      [{ filter: { fromIngestTimestamp: 7 } }, 400, ['/filter/fromIngestTimestamp']],
      [{ additionalFields: { eventList: { fields: 'nothing' } } }, 400, ['`nothing`']],
      [{ muster: { format: 'xml' } }, 400, ['/muster/format']],
    ];
    for (const [changes, status, mentions] of cases) {
      const response = await send(server, 'POST', '/export/jobs', { payload: { ...minimal, ...changes } });
      assert.equal(response.statusCode, status, response.body);
      for (const mention of mentions) assert.ok(response.body.includes(mention), `${mention}: ${response.body}`);
    }
    assert.deepEqual((await send(server, 'GET', '/export/jobs')).json().records, []);
  });

  test('jobs are listed newest first, in pages by offset and by status, to the end', async (context) => {
    const server = await openServer(context);
    for (let count = 0; count < 5; count++) await create(server);
    await send(server, 'DELETE', '/export/jobs/2');
    const list = async (path: string): Promise<ExportJobListResource> => {
      const body: unknown = (await send(server, 'GET', path)).json();
      assert.ok(Check(ExportJobListResource, body), JSON.stringify(body));
      return body;
    };
    const seen: number[] = [];
    let path = '/export/jobs?limit=2';
    while (path !== '') {
      const page = await list(path);
      assert.equal(page.page.pageSize, page.records.length);
      seen.push(...page.records.map(({ id }) => id));
      path = page.link.next;
    }
    assert.deepEqual(seen, [5, 4, 3, 2, 1]);
    const waiting = await list('/export/jobs?status=NEW&limit=1000');
    assert.deepEqual([waiting.records.map(({ id }) => id), waiting.link.next], [[5, 4, 3, 1], '']);
    for (const query of ['?status=nothing', '?limit=0', '?offset=x', '?offset=1_']) {
      assert.equal((await send(server, 'GET', `/export/jobs${query}`)).statusCode, 400, query);
    }
  });

  test('a job that has not ended is cancelled, one that has is not', async (context) => {
    const server = await openServer(context);
    const cancel = (id: number | string): Promise<LightMyRequestResponse> =>
      send(server, 'DELETE', `/export/jobs/${id}`);
    const waiting = await create(server);
    assert.deepEqual((await cancel(waiting.id)).json(), { status: true, message: 'The export job is CANCELLED.' });
    assert.equal((await cancel(waiting.id)).statusCode, 200);
    await exported(server);
    assert.equal((await find(server, waiting.id)).status, 'CANCELLED');
    const refused = await cancel(2);
    assert.deepEqual([refused.statusCode, refused.json().type.split('/').at(-1)], [400, 'MUSTER-100305-400']);
    for (const id of [99, 'x', '0', '01', '1e3']) assert.equal((await cancel(id)).statusCode, 404, String(id));
  });

  test('too many unfinished jobs are refused, and the oldest ended ones go with their files', async (context) => {
    const server = await openServer(context, { exportsInProgressMax: 1, exportsKeptMax: 2 });
    await create(server);
    const refused = await send(server, 'POST', '/export/jobs', { payload: minimal });
    assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10']);
    server.exportRunner.start();
    await server.exportRunner.whenIdle();
    for (let count = 0; count < 2; count++) await exported(server);
    assert.equal((await send(server, 'GET', '/export/jobs/1')).statusCode, 404);
    assert.equal((await send(server, 'GET', '/export/jobs/1/files/profiles.jsonl')).statusCode, 404);
    assert.equal((await send(server, 'GET', '/export/jobs/3/files/profiles.jsonl')).statusCode, 200);
  });

  test('files are found by their own names, in their organisation and sandbox only', async (context) => {
    const server = await openServer(context);
    await exported(server);
    for (const name of ['profiles.csv', '..%2Fprofiles.jsonl', '%2e%2e', 'profiles.jsonl%00', 'profiles']) {
      const { statusCode } = await send(server, 'GET', `/export/jobs/1/files/${name}`);
      assert.ok(statusCode === 404 || statusCode === 400, `${name}: ${statusCode}`);
    }
    for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
      for (const path of ['/export/jobs/1', '/export/jobs/1/files/profiles.jsonl']) {
        assert.equal((await send(server, 'GET', path, { headers })).statusCode, 404, path);
      }
      assert.equal((await send(server, 'DELETE', '/export/jobs/1', { headers })).statusCode, 404);
      assert.deepEqual((await send(server, 'GET', '/export/jobs', { headers })).json().records, []);
    }
  });
});
