import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { AudienceResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import {
  type AudienceClient,
  externalSample,
  openClient,
  platformSample,
  uses,
} from '../../testing/audience-client.ts';
import { headersOf, testTime } from '../../testing/fixture.ts';

const add = (path: string, value: unknown): object => ({ op: 'add', path, value });
const rule = (value: string): object => ({ type: 'PQL', format: 'pql/text', value });
const validation = 'https://ns.adobe.com/aep/errors/UPAPI-113434-400';

/** The audience in an answer that says success. */
function changed(response: LightMyRequestResponse): AudienceResource {
  assert.equal(response.statusCode, 200, response.body);
  const body: unknown = response.json();
  assert.ok(Check(AudienceResource, body), response.body);
  return body;
}

/** The type of a refusal and its messages after the title. */
function refusal(response: LightMyRequestResponse): { readonly type: string; readonly text: string } {
  assert.ok(response.statusCode >= 400, response.body);
  return { type: response.json().type, text: response.body };
}

function assertInvalid(response: LightMyRequestResponse, text: RegExp): void {
  const { type, text: found } = refusal(response);
  assert.equal(response.statusCode, 400);
  assert.equal(type, validation);
  assert.match(found, text);
}

/** Later requests are made at a later time. */
function wait(client: AudienceClient, seconds: number): void {
  client.server.clock.time = epochMs(client.server.clock.time + seconds * 1000);
}

test('a patch changes the field, the version and the times, and nothing else', async (context) => {
  const client = await openClient(context);
  const before = await client.create({ ...platformSample, lifecycleState: 'draft' });
  wait(client, 7);
  const response = await client.patch(before.id, [add('/expression', rule('workAddress.country = "CA"'))]);
  const after = changed(response);
  const seconds = Math.floor(testTime / 1000) + 7;
  assert.deepEqual(after, {
    ...before,
    expression: rule('workAddress.country = "CA"'),
    _etag: after._etag,
    updateEpoch: seconds,
    updateTime: seconds * 1000,
  });
  assert.notEqual(after._etag, before._etag);
  assert.match(after._etag, new RegExp(`-${seconds.toString(16)}0000"$`));
  assert.equal(response.headers.etag, after._etag);
  assert.deepEqual((await client.get(`/${before.id}`)).json(), after);
});

test('a patch is also taken as application/json-patch+json', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(platformSample);
  const headers = { 'content-type': 'application/json-patch+json' };
  assert.equal(changed(await client.patch(id, [add('/name', 'new')], headers)).name, 'new');
  assert.equal((await client.patch(id, [], { 'content-type': 'text/plain' })).statusCode, 415);
});

test('every writable field can be patched', async (context) => {
  const client = await openClient(context);
  const platform = await client.create(platformSample);
  const external = await client.create(externalSample);
  const common: readonly (readonly [string, unknown])[] = [
    ['name', 'new'],
    ['description', 'new'],
    ['labels', ['core/C2']],
    ['tags', ['a', 'b']],
    ['ttlInDays', 5],
    ['lifecycleState', 'inactive'],
  ];
  const own: Record<string, readonly (readonly [string, unknown])[]> = {
    [platform.id]: [
      ['mergePolicyId', 'policy'],
      ['overridePerformanceWarnings', true],
      ['ansibleDataModel', { any: ['thing'] }],
      ['payloadSchema', 'text'],
      ['evaluationInfo', { batch: { enabled: false }, continuous: { enabled: true }, synchronous: { enabled: false } }],
    ],
    [external.id]: [
      ['datasetId', 'other'],
      ['linkedAudienceRef', { audienceFolderId: 'folder' }],
      ['audienceMeta', { segmentStatus: 'ACTIVE' }],
    ],
  };
  for (const [id, fields] of Object.entries(own)) {
    for (const [field, value] of [...fields, ...common]) {
      const after = new Map<string, unknown>(
        Object.entries(changed(await client.patch(id, [add(`/${field}`, value)]))),
      );
      assert.deepEqual(after.get(field), value, field);
    }
  }
});

