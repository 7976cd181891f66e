import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audienceId, epochMs, type Scope } from '@muster/audience';
import { decodeDocument } from '@muster/pql';
import { MemberListResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, openTestServer, testSchema, testTime } from '../../testing/fixture.ts';
import { openTestEngine } from '../../testing/test-engine.ts';
import { testScope } from '../../testing/test-scope.ts';

const base = '/data/core/ups/audiences';

// One engine and one server for all tests: each test has a sandbox of its own.
const engine = await openTestEngine();
const { data } = engine;
const server = await openTestServer({}, data);
after(async () => {
  await server.close();
  await engine.close();
});

type Attributes = Readonly<Record<string, unknown>>;

const firstName = (name: string | null): Attributes => ({ person: { name: { firstName: name } } });
const fiveNames = ['Ann', 'a "quoted", name', null, 'two\nlines', 'Ünï'].map(firstName);

/** An audience in a sandbox. */
interface TestAudience {
  readonly sandbox: string;
  readonly id: string;
}

let sandboxes = 0;

/** An audience in a sandbox of its own; its members are `people`, unless it was never evaluated. */
async function createAudience(people: readonly Attributes[] | null): Promise<TestAudience> {
  const sandbox = `members-${++sandboxes}`;
  const expression = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
  const payload = { name: 'a', expression };
  const headers = headersOf('TEST@AdobeOrg', sandbox);
  const created = await server.app.inject({ method: 'POST', url: base, headers, payload });
  const { id } = created.json();
  if (people !== null) await storeMembers(testScope('TEST@AdobeOrg', sandbox), id, people);
  return { sandbox, id };
}

/** Writes people, `p1@example.org` and so on, and makes all of them members. */
async function storeMembers(scope: Scope, id: string, people: readonly Attributes[]): Promise<void> {
  const records = people.map((attributes, index) => ({
    identity: { namespace: 'email', id: `p${index + 1}@example.org` },
    attributes: decodeDocument(testSchema.profile, attributes).document,
    time: epochMs(0),
  }));
  await data.write(scope, testSchema, { datasetId: 'people', records, events: [] });
  const plan = { scans: [], audiences: [{ audienceId: audienceId(id), formula: { kind: 'everyone' } as const }] };
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  await data.runBatch(scope, { runId: 'run', asOf: testTime, plan }, options);
}

function get(
  { sandbox, id }: TestAudience,
  path: string,
  headers = headersOf('TEST@AdobeOrg', sandbox),
): Promise<LightMyRequestResponse> {
  return server.app.inject({ url: `${base}/${id}/${path}`, headers });
}

test('members are paged to the end, each with the fields asked for', async () => {
  const audience = await createAudience(fiveNames);
  const seen: string[] = [];
  let start = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const body: unknown = (await get(audience, `members?limit=2&fields=person.name.firstName&start=${start}`)).json();
    assert.ok(Check(MemberListResource, body), JSON.stringify(body));
    assert.equal(body._page.totalCount, 5);
    assert.equal(body.evaluationTime, testTime);
    seen.push(...body.children.map((member) => `${member.identity.id} ${JSON.stringify(member.fields)}`));
    if (body._page.next === undefined) break;
    start = body._page.next;
  }
  assert.equal(seen.length, 5);
  assert.equal(seen[0], 'p1@example.org {"person.name.firstName":"Ann"}');
  assert.equal(seen[2], 'p3@example.org {"person.name.firstName":null}');
});

test('an audience that was never evaluated has no members', async () => {
  const audience = await createAudience(null);
  const body = (await get(audience, `members`)).json();
  assert.deepEqual(body, { children: [], _page: { totalCount: 0, pageSize: 0, limit: 100 }, _links: { next: {} } });
});

test('an export as CSV has a header line and quotes what must be quoted', async () => {
  const audience = await createAudience(fiveNames);
  const response = await get(audience, `members/export?fields=person.name.firstName`);
  assert.match(String(response.headers['content-type']), /^text\/csv/);
  assert.equal(
    response.body,
    [
      'identityNamespace,identityId,person.name.firstName',
      'email,p1@example.org,Ann',
      'email,p2@example.org,"a ""quoted"", name"',
      'email,p3@example.org,',
      'email,p4@example.org,"two\nlines"',
      'email,p5@example.org,Ünï',
      '',
    ].join('\r\n'),
  );
});

test('an export as JSON lines has one member a line', async () => {
  const audience = await createAudience(fiveNames);
  const lines = (await get(audience, `members/export?format=jsonl&fields=person.name.firstName`)).body
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 5);
  assert.deepEqual(JSON.parse(lines[1] ?? ''), {
    identity: { namespace: 'email', id: 'p2@example.org' },
    fields: { 'person.name.firstName': 'a "quoted", name' },
  });
});

test('moments are written as ISO 8601', async () => {
  const audience = await createAudience([{ person: { birthDate: '2000-02-29' } }]);
  const body = (await get(audience, 'members?fields=person.birthDate')).json();
  assert.deepEqual(body.children[0].fields, { 'person.birthDate': '2000-02-29T00:00:00.000Z' });
});

test('a long export arrives whole', async () => {
  const count = 20_000;
  const audience = await createAudience(Array.from({ length: count }, () => firstName('x')));
  const response = await get(audience, 'members/export?fields=person.name.firstName');
  assert.equal(response.body.split('\r\n').length, count + 2);
});

test('parameters that make no sense are refused by name', async () => {
  const audience = await createAudience(fiveNames);
  const cases: readonly [string, string][] = [
    ['members?limit=0', 'limit'],
    ['members?limit=x', 'limit'],
    ['members?start=-1', 'start'],
    ['members?start=99999999999', 'start'],
    ['members?fields=person.nam', 'fields'],
    ['members?fields=person', 'fields'],
    ['members?fields=__proto__', 'fields'],
    ['members/export?format=xml', 'format'],
    ['members/export?fields=nothing', 'fields'],
    ['members/export?format=csv&format=csv', 'format'],
  ];
  for (const [query, field] of cases) {
    const response = await get(audience, `${query}`);
    assert.equal(response.statusCode, 400, query);
    assert.equal(response.json().errors['400'][1].field, field, query);
  }
});

test('another organisation or sandbox sees no members', async () => {
  const audience = await createAudience(fiveNames);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    assert.equal((await get(audience, `members`, headers)).statusCode, 404);
    assert.equal((await get(audience, `members/export`, headers)).statusCode, 404);
  }
});
