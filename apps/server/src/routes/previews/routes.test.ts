import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { epochMs } from '@muster/audience';
import { builtInSchema, decodeDocument, formatExpression, parseExpression, writePqlJson } from '@muster/pql';
import { EstimateResource, PreviewResource, PreviewResultsResource } from '@muster/wire';
import { Check } from 'typebox/value';
import type { ServerLimits } from '../../config.ts';
import { headersOf, openTestServer, type TestServer } from '../../testing/fixture.ts';
import { send } from '../../testing/requests.ts';
import { openTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { testScope } from '../../testing/test-scope.ts';

suite('previews', () => {
  let engine: TestEngine;
  before(async () => {
    engine = await openTestEngine();
    const records = Array.from({ length: 20 }, (_, index) => {
      const json = { homeAddress: { country: index % 4 === 0 ? 'US' : 'DE' }, person: { birthDate: '2000-11-20' } };
      const { document: attributes } = decodeDocument(builtInSchema.profile, json);
      return { identity: { namespace: index < 15 ? 'Email' : 'crm', id: `p${index}` }, attributes, time: epochMs(0) };
    });
    await engine.data.write(testScope(), builtInSchema, { datasetId: 'test', records, events: [] });
  });
  after(() => engine.close());

  async function openServer(context: TestContext, limits: Partial<ServerLimits> = {}): Promise<TestServer> {
    const server = await openTestServer(limits, engine.data);
    context.after(() => server.close());
    return server;
  }

  async function create(server: TestServer, predicate: string, changes: object = {}): Promise<PreviewResource> {
    const payload = { predicateExpression: predicate, predicateModel: '_xdm.context.profile', ...changes };
    const response = await send(server, 'POST', '/preview', { payload });
    assert.equal(response.statusCode, 201, response.body);
    const body: unknown = response.json();
    assert.ok(Check(PreviewResource, body), response.body);
    assert.equal(response.headers['x-location'], `/data/core/ups/preview/${body.previewId}`);
    return body;
  }

  async function estimateOf(server: TestServer, { previewId }: PreviewResource): Promise<EstimateResource> {
    const body: unknown = (await send(server, 'GET', `/estimate/${previewId}`)).json();
    assert.ok(Check(EstimateResource, body), JSON.stringify(body));
    return body;
  }

  async function ended(server: TestServer, predicate: string, changes: object = {}): Promise<EstimateResource> {
    const preview = await create(server, predicate, changes);
    server.previewRunner.start();
    await server.previewRunner.whenIdle();
    return estimateOf(server, preview);
  }

  test('a preview goes from NEW to RESULT_READY, with an exact estimate and the profiles it found', async (context) => {
    const server = await openServer(context);
    const preview = await create(server, 'homeAddress.country = "US"', { predicateType: 'pql/text', graphType: 'pdg' });
    assert.equal(preview.state, 'NEW');
    assert.equal(preview.previewQueryStatus, 'NEW');
    assert.deepEqual(Buffer.from(preview.previewId, 'base64').toString().split(':'), [
      '1',
      '0',
      preview.previewQueryId,
      String(preview.previewExecutionId),
    ]);
    assert.equal((await estimateOf(server, preview)).state, 'NEW');
    server.previewRunner.start();
    await server.previewRunner.whenIdle();
    const estimate = await estimateOf(server, preview);
    assert.deepEqual(
      { ...estimate, muster: null, _links: null },
      {
        estimatedSize: 5,
        numRowsToRead: 20,
        totalRows: 20,
        profilesReadSoFar: 20,
        profilesMatchedSoFar: 5,
        standardError: 0,
        confidenceInterval: '95%',
        state: 'RESULT_READY',
        error: { description: '', traceback: '' },
        estimatedNamespaceDistribution: [
          { namespaceId: 'Email', profilesMatchedSoFar: 4 },
          { namespaceId: 'crm', profilesMatchedSoFar: 1 },
        ],
        muster: null,
        _links: null,
      },
    );
    assert.equal(estimate.muster.isExact, true);
    assert.deepEqual(estimate.muster.interval, { low: 5, high: 5 });
  });

  test('what a preview found is paged by offset and limit, under its padded id too', async (context) => {
    const server = await openServer(context);
    const preview = await create(server, 'homeAddress.country = "US"');
    server.previewRunner.start();
    await server.previewRunner.whenIdle();
    const page = async (query: string): Promise<PreviewResultsResource> => {
      const body: unknown = (await send(server, 'GET', `/preview/${preview.previewId}==${query}`)).json();
      assert.ok(Check(PreviewResultsResource, body), JSON.stringify(body));
      return body;
    };
    const first = await page('?limit=3');
    assert.deepEqual(
      first.results.map((result) => Object.values(result).flatMap(({ endCustomerIds }) => Object.keys(endCustomerIds))),
      [['p0'], ['p4'], ['p8']],
    );
    assert.deepEqual(first.page, { offset: 0, size: 3 });
    assert.equal(first.links.next, `@/preview/${preview.previewId}?offset=3&limit=3`);
    const last = await page('?limit=3&offset=3');
    assert.deepEqual([last.page, last.links.next], [{ offset: 3, size: 2 }, '']);
    assert.deepEqual((await page('?offset=9')).results, []);
    for (const query of ['?limit=0', '?offset=-1', '?limit=x']) {
      assert.equal((await send(server, 'GET', `/preview/${preview.previewId}${query}`)).statusCode, 400, query);
    }
  });

  test('a rule may come as JSON, and is as of the header x-muster-as-of', async (context) => {
    const server = await openServer(context);
    const { ast } = parseExpression('homeAddress.country = "DE"');
    const json = JSON.stringify(writePqlJson(ast));
    assert.equal((await ended(server, json, { predicateType: 'pql/json' })).estimatedSize, 15, formatExpression(ast));
    const payload = { predicateExpression: 'person.birthDate occurs < 20 years before now' };
    const sizeAt = async (asOf: string): Promise<number> => {
      const response = await send(server, 'POST', '/preview', { payload, headers: { 'x-muster-as-of': asOf } });
      await server.previewRunner.whenIdle();
      const estimate = await estimateOf(server, response.json());
      assert.equal(estimate.muster.asOf, asOf);
      return estimate.estimatedSize;
    };
    assert.equal(await sizeAt('2010-01-01T00:00:00.000Z'), 20);
    assert.equal(await sizeAt('2025-01-01T00:00:00.000Z'), 0);
  });

  test('audiences a rule refers to are evaluated with it, whether they ever were or not', async (context) => {
    const server = await openServer(context);
    const audience = async (name: string, value: string): Promise<string> => {
      const payload = { name, expression: { type: 'PQL', format: 'pql/text', value } };
      return (await send(server, 'POST', '/audiences', { payload })).json().id;
    };
    const us = await audience('us', 'homeAddress.country = "US"');
    const notUs = await audience('not us', `not inSegment("${us}")`);
    assert.equal((await ended(server, `inSegment("${notUs}")`)).estimatedSize, 15);
  });

  test('requests that cannot be previewed are refused with what is wrong', async (context) => {
    const server = await openServer(context);
    const cases: readonly [object, string][] = [
      [{}, 'predicateExpression'],
      [{ predicateExpression: '' }, '/predicateExpression'],
      [{ predicateExpression: 7 }, '/predicateExpression'],
      [{ predicateExpression: 'homeAdress.country = "US"' }, 'unknown field `homeAdress`'],
      [{ predicateExpression: 'homeAddress.country = ' }, '"position"'],
      [{ predicateExpression: 'inSegment("nobody")' }, 'audience `nobody` does not exist'],
      [{ predicateExpression: 'true', predicateType: 'sql' }, '/predicateType'],
      [{ predicateExpression: 'true', predicateType: 'constructor' }, '/predicateType'],
      [{ predicateExpression: 'true', predicateModel: '_xdm.context.account' }, '/predicateModel'],
      [{ predicateExpression: 'true', graphType: 'all' }, '/graphType'],
      [{ predicateExpression: '{', predicateType: 'pql/json' }, 'not JSON'],
      [{ predicateExpression: '{"nodeType": "nothing"}', predicateType: 'pql/json' }, 'nothing'],
    ];
    for (const [payload, mention] of cases) {
      const response = await send(server, 'POST', '/preview', { payload });
      assert.equal(response.statusCode, 400, JSON.stringify(payload));
      assert.ok(response.body.includes(mention), response.body);
    }
  });

  test('a preview that has not ended is cancelled, one that has is forgotten', async (context) => {
    const server = await openServer(context);
    const waiting = await create(server, 'true');
    const cancel = async ({ previewId }: PreviewResource): Promise<unknown> =>
      (await send(server, 'DELETE', `/preview/${previewId}`)).json();
    assert.deepEqual(await cancel(waiting), { status: true, message: 'The preview is cancelled.' });
    assert.equal((await estimateOf(server, waiting)).state, 'CANCELLED');
    assert.deepEqual(await cancel(waiting), { status: true, message: 'The preview is forgotten.' });
    assert.equal((await send(server, 'GET', `/estimate/${waiting.previewId}`)).statusCode, 404);
  });

  test('the number of previews and their life are bounded', async (context) => {
    const server = await openServer(context, { previewsInProgressMax: 2, previewsKeptMax: 3, previewKeptMs: 1_000 });
    const statusOf = async ({ previewId }: PreviewResource): Promise<number> =>
      (await send(server, 'GET', `/estimate/${previewId}`)).statusCode;
    const first = await create(server, 'true');
    const second = await create(server, 'true');
    const refused = await send(server, 'POST', '/preview', { payload: { predicateExpression: 'true' } });
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.headers['retry-after'], '10');
    server.previewRunner.start();
    await server.previewRunner.whenIdle();
    await create(server, 'true');
    await server.previewRunner.whenIdle();
    const last = await create(server, 'true');
    assert.deepEqual([await statusOf(first), await statusOf(second), await statusOf(last)], [404, 200, 200]);
    await server.previewRunner.whenIdle();
    server.clock.time = epochMs(server.clock.time + 1_000);
    assert.equal(await statusOf(last), 404);
  });

  test('a preview is found in its organisation and sandbox only, and ids that are none are not found', async (context) => {
    const server = await openServer(context);
    const { previewId } = await create(server, 'true');
    for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
      for (const [method, path] of [
        ['GET', `/preview/${previewId}`],
        ['GET', `/estimate/${previewId}`],
        ['DELETE', `/preview/${previewId}`],
      ] as const) {
        assert.equal((await send(server, method, path, { headers })).statusCode, 404, `${method} ${path}`);
      }
    }
    for (const id of ['x', 'nothing', '%20', 'MTox', btoa('1:0::1'), btoa('a:b:c:d'), '....']) {
      assert.equal((await send(server, 'GET', `/estimate/${id}`)).statusCode, 404, id);
    }
  });

  test('a preview whose process ended is computed by the next', async (context) => {
    const server = await openServer(context);
    const preview = await create(server, 'homeAddress.country = "US"');
    server.previewRunner.start();
    // Stopping lets go of the task, whichever state it is in.
    await server.previewRunner.stop();
    server.previewRunner.start();
    await server.previewRunner.whenIdle();
    assert.equal((await estimateOf(server, preview)).estimatedSize, 5);
  });
});