test('fields inside others can be patched, and optional ones removed', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(platformSample);
  const after = changed(
    await client.patch(id, [
      add('/labels/-', 'core/C9'),
      { op: 'replace', path: '/labels/0', value: 'core/C0' },
      add('/tags/0', 'first'),
      add('/expression/value', 'workAddress.country = "MX"'),
      { op: 'remove', path: '/description' },
      { op: 'remove', path: '/ttlInDays' },
    ]),
  );
  assert.ok(after.type === 'SegmentDefinition');
  assert.deepEqual(after.labels, ['core/C0', 'core/C9']);
  assert.deepEqual(after.tags, ['first']);
  assert.equal(after.expression.value, 'workAddress.country = "MX"');
  assert.equal('description' in after || 'ttlInDays' in after, false);
});

test('an empty patch and one of tests that hold write nothing', async (context) => {
  const client = await openClient(context);
  const before = await client.create(platformSample);
  wait(client, 5);
  assert.deepEqual(changed(await client.patch(before.id, [])), before);
  const holds = { op: 'test', path: '/_etag', value: before._etag };
  assert.deepEqual(changed(await client.patch(before.id, [holds])), before);
  const fails = { op: 'test', path: '/name', value: 'other' };
  assert.equal((await client.patch(before.id, [add('/name', 'new'), fails])).statusCode, 412);
  assert.deepEqual((await client.get(`/${before.id}`)).json(), before);
});

test('fields of the server, unknown fields and prototype keys are refused, and nothing is written', async (context) => {
  const client = await openClient(context);
  const platform = await client.create(platformSample);
  const external = await client.create(externalSample);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['/id', /Id is immutable field\./],
    ['/audienceId', /AudienceId is immutable field\./],
    ['/namespace', /Namespace is immutable field\./],
    ['/type', /Type is immutable field\./],
    ['/originName', /OriginName is immutable field\./],
    ['/createdBy', /CreatedBy is immutable field\./],
    ['/_etag', /_etag is immutable field\./],
    ['/creationTime', /immutable/],
    ['/sandbox/sandboxName', /immutable/],
    ['/dependents/-', /immutable/],
    ['/dependencies', /immutable/],
    ['/nonsense', /is no field of this audience that can be changed/],
    ['/__proto__', /`__proto__` is no field/],
    ['/constructor/prototype/x', /`constructor` is no field/],
    ['/labels/__proto__', /`__proto__` is no field/],
  ];
  for (const audience of [platform, external]) {
    for (const [path, text] of cases) {
      assertInvalid(await client.patch(audience.id, [add('/name', 'changed'), add(path, 'x')]), text);
    }
    assert.deepEqual((await client.get(`/${audience.id}`)).json(), audience);
  }
  assertInvalid(await client.patch(platform.id, [add('/datasetId', 'x')]), /no field of this audience/);
  assertInvalid(await client.patch(external.id, [add('/expression', rule('true'))]), /no field of this audience/);
  for (const path of ['/name', '/expression', '/lifecycleState', '/schema']) {
    assertInvalid(await client.patch(platform.id, [{ op: 'remove', path }]), /cannot be removed/);
  }
});

test('a patch that leaves a wrong value is refused with what is wrong', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create(platformSample);
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['/name', 7, /`name` has the wrong type/],
    ['/name', '', /at least 1 character/],
    ['/name', '   ', /`name` has 3 characters/],
    ['/labels/-', 7, /has the wrong type/],
    ['/ttlInDays', 0, /ttlInDays/],
    ['/ttlInDays', '99999', /1 to 36500/],
    ['/expression', rule('workAdress.country = "US"'), /unknown field/],
    ['/expression', {}, /is missing/],
    ['/expression', rule('inSegment("nobody")'), /does not exist/],
    ['/schema', { name: '_xdm.context.account' }, /not evaluated here/],
    ['/lifecycleState', 'nonsense', /`draft` or `published` or `inactive`/],
  ];
  for (const [path, value, text] of cases) {
    const response = await client.patch(id, [add(path, value)]);
    assert.equal(response.statusCode, 400, path);
    assert.match(response.body, text, path);
  }
  for (const payload of [{}, [{ op: 'move', from: '/name', path: '/description' }], [{ op: 'add' }]]) {
    assert.equal((await client.patch(id, payload)).json().type, 'https://ns.adobe.com/aep/errors/UPLIB-101206-500');
  }
  assert.equal((await client.patch('nobody', [add('/name', 'x')])).statusCode, 404);
  assert.equal((await client.patch('nobody', [])).statusCode, 404);
});

