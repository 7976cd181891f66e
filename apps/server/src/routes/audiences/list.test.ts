import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, Problem } from '@muster/audience';
import { AudienceListResource, type AudienceResource, decodePropertyFilter, matchesPropertyFilter } from '@muster/wire';
import { Check } from 'typebox/value';
import { type AudienceClient, externalSample, openClient, platformSample } from '../../testing/audience-client.ts';
import { testTime } from '../../testing/fixture.ts';

/** A page of the list. */
async function list(client: AudienceClient, query: string): Promise<AudienceListResource> {
  const response = await client.get(query);
  const body: unknown = response.json();
  assert.ok(Check(AudienceListResource, body), `${query}: ${response.body}`);
  return body;
}

/** Audiences of both kinds whose attributes differ and collide, created a second and a half after one another. */
async function createVaried(client: AudienceClient): Promise<readonly AudienceResource[]> {
  const states = ['draft', 'published', 'inactive'];
  for (let index = 0; index < 24; index += 1) {
    client.server.clock.time = epochMs(testTime + index * 1500);
    const common = {
      name: ['Ärger', 'plain', 'Plain', '100%'][index % 4],
      description: ['one', 'Two', 'three'][index % 3],
      lifecycleState: states[index % 3],
      labels: index % 5 === 0 ? ['core/C1', 'core/C9'] : ['core/C2'],
      ttlInDays: [5, 40, 300][index % 3],
    };
    const streaming = { continuous: { enabled: index % 4 === 0 }, batch: { enabled: index % 8 !== 0 } };
    const { ttlInDays, ...withoutTtl } = common;
    await client.create(
      index % 2 === 0
        ? { ...platformSample, ...common, evaluationInfo: streaming, mergePolicyId: `policy-${index % 3}` }
        : {
            ...externalSample,
            ...(index % 3 === 0 ? { ...withoutTtl, tags: ['t'] } : common),
            audienceId: `external-${index}`,
            namespace: index % 4 === 1 ? 'aam' : 'crm',
            originName: index % 4 === 1 ? 'CUSTOM_UPLOAD' : 'AUDIENCE_MANAGER',
            datasetId: `dataset-${index % 5}`,
          },
    );
  }
  return (await list(client, '?property=id')).children;
}

const time = Math.floor(testTime / 1000) * 1000;

/** Values to compare each attribute with that the store has a column for: some that are there, and some that are odd. */
const compared: readonly (readonly [attribute: string, values: readonly string[]])[] = [
  ['id', ['', 'nothing']],
  ['audienceId', ['external-5', '']],
  ['name', ['plain', 'Ärger', '\u{1f642}', '\u{ff5e}']],
  ['namespace', ['crm', 'AEPSegments']],
  ['type', ['SegmentDefinition', 'ExternalSegment', 'F']],
  ['originName', ['CUSTOM_UPLOAD', '']],
  ['datasetId', ['dataset-1', '']],
  ['mergePolicyId', ['policy-1', '']],
  ['lifecycleState', ['draft', 'published', 'nothing']],
  ['createdBy', ['nobody', '']],
  ['lastModifiedBy', ['nobody', '']],
  ['isSystem', ['true', 'false', '']],
  ['imsOrgId', ['DEMO@AdobeOrg', 'other', '']],
  ['sandbox.sandboxName', ['prod', 'dev']],
  ['sandbox.default', ['true', 'false']],
  ['sandbox', ['prod']],
  ['profileInstanceId', ['ups', 'x']],
  ['definedOn', ['unions']],
  ['definedOn~meta:containerId', ['tenant', 'x']],
  ['nothing.at.all', ['x', '']],
  ['constructor', ['x', '']],
  ['expression.value', ['workAddress.country = "US"', 'COUNTRY', '']],
  ['_etag', ['x']],
  ['linkedAudienceRef.flowId', ['4685ea90-d2b6-11ec-9d64-0242ac120002', 'EA9']],
  ['ttlInDays', ['40', '040', '39.5', '-1', '0', '1e400', '0x28', '', 'x']],
  ['metrics.data.totalProfiles', ['0', '-1', '7']],
  ['labels', ['core/C9', 'core/C2', 'nothing']],
  ['tags', ['t', '']],
  ...['batch', 'continuous', 'synchronous'].map(
    (method) => [`evaluationInfo.${method}.enabled`, ['true', 'false', '1', '']] as const,
  ),
];

