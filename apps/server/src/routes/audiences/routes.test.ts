import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { parseExpression, writePqlJson } from '@muster/pql';
import type { AudienceListResource } from '@muster/wire';
import { AudienceClient, externalSample, openClient, platformSample, uses } from '../../testing/audience-client.ts';
import { headersOf, testTime } from '../../testing/fixture.ts';

test('a platform audience is answered with every field of the reference', async (context) => {
  const client = await openClient(context);
  const created = await client.create(platformSample);
  assert.ok(created.type === 'SegmentDefinition');
  const { id, _etag, mergePolicyId, sandbox, ...rest } = created;
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.match(mergePolicyId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(_etag, /^"[0-9a-f]{8}-0000-0200-0000-6553f1000000"$/);
  assert.deepEqual(
    { ...sandbox, sandboxId: 'any' },
    { sandboxId: 'any', sandboxName: 'prod', type: 'production', default: true },
  );
  const seconds = Math.floor(testTime / 1000);
  assert.deepEqual(rest, {
    audienceId: id,
    imsOrgId: 'TEST@AdobeOrg',
    isSystem: false,
    name: platformSample.name,
    description: 'Last 30 days',
    ttlInDays: 60,
    creationTime: seconds * 1000,
    createEpoch: seconds,
    updateTime: seconds * 1000,
    updateEpoch: seconds,
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    createdBy: rest.createdBy,
    lastModifiedBy: rest.createdBy,
    lifecycleState: 'published',
    labels: ['core/C1'],
    namespace: 'AEPSegments',
    type: 'SegmentDefinition',
    schema: { name: '_xdm.context.profile' },
    profileInstanceId: 'ups',
    expression: platformSample.expression,
    evaluationInfo: { batch: { enabled: true }, continuous: { enabled: false }, synchronous: { enabled: false } },
    dataGovernancePolicy: { excludeOptOut: true },
    overridePerformanceWarnings: false,
    dependents: [],
    dependencies: [],
    definedOn: [
      {
        'meta:resourceType': 'unions',
        'meta:containerId': 'tenant',
        $ref: 'https://ns.adobe.com/xdm/context/profile__union',
      },
    ],
  });
  assert.deepEqual((await client.get(`/${id}`)).json(), created);
});

test('an external audience is answered with every field of the reference', async (context) => {
  const client = await openClient(context);
  const created = await client.create(externalSample);
  const { id } = created;
  assert.notEqual(id, externalSample.audienceId);
  for (const [name, value] of Object.entries(externalSample)) {
    assert.deepEqual(new Map(Object.entries(created)).get(name), value, name);
  }
  for (const absent of ['expression', 'schema', 'ttlInDays', 'dependents', 'mergePolicyId', 'tags']) {
    assert.equal(Object.hasOwn(created, absent), false, absent);
  }
  const found = await client.get(`/${id}`);
  assert.deepEqual(found.json(), created);
  assert.equal(found.headers.etag, created._etag);
  assert.equal((await client.get(`/${externalSample.audienceId}`)).statusCode, 404);
});

test('a second external audience with the same namespace and id is refused', async (context) => {
  const client = await openClient(context);
  await client.create(externalSample);
  assert.equal((await client.post(externalSample)).statusCode, 409);
  await client.create({ ...externalSample, namespace: 'other' });
});

test('a body without a name gets the three entries of the reference', async (context) => {
  const client = await openClient(context);
  const { name: _name, ...nameless } = platformSample;
  const body = (await client.post(nameless)).json();
  const title = 'There is a problem extracting the user JSON, field(s) missing or invalid. Correct and try again.';
  assert.equal(body.title, title);
  assert.equal(body.type, 'https://ns.adobe.com/aep/errors/UPLIB-101206-500');
  assert.deepEqual(body.errors['400'], [
    { code: 400, message: title },
    { code: 400, message: 'No usable value for name' },
    { code: 400, message: '`name` is missing', field: '/name', suggestion: 'add `name`' },
  ]);
});

test('an audience cannot be created as deleted', async (context) => {
  const client = await openClient(context);
  const body = (await client.post({ ...platformSample, lifecycleState: 'deleted' })).json();
  assert.equal(body.title, 'There is a problem in audience validation. Cannot set lifecycleState as deleted');
  assert.equal(body.type, 'https://ns.adobe.com/aep/errors/UPAPI-113434-400');
});

test('every mistake of a rule is named with its text underlined', async (context) => {
  const client = await openClient(context);
  const value = 'workAdress.country = "US" and person.nam.firstName = "A"';
  const response = await client.post({ ...platformSample, expression: { type: 'PQL', format: 'pql/text', value } });
  assert.equal(response.statusCode, 400);
  const body = response.json();
  assert.equal(body.type, 'https://ns.adobe.com/aep/errors/MUSTER-100002-400');
  const findings: readonly { field: string; position: { start: number; end: number }; excerpt: string }[] =
    body.errors['400'].slice(1);
  assert.ok(findings.length >= 2, response.body);
  for (const finding of findings) {
    assert.equal(finding.field, '/expression/value');
    assert.match(finding.excerpt, /\^/);
  }
  assert.equal(value.slice(findings[0]?.position.start, findings[0]?.position.end), 'workAdress');
});

test('what the server cannot evaluate is refused', async (context) => {
  const client = await openClient(context);
  const cases: readonly [object, string][] = [
    [{ ...platformSample, expression: { ...platformSample.expression, format: 'pql/xml' } }, '/expression/format'],
    [{ ...platformSample, schema: { name: '_xdm.context.account' } }, '/schema/name'],
    [{ ...platformSample, expression: { ...platformSample.expression, type: 'ARL' } }, '/expression/type'],
  ];
  for (const [payload, field] of cases) {
    const response = await client.post(payload);
    assert.equal(response.statusCode, 400);
    const fields = response.json().errors['400'].map((entry: { field?: string }) => entry.field);
    assert.ok(fields.includes(field), response.body);
  }
});

/** A rule in the JSON form. */
const jsonRule = (text: string): object => ({
  type: 'PQL',
  format: 'pql/json',
  value: JSON.stringify(writePqlJson(parseExpression(text).ast)),
});

test('a rule in the JSON form is stored and answered as it was sent, and its references count', async (context) => {
  const client = await openClient(context);
  const used = await client.create(platformSample);
  const expression = jsonRule(`inSegment("${used.id}") and homeAddress.country = "US"`);
  const created = await client.create({ ...platformSample, expression });
  assert.ok(created.type === 'SegmentDefinition');
  assert.deepEqual(created.expression, expression);
  assert.deepEqual(created.dependencies, [used.id]);
});

test('what is wrong with a rule in the JSON form is named by its place or shown in its text', async (context) => {
  const client = await openClient(context);
  const refusal = async (value: string): Promise<string> => {
    const response = await client.post({ ...platformSample, expression: { type: 'PQL', format: 'pql/json', value } });
    assert.equal(response.statusCode, 400);
    return JSON.stringify(response.json().errors['400'].slice(1));
  };
  assert.match(await refusal('{"nodeType": }'), /not JSON at offset 13: expected .*"position":\{"start":13,"end":14\}/);
  assert.match(await refusal('{"nodeType": "literl"}'), /unknown `nodeType` `literl` at the top/);
  const unknown = await refusal(JSON.stringify(writePqlJson(parseExpression('homeAdress.country = "US"').ast)));
  assert.match(unknown, /unknown field `homeAdress`.*"excerpt":"homeAdress.country = \\"US\\"\\n\^{10}"/);
  assert.doesNotMatch(unknown, /"position"/);
});

test('an audience that others use names them, and cannot be deleted before them', async (context) => {
  const client = await openClient(context);
  const used = await client.create(platformSample);
  const using = await client.create(uses(used.id));
  assert.ok(using.type === 'SegmentDefinition');
  assert.deepEqual(using.dependencies, [used.id]);
  assert.deepEqual((await client.get(`/${used.id}`)).json().dependents, [using.id]);
  const refused = await client.delete(used.id);
  assert.equal(refused.statusCode, 400);
  assert.equal(refused.json().type, 'https://ns.adobe.com/aep/errors/UPAPI-113631-403');
  assert.match(refused.body, new RegExp(using.id));
  const deleted = await client.delete(using.id);
  assert.deepEqual([deleted.statusCode, deleted.body], [204, '']);
  assert.deepEqual((await client.get(`/${used.id}`)).json().dependents, []);
  assert.equal((await client.delete(used.id)).statusCode, 204);
  assert.equal((await client.get(`/${used.id}`)).statusCode, 404);
  assert.equal((await client.delete(used.id)).statusCode, 404);
});

test('a rule may use audiences that exist and are in a fitting state', async (context) => {
  const client = await openClient(context);
  const draft = await client.create({ ...platformSample, lifecycleState: 'draft' });
  const inactive = await client.create({ ...platformSample, lifecycleState: 'inactive' });
  const status = async (payload: object): Promise<number> => (await client.post(payload)).statusCode;
  assert.equal(await status(uses('nobody')), 400);
  assert.equal(await status(uses(draft.id)), 400);
  assert.equal(await status(uses(draft.id, { lifecycleState: 'draft' })), 200);
  assert.equal(await status(uses(inactive.id)), 400);
  assert.equal(await status(uses(inactive.id, { lifecycleState: 'draft' })), 400);
});

test('following the next page reaches every audience once', async (context) => {
  const client = await openClient(context);
  for (let count = 0; count < 6; count += 1) {
    client.server.clock.time = epochMs(testTime + count * 1000);
    await client.create({ ...platformSample, name: `audience ${count}` });
  }
  for (const limit of [1, 2, 4, 6, 7]) {
    const seen: string[] = [];
    let start: string | undefined = '0';
    while (start !== undefined) {
      const body: AudienceListResource = (await client.get(`?start=${start}&limit=${limit}`)).json();
      assert.equal(body._page.pageSize, body.children.length);
      assert.equal(body._page.totalCount, 6);
      assert.equal(body._page.totalPages, Math.ceil(6 / limit));
      seen.push(...body.children.map((child) => child.name));
      start = body._page.next;
      if (start === undefined) assert.deepEqual(body._links, { next: {} });
      else assert.equal(body._links.next.href, `@/audiences?start=${start}&limit=${limit}&totalCount=6`);
    }
    assert.deepEqual(seen, ['audience 5', 'audience 4', 'audience 3', 'audience 2', 'audience 1', 'audience 0']);
  }
  assert.deepEqual(await client.names('?start=99'), []);
  assert.deepEqual(await client.names('?sort=name:asc&limit=2'), ['audience 0', 'audience 1']);
  assert.deepEqual((await client.get('?limit=0')).statusCode, 400);
});

test('an empty list has no next page', async (context) => {
  const client = await openClient(context);
  const body = (await client.get('')).json();
  assert.deepEqual(body, {
    children: [],
    _page: {
      totalCount: 0,
      totalPages: 0,
      sortField: 'creationTime',
      sort: 'desc',
      pageSize: 0,
      limit: 100,
      start: '0',
    },
    _links: { next: {} },
  });
});

test('filters are literal, and conditions on any attribute hold together', async (context) => {
  const client = await openClient(context);
  await client.create({ ...platformSample, name: '100% of "all"_*', description: 'Ünïque' });
  await client.create({ ...platformSample, name: 'plain', evaluationInfo: { continuous: { enabled: true } } });
  await client.create({ ...externalSample, name: 'outside', lifecycleState: 'inactive' });
  const check = async (query: string, expected: readonly string[]): Promise<void> =>
    assert.deepEqual([...(await client.names(query))].sort(), expected, query);
  const special = '100% of "all"_*';
  await check('', [special, 'plain']);
  await check('?name=%25', [special]);
  await check('?name=_', [special]);
  await check('?name=*', [special]);
  await check('?name=%22ALL%22', [special]);
  await check('?name=PLAIN', ['plain']);
  await check('?description=%C3%BCN%C3%8FQUE', [special]);
  await check('?property=name==plain', ['plain']);
  await check('?property=name==Plain', []);
  await check('?property=audienceId==test-external-audience-id', ['outside']);
  await check('?property=audienceId', [special, 'outside', 'plain']);
  await check('?property=lifecycleState==inactive', ['outside']);
  await check('?property=lifecycleState==nonsense', []);
  await check('?property=lifecycleState!=inactive', [special, 'plain']);
  await check('?property=evaluationInfo.continuous.enabled==true', ['plain']);
  await check('?property=evaluationInfo.continuous.enabled==true&property=name==other', []);
  await check('?property=labels==core/C1&name=plain', ['plain']);
  await check('?property=isSystem==true', []);
  await check('?entityType=_xdm.context.profile&property=audienceId', [special, 'outside', 'plain']);
  await check('?entityType=_xdm.context.account&property=audienceId', []);
  await check('?unknown=x&totalCount=7', [special, 'plain']);
});

test('metrics are shown on look-up, and in lists when asked for', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(platformSample);
  const headers = client.headers;
  await client.server.app.inject({
    method: 'POST',
    url: '/data/core/ups/segment/jobs',
    headers,
    payload: [{ segmentId: id }],
  });
  client.server.runner.start();
  await client.server.evaluation.started;
  client.server.evaluation.finish({});
  await client.server.runner.whenIdle();
  const metrics = (await client.get(`/${id}`)).json().metrics;
  assert.equal(metrics.data.totalProfiles, 0);
  assert.equal(metrics.id, id);
  assert.equal((await client.get('')).json().children[0].metrics, undefined);
  assert.deepEqual((await client.get('?property=withMetrics==true')).json().children[0].metrics, metrics);
});

test('another organisation or sandbox sees nothing and changes nothing', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(platformSample);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    const other = new AudienceClient(client.server, headers);
    assert.equal((await other.get(`/${id}`)).statusCode, 404);
    assert.equal((await other.delete(id)).statusCode, 404);
    assert.deepEqual(await other.names('?property=audienceId'), []);
    assert.equal((await other.post(uses(id))).statusCode, 400);
  }
  assert.equal((await client.get(`/${id}`)).statusCode, 200);
});