test('the legal moves of the lifecycle are taken, and the others refused', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create({ ...platformSample, lifecycleState: 'draft' });
  const move = (state: string): Promise<LightMyRequestResponse> => client.patch(id, [add('/lifecycleState', state)]);
  assertInvalid(await move('deleted'), /lifecycle field can not be modified to Delete using Patch operation/);
  assertInvalid(await move('inactive'), /from `draft` to `inactive`/);
  assert.equal(changed(await move('active')).lifecycleState, 'published');
  assertInvalid(await move('draft'), /make a copy/);
  assert.equal(changed(await move('inactive')).lifecycleState, 'inactive');
  assertInvalid(await move('draft'), /from `inactive` to `draft`/);
  assert.equal(changed(await move('published')).lifecycleState, 'published');
});

test('an audience is published after what it uses, and deactivated after what uses it', async (context) => {
  const client = await openClient(context);
  const base = await client.create({ ...platformSample, lifecycleState: 'draft' });
  const user = await client.create(uses(base.id, { lifecycleState: 'draft' }));
  const move = (id: string, state: string): Promise<LightMyRequestResponse> =>
    client.patch(id, [add('/lifecycleState', state)]);
  assert.match(refusal(await move(user.id, 'published')).text, new RegExp(`${base.id}.* is a draft`));
  changed(await move(base.id, 'published'));
  changed(await move(user.id, 'published'));
  assertInvalid(await move(base.id, 'inactive'), new RegExp(`Cannot deactivate.*${user.id}`));
  changed(await move(user.id, 'inactive'));
  changed(await move(base.id, 'inactive'));
  assert.match(refusal(await move(user.id, 'published')).text, /is inactive/);
  // What is switched off keeps its rule and can be renamed.
  assert.equal(changed(await client.patch(user.id, [add('/name', 'renamed')])).name, 'renamed');
});

test('a changed rule changes what depends on what', async (context) => {
  const client = await openClient(context);
  const left = await client.create(platformSample);
  const right = await client.create(platformSample);
  const user = await client.create(uses(left.id));
  const dependentsOf = async (id: string): Promise<unknown> => (await client.get(`/${id}`)).json().dependents;
  const after = changed(await client.patch(user.id, [add('/expression/value', `inSegment("${right.id}")`)]));
  assert.ok(after.type === 'SegmentDefinition');
  assert.deepEqual(after.dependencies, [right.id]);
  assert.deepEqual([await dependentsOf(left.id), await dependentsOf(right.id)], [[], [user.id]]);
  assertInvalid(await client.patch(right.id, [add('/expression/value', `inSegment("${user.id}")`)]), /itself/);
  const changedRight = changed(await client.patch(right.id, [add('/name', 'right')]));
  assert.ok(changedRight.type === 'SegmentDefinition');
  assert.deepEqual(changedRight.dependents, [user.id]);
});

test('an object as it was answered can be put back, and only its version and times change', async (context) => {
  const client = await openClient(context);
  for (const sample of [platformSample, externalSample]) {
    const before = await client.create({ ...sample, lifecycleState: 'draft' });
    wait(client, 3);
    const after = changed(await client.put(before.id, before));
    const { _etag, updateEpoch, updateTime } = after;
    assert.deepEqual(after, { ...before, _etag, updateEpoch, updateTime });
    assert.notEqual(_etag, before._etag);
    assert.equal(updateEpoch, before.updateEpoch + 3);
  }
});