/** Conditions of every operator, on attributes that the store knows and on others. */
const conditions: readonly string[] = [
  ...compared.flatMap(([attribute, values]) => [
    attribute,
    ...['==', '!=', '>=', '<=', '>', '<', '=contains', '!=contains'].flatMap((operator) =>
      values.map((value) => `${attribute}${operator}${value}`),
    ),
  ]),
  ...[
    'name==plain',
    'name==Plain',
    'name!=plain',
    'name=containsLAI',
    'name!=containslai',
    'name=contains%',
    'name>plain',
  ],
  ...['description==Two', 'description=contains(TW)', 'description=contains', 'description', 'namespace==crm'],
  ...['namespace!=crm', 'namespace=aam', 'audienceId==external-5', 'audienceId>=external-5', 'type==SegmentDefinition'],
  ...['type==ExternalSegment', 'type==ExternalAudience', 'type!=SegmentDefinition', 'originName==AUDIENCE_MANAGER'],
  ...[
    'originName==',
    'datasetId==dataset-1',
    'datasetId==',
    'datasetId!=dataset-1',
    'datasetId',
    'mergePolicyId==policy-1',
  ],
  ...[
    'ttlInDays==40',
    'ttlInDays==040',
    'ttlInDays==0',
    'ttlInDays>=40',
    'ttlInDays<40',
    'ttlInDays<=40',
    'ttlInDays>40',
  ],
  ...['ttlInDays!=40', 'evaluationInfo.continuous.enabled==true', 'evaluationInfo.continuous.enabled==false'],
  ...[
    'evaluationInfo.batch.enabled=false',
    'evaluationInfo.synchronous.enabled!=true',
    'evaluationInfo.batch.enabled==1',
  ],
  ...[
    'labels==core/C9',
    'labels!=core/C9',
    'tags==t',
    'tags',
    'expression.format==pql/text',
    'schema.name==_xdm.context.profile',
  ],
  ...[
    'definedOn~meta:resourceType==unions',
    'definedOn~meta:resourceType!=unions',
    'isSystem==false',
    'isSystem==true',
  ],
  ...[
    'createdBy==nobody',
    'lifecycleState==draft',
    'lifecycleState!=draft',
    'lifecycleState=inactive',
    'nothing',
    'nothing!=x',
  ],
  ...['createEpoch', 'updateTime', 'creationTime'].flatMap((attribute) =>
    ['==', '!=', '>=', '<=', '>', '<'].flatMap((operator) =>
      [0, 6000, 6001, 6500, -1].map((offset) => {
        const value = attribute === 'createEpoch' ? (time + offset) / 1000 : time + offset;
        return `${attribute}${operator}${value}`;
      }),
    ),
  ),
];

test('every condition gives the audiences that fulfil it, whether the store knows the attribute or not', async (context) => {
  const client = await openClient(context);
  const all = await createVaried(client);
  for (const condition of conditions) {
    const filter = decodePropertyFilter(condition);
    assert.ok(!(filter instanceof Problem), condition);
    const expected = all.filter((resource) => matchesPropertyFilter(resource, filter)).map(({ id }) => id);
    // Naming the id as well shows inactive audiences too.
    const query = `?property=id&property=${encodeURIComponent(condition)}`;
    const found = await list(client, query);
    assert.deepEqual(
      found.children.map(({ id }) => id),
      expected,
      condition,
    );
    assert.equal(found._page.totalCount, expected.length, condition);
    const second = await list(client, `${query}&limit=2&start=1`);
    assert.deepEqual(
      second.children.map(({ id }) => id),
      expected.slice(2, 4),
      condition,
    );
  }
});

test('conditions hold together, also several on one attribute', async (context) => {
  const client = await openClient(context);
  const all = await createVaried(client);
  const pairs = conditions.map((condition, index) => [
    condition,
    conditions[(index * 7 + 3) % conditions.length] ?? '',
  ]);
  for (const pair of [...pairs, ['name==plain', 'name==Plain'], ['name=containsp', 'name=containsl']]) {
    const filters = pair.map(decodePropertyFilter);
    const expected = all.filter((resource) =>
      filters.every((filter) => !(filter instanceof Problem) && matchesPropertyFilter(resource, filter)),
    );
    const query = pair.map((condition) => `&property=${encodeURIComponent(condition)}`).join('');
    const found = await list(client, `?property=id${query}`);
    assert.deepEqual(
      found.children.map(({ id }) => id),
      expected.map(({ id }) => id),
      pair.join(' and '),
    );
  }
});

