import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import { epochMs } from '@muster/audience';
import { ExternalRunListResource, ExternalSourceAudienceResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import {
  create,
  definition,
  ended,
  fields,
  members,
  operationOf,
  put,
  read,
  send,
  settle,
} from '../../testing/external-client.ts';
import { headersOf, openTestServer, type TestServer, testTime } from '../../testing/fixture.ts';
import { openTestEngine, type TestEngine } from '../../testing/test-engine.ts';

const dayMs = 86_400_000;

suite('external audiences', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());

  async function openServer(context: TestContext): Promise<TestServer> {
    const server = await openTestServer({}, engine.data);
    context.after(() => server.close());
    return server;
  }

  test('an audience is made by an operation, with what was asked for and the defaults', async (context) => {
    const server = await openServer(context);
    const labels = ['core/C1'];
    const operation = await operationOf(server, {
      ttlInDays: '40',
      labels,
      customAudienceId: 'mine',
      description: 'd',
    });
    assert.equal(operation.status, 'SUCCESS');
    assert.equal(operation.createdAt, Math.floor(testTime / 1_000));
    assert.deepEqual(operation.operationDetails, {
      name: 'VIPs',
      description: 'd',
      customAudienceId: 'mine',
      fields: fields.map((field) => ({ ...field, labels: [] })),
      sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
      ttlInDays: 40,
      audienceType: 'people',
      originName: 'CUSTOM_UPLOAD',
      namespace: 'CustomerAudienceUpload',
      labels,
      tags: [],
    });
    const audience = (await send(server, 'GET', `/data/core/ups/audiences/${operation.audienceId}`)).json();
    assert.deepEqual(
      [audience.type, audience.audienceId, audience.namespace, audience.ttlInDays],
      ['ExternalSegment', 'mine', 'CustomerAudienceUpload', 40],
    );
    assert.equal((await send(server, 'POST', '', definition({ customAudienceId: 'mine' }))).statusCode, 409);
    const bare = { path: 'a.csv', type: 'file' };
    assert.equal((await operationOf(server, { sourceSpec: bare })).operationDetails.ttlInDays, 30);
  });

  test('a namespace is answered as it is registered', async (context) => {
    const server = await openServer(context);
    const written = ['email', 'EMAIL', 'phone_e.164', 'loyaltyId'];
    const asked = written.map((identityNs) => ({ name: identityNs, type: 'string', identityNs }));
    const { operationDetails, audienceId } = await operationOf(server, { fields: asked });
    const known = ['Email', 'Email', 'Phone_E.164', 'loyaltyId'];
    assert.deepEqual(
      operationDetails.fields.map(({ identityNs }) => identityNs),
      known,
    );
    const fields = [{ name: 'EMAIL', type: 'string', identityNs: 'ecid' }];
    const changed = read(ExternalSourceAudienceResource, await send(server, 'PATCH', `/${audienceId}`, { fields }));
    assert.equal(changed.fields[1]?.identityNs, 'ECID');
  });

  test('a change while the clock was set back does not make an audience older', async (context) => {
    const server = await openServer(context);
    const { audienceId } = await operationOf(server);
    const updateTime = async (): Promise<number> =>
      (await send(server, 'GET', `/data/core/ups/audiences/${audienceId}`)).json().updateTime;
    const before = await updateTime();
    server.clock.time = epochMs(server.clock.time - 60_000);
    const changed = await send(server, 'PATCH', `/${audienceId}`, { description: 'new' });
    assert.equal(changed.statusCode, 200, changed.body);
    assert.equal(await updateTime(), before);
  });

  test('the metadata of an audience is made alone, under both base paths', async (context) => {
    const server = await openServer(context);
    const headers = { ...headersOf(), accept: 'application/vnd.adobe.external.audiences+json; version=2' };
    const post = (path: string, payload: object): Promise<LightMyRequestResponse> =>
      send(server, 'POST', `/data/core/${path}`, payload, headers);
    const only = '/audiences?createAudienceMetaOnly=true';
    for (const base of ['ais', 'ups']) {
      const payload = { name: 'n', description: 'd', audienceId: base, namespace: 'agora', originName: 'Agora' };
      const response = await post(base + only, payload);
      assert.equal(response.statusCode, 200, response.body);
      const { id, ...rest } = response.json();
      assert.deepEqual(rest, { name: 'n', audienceId: base });
      const audience = (await send(server, 'GET', `/data/core/ups/audiences/${id}`)).json();
      assert.deepEqual({ ...audience, ...payload, type: 'ExternalSegment', lifecycleState: 'published' }, audience);
      const again = await post(base + only, payload);
      assert.equal(again.statusCode, 409);
      assert.match(again.json().type, /100950-409$/);
      const bare = await post(base + only, { name: 'n', namespace: 'agora' });
      assert.match(bare.json().audienceId, /^[0-9a-f-]{36}$/);
      const refused = await post(base + only, { name: '' });
      assert.equal(refused.statusCode, 400);
      assert.match(refused.json().type, /100910-400$/);
      for (const field of ['/name', '/namespace']) assert.ok(refused.body.includes(`"${field}"`), refused.body);
      assert.equal((await post(`${base}/audiences?createAudienceMetaOnly=yes`, payload)).statusCode, 400);
    }
    const whole = { name: 'n', audienceId: 'whole', namespace: 'agora' };
    assert.equal((await post('ais/audiences?createAudienceMetaOnly=false', whole)).statusCode, 400);
    assert.equal((await post('ais/audiences', whole)).statusCode, 200);
    const external = { ...whole, audienceId: 'other', type: 'ExternalSegment' };
    const { lifecycleState } = (await post('ups/audiences?createAudienceMetaOnly=false', external)).json();
    assert.equal(lifecycleState, 'published');
  });

  test('requests that make no sense are refused with everything that is wrong', async (context) => {
    const server = await openServer(context);
    const source = (changes: object): object => ({ sourceSpec: { params: { path: 'a', type: 'file', ...changes } } });
    const cases: readonly [object, readonly string[]][] = [
      [{ name: undefined, fields: undefined }, ['/name', '/fields']],
      [{ fields: [] }, ['/fields']],
      [{ fields: [{ name: 'a', type: 'string' }] }, ['no field has an identity']],
      [{ fields: [fields[0], fields[0]] }, ['`email` is there twice']],
      [{ fields: Array.from({ length: 42 }, (_, index) => ({ name: `${index}`, type: 'string' })) }, ['at most 41']],
      [{ fields: [{ name: 'a', type: 'text', identityNs: 'b' }] }, ['/fields/0/type']],
      [source({ path: 'a b.csv' }), ['path']],
      [source({ cloudType: 'S3' }), ['baseConnectionId']],
      [source({ type: 'stream' }), ['sourceSpec']],
      [{ ttlInDays: 91 }, ['/ttlInDays']],
      [{ ttlInDays: '0' }, ['/ttlInDays']],
      [{ audienceType: 'accounts' }, ['/audienceType']],
      [{ originName: 'ELSEWHERE' }, ['/originName']],
    ];
    for (const [changes, mentions] of cases) {
      const response = await send(server, 'POST', '/', definition(changes));
      assert.equal(response.statusCode, 400, response.body);
      assert.match(response.json().type, /100910-400$/);
      for (const mention of mentions) assert.ok(response.body.includes(mention), `${mention}: ${response.body}`);
    }
  });

  test('a run reads a local file: its people are the members, and rows that do not fit are counted', async (context) => {
    const server = await openServer(context);
    const id = await create(server);
    await put(server, 'vips.csv', 'score,email', '1,ann@x.org', '2,"bob@x.org"', 'many,cy@x.org', '4,', '5,ann@x.org');
    const run = await ended(server, id, { dataFilterStartTime: Math.floor(testTime / 1_000) - 10 });
    assert.equal(run.status, 'SUCCESS', run.muster.reason);
    assert.deepEqual(run.muster, { files: 1, rows: 5, rejected: 2, members: 2 });
    assert.deepEqual(
      run.details.map(({ stage, status }) => [stage, status]),
      [
        ['DATASET_INGEST', 'SUCCESS'],
        ['PROFILE_STORE_INGEST', 'SUCCESS'],
      ],
    );
    assert.deepEqual(await members(server, id), ['ann@x.org', 'bob@x.org']);
    const audience = (await send(server, 'GET', `/data/core/ups/audiences/${id}`)).json();
    assert.equal(audience.metrics.data.totalProfiles, 2);
    await put(server, 'vips.csv', 'email,score', 'bob@x.org,', 'dee@x.org,7');
    await ended(server, id, { dataFilterStartTime: testTime - 10_000 });
    assert.deepEqual(await members(server, id), ['bob@x.org', 'dee@x.org']);
    const { runs } = read(ExternalRunListResource, await send(server, 'GET', `/${id}/runs`));
    assert.equal(runs.length, 2);
    assert.equal(runs[1]?.runId, run.runId);
  });

  test('a folder gives its CSV files that changed in the span', async (context) => {
    const server = await openServer(context);
    await mkdir(join(server.externalDir, 'drop'));
    const params = { path: 'dlz-user-container/drop', type: 'folder', cloudType: 'DLZ' };
    const id = await create(server, { sourceSpec: { params } });
    await put(server, 'drop/a.csv', 'email,score', 'a@x.org,1');
    await put(server, 'drop/ignored.txt', 'email,score', 'i@x.org,1');
    server.clock.time = epochMs(testTime + dayMs);
    await put(server, 'drop/b.csv', 'email,score', 'b@x.org,1');
    const all = await ended(server, id, { dataFilterStartTime: testTime - 10_000 });
    assert.equal(all.muster.files, 2);
    assert.deepEqual(await members(server, id), ['a@x.org', 'b@x.org']);
    await ended(server, id, { dataFilterStartTime: testTime + dayMs / 2 });
    assert.deepEqual(await members(server, id), ['b@x.org']);
    const early = { dataFilterStartTime: testTime - dayMs, dataFilterEndTime: testTime + dayMs / 2 };
    await ended(server, id, early);
    assert.deepEqual(await members(server, id), ['a@x.org']);
  });

  test('a run that cannot read its source fails with the reason and leaves the members', async (context) => {
    const server = await openServer(context);
    await writeFile(join(engine.folder, 'secret.csv'), 'email,score\nsecret@x.org,1\n');
    await symlink(join(engine.folder, 'secret.csv'), join(server.externalDir, 'link.csv'));
    await put(server, 'columns.csv', 'mail,score', 'a@x.org,1');
    await put(server, 'quotes.csv', 'email,score', '"a@x.org,1');
    const cloud = { path: 'a.csv', type: 'file', cloudType: 'S3', baseConnectionId: 'c' };
    const cases: readonly [object, RegExp][] = [
      [cloud, /the source `S3` cannot be reached/],
      [{ path: 'nothing.csv', type: 'file' }, /nothing at `nothing.csv`/],
      [{ path: '../secret.csv', type: 'file' }, /nothing at/],
      [{ path: join(engine.folder, 'secret.csv'), type: 'file' }, /nothing at/],
      [{ path: 'link.csv', type: 'file' }, /nothing at/],
      [{ path: 'columns.csv', type: 'file' }, /no column `email`/],
      [{ path: 'quotes.csv', type: 'file' }, /cannot be read/],
      [{ path: 'columns.csv', type: 'folder' }, /no folder/],
      [{ path: '.', type: 'file' }, /no file at/],
    ];
    for (const [params, reason] of cases) {
      const id = await create(server, { sourceSpec: { params } });
      const before = await members(server, id);
      const run = await ended(server, id, { dataFilterStartTime: 0 });
      assert.equal(run.status, 'FAILED');
      assert.match(run.muster.reason ?? '', reason);
      assert.deepEqual(await members(server, id), before);
    }
  });

  test('a change replaces what is given and keeps the rest', async (context) => {
    const server = await openServer(context);
    const id = await create(server, { description: 'before' });
    const change = {
      fields: [
        { name: 'score', type: 'number' },
        { name: 'tier', type: 'string' },
      ],
      labels: ['core/C2'],
    };
    const response = await send(server, 'PATCH', `/${id}`, change);
    assert.equal(response.statusCode, 200, response.body);
    const audience = read(ExternalSourceAudienceResource, response);
    assert.deepEqual(
      [audience.description, audience.labels, audience.fields.map(({ name, type }) => `${name} ${type}`)],
      ['before', ['core/C2'], ['email string', 'score number', 'tier string']],
    );
    for (const payload of [
      { ttlInDays: 0 },
      { fields: [] },
      { labels: 'x' },
      { fields: [{ name: 'email', type: 'string' }] },
    ]) {
      assert.equal((await send(server, 'PATCH', `/${id}`, payload)).statusCode, 400, JSON.stringify(payload));
    }
  });

  test('changes under `/audiences` leave what is known of the files', async (context) => {
    const server = await openServer(context);
    const id = await create(server);
    const path = `/data/core/ups/audiences/${id}`;
    assert.equal((await send(server, 'GET', path)).json().audienceMeta, undefined);
    const meta = [{ op: 'add', path: '/audienceMeta', value: { segmentStatus: 'ACTIVE' } }];
    const changes = [
      ['PUT', { name: 'Overwritten' }],
      ['PATCH', meta],
      ['PATCH', [{ op: 'remove', path: '/audienceMeta' }]],
    ] as const;
    for (const [method, payload] of changes) {
      const changed = await send(server, method, path, payload);
      assert.equal(changed.statusCode, 200, changed.body);
      const known = read(ExternalSourceAudienceResource, await send(server, 'PATCH', `/${id}`, {}));
      assert.deepEqual(
        known.fields.map(({ name }) => name),
        ['email', 'score'],
      );
    }
  });

  test('runs follow each other, and are bounded for an audience', async (context) => {
    const server = await openServer(context);
    const id = await create(server);
    await server.externalRunner.stop();
    const start = (): Promise<LightMyRequestResponse> =>
      send(server, 'POST', `/${id}/runs`, { dataFilterStartTime: 0 });
    const both = await Promise.all([start(), start()]);
    assert.deepEqual(both.map(({ statusCode }) => statusCode).sort(), [200, 409]);
    await settle(server);
    for (let count = 1; count < 10; count++) await ended(server, id, { dataFilterStartTime: 0 });
    const refused = await start();
    assert.equal(refused.statusCode, 422);
    assert.ok(refused.body.includes('fewer than 10'), refused.body);
    for (const payload of [{}, { dataFilterStartTime: 'now' }, { dataFilterStartTime: 5, dataFilterEndTime: 4 }]) {
      assert.equal((await send(server, 'POST', `/${id}/runs`, payload)).statusCode, 400, JSON.stringify(payload));
    }
  });

  test('an audience is deleted, and nobody else finds it or what it made', async (context) => {
    const server = await openServer(context);
    const operation = await operationOf(server);
    const id = operation.audienceId ?? '';
    const run = await ended(server, id, { dataFilterStartTime: 0 });
    const paths = [
      ['GET', `/operations/${operation.operationId}`],
      ['GET', `/${id}/runs`],
      ['GET', `/${id}/runs/${run.runId}`],
      ['PATCH', `/${id}`],
      ['POST', `/extend-ttl/${id}`],
      ['DELETE', `/${id}`],
    ] as const;
    for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
      for (const [method, path] of paths) {
        const payload = method === 'PATCH' ? {} : undefined;
        assert.equal((await send(server, method, path, payload, headers)).statusCode, 404, `${method} ${path}`);
      }
    }
    assert.equal((await send(server, 'GET', `/other/runs/${run.runId}`)).statusCode, 404);
    assert.equal((await send(server, 'DELETE', `/${id}/`)).statusCode, 204);
    assert.equal((await send(server, 'DELETE', `/${id}`)).statusCode, 404);
    const rule = { name: 'p', expression: { type: 'PQL', format: 'pql/text', value: 'true' } };
    const platform = (await send(server, 'POST', '/data/core/ups/audiences', rule)).json().id;
    assert.equal((await send(server, 'DELETE', `/${platform}`)).statusCode, 404);
    const bare = { type: 'ExternalSegment', audienceId: 'bare', namespace: 'n', name: 'bare' };
    const sourceless = (await send(server, 'POST', '/data/core/ups/audiences', bare)).json().id;
    assert.equal((await send(server, 'POST', `/${sourceless}/runs`, { dataFilterStartTime: 0 })).statusCode, 422);
  });
});