test('an overwrite resets what it leaves out, and keeps what the server made', async (context) => {
  const client = await openClient(context);
  const platform = await client.create({ ...platformSample, lifecycleState: 'draft', tags: ['t'], mergePolicyId: 'p' });
  const { name, expression } = platformSample;
  const after = changed(await client.put(platform.id, { name: `${name}!`, expression }));
  assert.ok(after.type === 'SegmentDefinition' && platform.type === 'SegmentDefinition');
  for (const field of ['description', 'ttlInDays', 'tags']) assert.equal(Object.hasOwn(after, field), false, field);
  assert.deepEqual(after.labels, []);
  assert.match(after.mergePolicyId, /^[0-9a-f-]{36}$/);
  assert.equal(after.lifecycleState, 'draft');
  for (const field of ['id', 'createdBy', 'creationTime', 'audienceId', 'namespace'] as const) {
    assert.equal(after[field], platform[field]);
  }
  const external = await client.create(externalSample);
  const { audienceId: _a, namespace: _n, type: _t, originName: _o, ...rest } = externalSample;
  const kept = changed(await client.put(external.id, { ...rest, name: 'New external audience' }));
  assert.deepEqual(
    [kept.audienceId, kept.namespace, kept.type, kept.originName, kept.name],
    [external.audienceId, 'aam', 'ExternalSegment', 'CUSTOM_UPLOAD', 'New external audience'],
  );
});

test('an overwrite cannot change what an audience is known by', async (context) => {
  const client = await openClient(context);
  const platform = await client.create(platformSample);
  const external = await client.create(externalSample);
  assertInvalid(
    await client.put(external.id, { ...externalSample, namespace: 'other' }),
    /There is a problem in audience validation\. Namespace is immutable field\./,
  );
  assertInvalid(await client.put(external.id, { ...externalSample, audienceId: 'other' }), /AudienceId is immutable/);
  assertInvalid(await client.put(external.id, { ...externalSample, originName: 'OTHER' }), /OriginName is immutable/);
  assertInvalid(await client.put(external.id, { ...platformSample }), /Type is immutable/);
  assertInvalid(await client.put(platform.id, { ...externalSample }), /Type is immutable/);
  assertInvalid(await client.put(platform.id, { ...platformSample, id: external.id }), /Id is immutable/);
  assertInvalid(await client.put(platform.id, { ...platformSample, lifecycleState: 'deleted' }), /as deleted/);
  assert.equal((await client.put(platform.id, { ...platformSample, type: 'Other' })).statusCode, 400);
  assert.equal((await client.put(platform.id, { expression: platformSample.expression })).statusCode, 400);
  assert.equal((await client.put('nobody', platformSample)).statusCode, 404);
  assert.deepEqual((await client.get(`/${platform.id}`)).json(), platform);
  assert.deepEqual((await client.get(`/${external.id}`)).json(), external);
  const alias = changed(await client.put(external.id, { ...externalSample, type: 'ExternalAudience' }));
  assert.equal(alias.type, 'ExternalSegment');
});

test('a write with a version that is not the stored one is refused', async (context) => {
  const client = await openClient(context);
  const { id, _etag: first } = await client.create(platformSample);
  const second = changed(await client.patch(id, [add('/name', 'two')], { 'if-match': first }))._etag;
  const writes = [
    (header: string) => client.patch(id, [add('/name', 'three')], { 'if-match': header }),
    (header: string) => client.put(id, { ...platformSample, name: 'three' }, { 'if-match': header }),
    (header: string) => client.delete(id, { 'if-match': header }),
  ];
  for (const write of writes) {
    const stale = await write(first);
    assert.equal(stale.statusCode, 412);
    assert.equal(stale.json().type, 'https://ns.adobe.com/aep/errors/MUSTER-100003-412');
    assert.equal((await write('"')).statusCode, 400);
  }
  assert.equal((await client.get(`/${id}`)).json()._etag, second);
  assert.equal((await client.patch(id, [], { 'if-match': first })).statusCode, 412);
  const third = changed(await client.patch(id, [add('/name', 'three')], { 'if-match': `W/${second}` }))._etag;
  changed(await client.put(id, platformSample, { 'if-match': '*' }));
  assert.equal((await client.delete(id, { 'if-match': `"nothing", ${third}` })).statusCode, 412);
  assert.equal((await client.delete(id, { 'if-match': '*' })).statusCode, 204);
  assert.equal((await client.delete(id, { 'if-match': '*' })).statusCode, 404);
});