test('conditions on references hold of the audiences at their other end, also after references change', async (context) => {
  const client = await openClient(context);
  const [base, other] = [await client.create(platformSample), await client.create(platformSample)];
  const external = await client.create(externalSample);
  const user = await client.create({
    ...platformSample,
    expression: {
      ...platformSample.expression,
      value: `inSegment("${base.id}") or inSegment("${external.id}")`,
    },
  });
  const check = async (conditions: string, expected: readonly AudienceResource[]): Promise<void> => {
    const query = conditions.split(' and ').map((condition) => `&property=${encodeURIComponent(condition)}`);
    const found = await list(client, `?sort=creationTime:asc${query.join('')}`);
    assert.deepEqual(new Set(found.children.map(({ id }) => id)), new Set(expected.map(({ id }) => id)), conditions);
    assert.equal(found._page.totalCount, expected.length, conditions);
  };
  await check(`dependents==${user.id}`, [base]);
  await check(`dependents!=${user.id}`, [other, external, user]);
  await check('dependents', [base]);
  await check(`dependents=contains${user.id.slice(2, 9)}`, [base]);
  await check(`dependencies==${base.id}`, [user]);
  await check(`dependencies==${external.id}`, [user]);
  await check(`dependencies!=${base.id}`, [base, other, external]);
  await check('dependencies==nobody', []);
  await check(`ttlInDays>=1000 and dependents==${user.id}`, []);
  await check(`dependents==${user.id} and ttlInDays>=1000`, []);
  await check(`ttlInDays>=0 and dependents==${user.id} and id==${base.id}`, [base]);
  await check(`dependents==${user.id} and dependencies==${user.id}`, []);
  await check('dependents==nobody', []);
  const value = `inSegment("${other.id}")`;
  assert.equal((await client.patch(user.id, [{ op: 'add', path: '/expression/value', value }])).statusCode, 200);
  await check(`dependents==${user.id}`, [other]);
  await check(`dependents!=${user.id}`, [base, external, user]);
  await check('dependents', [other]);
  await check(`dependencies==${base.id}`, []);
  await check(`dependencies==${other.id}`, [user]);
  await check(`dependencies!=${base.id}`, [base, other, external, user]);
});

test('inactive audiences are shown when a condition names id, audienceId or state, and hidden otherwise', async (context) => {
  const client = await openClient(context);
  const all = await createVaried(client);
  const visible = all.filter(({ lifecycleState }) => lifecycleState !== 'inactive').length;
  const check = async (query: string, expected: number): Promise<void> =>
    assert.equal((await list(client, query))._page.totalCount, expected, query);
  for (const query of ['', '?property=name', '?sort=name:asc', '?property=withMetrics==true'])
    await check(query, visible);
  for (const query of ['?property=id', '?property=audienceId', '?property=lifecycleState'])
    await check(query, all.length);
});

test('the pages of a filtered and sorted list are linked from the first to the last', async (context) => {
  const client = await openClient(context);
  const all = await createVaried(client);
  const expected = all
    .filter(({ namespace, lifecycleState }) => namespace !== 'crm' && lifecycleState !== 'inactive')
    .toSorted((left, right) => {
      const ttl = (right.ttlInDays ?? -1) - (left.ttlInDays ?? -1);
      return ttl || left.creationTime - right.creationTime;
    })
    .map(({ id }) => id);
  for (const limit of [1, 2, 3, expected.length, 100]) {
    const seen: string[] = [];
    let href: string | undefined =
      `@/audiences?limit=${limit}&property=namespace!%3Dcrm&sort=ttlInDays:desc,creationTime:asc`;
    while (href !== undefined) {
      const page: AudienceListResource = await list(client, href.replace('@/audiences', ''));
      seen.push(...page.children.map(({ id }) => id));
      const { _page, _links } = page;
      assert.deepEqual(
        [_page.totalCount, _page.totalPages, _page.limit, _page.sortField, _page.sort],
        [expected.length, Math.ceil(expected.length / limit), limit, 'ttlInDays', 'desc'],
      );
      assert.equal(_page.next, _links.next.href === undefined ? undefined : String(Number(_page.start) + 1));
      href = _links.next.href;
    }
    assert.deepEqual(seen, expected);
    const past = await list(client, `?limit=${limit}&start=900&property=namespace!%3Dcrm`);
    assert.deepEqual(
      [past.children, past._page.pageSize, past._page.next, past._links],
      [[], 0, undefined, { next: {} }],
    );
    assert.equal(past._page.totalCount, expected.length);
  }
});