test('writers that meet without a version lose nothing', async (context) => {
  const client = await openClient(context);
  const { id } = await client.create({ ...platformSample, labels: [] });
  const labels = Array.from({ length: 40 }, (_, index) => `label-${index}`);
  const answers = await Promise.all(labels.map((label) => client.patch(id, [add('/labels/-', label)])));
  const etags = answers.map((answer) => changed(answer)._etag);
  assert.equal(new Set(etags).size, labels.length);
  const after = (await client.get(`/${id}`)).json();
  assert.deepEqual([...after.labels].sort(), [...labels].sort());
});

test('of writers that name the same version one wins', async (context) => {
  const client = await openClient(context);
  const { id, _etag } = await client.create(platformSample);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const headers = { 'if-match': _etag };
      if (index % 3 === 0) return client.put(id, { ...platformSample, name: `put ${index}` }, headers);
      if (index % 3 === 1) return client.patch(id, [add('/name', `patch ${index}`)], headers);
      return client.delete(id, headers);
    }),
  );
  const statuses = answers.map((answer) => answer.statusCode).sort();
  assert.equal(statuses.filter((status) => status < 300).length, 1);
  assert.ok(
    statuses.every((status) => [200, 204, 404, 412].includes(status)),
    String(statuses),
  );
});

test('a method of evaluation that the rule does not allow is refused with the clause', async (context) => {
  const client = await openClient(context);
  const birthday = 'person.birthDate.getMonth() = currentMonth() and workAddress.country = "US"';
  const continuous = { continuous: { enabled: true } };
  const streaming = { ...platformSample, expression: rule(birthday), evaluationInfo: continuous };
  assertInvalid(
    await client.post(streaming),
    /"position":\{"start":0,"end":44\},"excerpt":"person\.birthDate.*streaming evaluation.*without its year/,
  );
  assertInvalid(await client.post({ ...streaming, evaluationInfo: { synchronous: { enabled: true } } }), /edge/);
  const { id } = await client.create({ ...platformSample, expression: rule(birthday) });
  assertInvalid(await client.patch(id, [add('/evaluationInfo', continuous)]), /streaming/);
});

test('an audience whose changed rule no longer qualifies moves to batch', async (context) => {
  const client = await openClient(context);
  const before = await client.create({ ...platformSample, evaluationInfo: { continuous: { enabled: true } } });
  const after = changed(
    await client.patch(before.id, [add('/expression/value', 'person.birthDate.getMonth() = currentMonth()')]),
  );
  assert.ok(after.type === 'SegmentDefinition');
  assert.deepEqual(after.evaluationInfo, {
    batch: { enabled: true },
    continuous: { enabled: false },
    synchronous: { enabled: false },
  });
});

test('audiences move to batch when one that they are built on begins to use events', async (context) => {
  const client = await openClient(context);
  const bought = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy") WHEN(<= 24 hours before now)])';
  const evaluationInfo = { continuous: { enabled: true } };
  const made = (value: string) => client.create({ ...platformSample, expression: rule(value), evaluationInfo });
  const base = await made('workAddress.country = "US"');
  const middle = await made(`inSegment("${base.id}")`);
  const near = await made(`inSegment("${base.id}") and ${bought}`);
  const far = await made(`inSegment("${middle.id}") and ${bought}`);
  const batch = await client.create({ ...platformSample, expression: rule(`inSegment("${base.id}") and ${bought}`) });
  const apart = await made(bought);
  const read = async ({ id }: AudienceResource) => (await client.get(`/${id}`)).json();
  const methodsOf = async (audience: AudienceResource) => (await read(audience)).evaluationInfo.continuous.enabled;
  changed(await client.patch(base.id, [add('/expression/value', 'workAddress.country = "CA"')]));
  for (const audience of [middle, near, far, apart]) assert.equal(await methodsOf(audience), true);
  const after = changed(await client.patch(base.id, [add('/expression/value', bought)]));
  assert.ok(after.type === 'SegmentDefinition' && after.evaluationInfo.continuous.enabled);
  for (const audience of [near, far]) {
    const moved = await read(audience);
    assert.deepEqual(moved.evaluationInfo.batch, { enabled: true });
    assert.deepEqual(moved.evaluationInfo.continuous, { enabled: false });
    assert.notEqual(moved._etag, audience._etag);
  }
  for (const audience of [middle, batch, apart]) assert.equal((await read(audience))._etag, audience._etag);
});

test('several audiences are found in the order asked for, with an error for each that is not', async (context) => {
  const client = await openClient(context);
  const platform = await client.create(platformSample);
  const external = await client.create({ ...externalSample, lifecycleState: 'inactive' });
  const user = await client.create(uses(platform.id));
  const ids = [external.id, 'nobody', platform.id, external.id];
  const bodies = [{ ids: ids.map((id) => ({ id })) }, { ids }, ids, ids.map((id) => ({ id }))];
  for (const body of bodies) {
    const response = await client.bulkGet(body);
    assert.equal(response.statusCode, 207);
    const { results } = response.json();
    assert.deepEqual(Object.keys(results), [external.id, 'nobody', platform.id]);
    assert.deepEqual(results[external.id], { ...external, saveSegmentMembership: true });
    assert.ok(platform.type === 'SegmentDefinition');
    assert.deepEqual(results[platform.id], {
      ...platform,
      dependents: [user.id],
      state: 'enabled',
      ansibleUiEnabled: false,
      saveSegmentMembership: true,
    });
    const requestId = response.headers['x-request-id'];
    assert.deepEqual(results.nobody, { requestId, errors: { 404: [{ code: 404, message: 'Not found.' }] } });
  }
});

test('a bulk request of unknown ids only, of none, of too many, and of no ids is refused', async (context) => {
  const client = await openClient(context);
  const missing = await client.bulkGet({ ids: [{ id: 'a' }, { id: 'b' }] });
  assert.equal(missing.statusCode, 404);
  const { requestId: _, ...body } = missing.json();
  assert.deepEqual(body, {
    errors: { 404: [{ code: 'UPAPI-113000-404', message: 'The entity a,b is not found.' }] },
    type: 'https://ns.adobe.com/aep/errors/UPAPI-113000-404',
    title: 'The entity a,b is not found.',
    status: 404,
  });
  for (const ids of [[], Array.from({ length: 101 }, () => 'same')]) {
    const refused = await client.bulkGet({ ids });
    assert.equal(refused.statusCode, 400);
    assert.deepEqual(refused.json().errors['400'], [
      {
        code: 'UPAPI-113015-400',
        message: 'The number of requested IDs is invalid. Cannot be 0 or exceed 100.',
      },
    ]);
  }
  for (const payload of [{}, { ids: 'a' }, { ids: [7] }, { ids: [{}] }]) {
    const refused = await client.bulkGet(payload);
    assert.equal(refused.statusCode, 400);
    assert.equal(refused.json().type, 'https://ns.adobe.com/aep/errors/UPLIB-101206-500');
  }
});

test('another organisation or sandbox changes nothing and finds nothing', async (context) => {
  const client = await openClient(context);
  const audience = await client.create(platformSample);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    const statuses = await Promise.all([
      client.patch(audience.id, [add('/name', 'x')], headers),
      client.put(audience.id, platformSample, headers),
      client.delete(audience.id, headers),
    ]);
    assert.deepEqual(
      statuses.map(({ statusCode }) => statusCode),
      [404, 404, 404],
    );
    const bulk = { method: 'POST', url: '/data/core/ups/audiences/bulk-get', headers, payload: [audience.id] } as const;
    assert.equal((await client.server.app.inject(bulk)).statusCode, 404);
  }
  assert.deepEqual((await client.get(`/${audience.id}`)).json(), audience);
});
