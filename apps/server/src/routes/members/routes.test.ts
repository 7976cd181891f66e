import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { audienceId, profileId } from '@muster/audience';
import { MemberListResource } from '@muster/wire';
import type { LightMyRequestResponse } from 'fastify';
import { Check } from 'typebox/value';
import { headersOf, openTestServer, sampleMember, type TestServer, testTime } from '../../testing/fixture.ts';

const base = '/data/core/ups/audiences';

/** A server with one audience of five members. */
async function openServer(context: TestContext): Promise<{ server: TestServer; id: string }> {
  const server = await openTestServer();
  context.after(() => server.close());
  const expression = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
  const created = await server.app.inject({
    method: 'POST',
    url: base,
    headers: headersOf(),
    payload: { name: 'a', expression },
  });
  const { id } = created.json();
  const names = ['Ann', 'a "quoted", name', null, 'two\nlines', 'Ünï'];
  server.members.set(
    audienceId(id),
    names.map((name, index) => sampleMember(profileId(index + 1), name)),
  );
  return { server, id };
}

function get(server: TestServer, url: string, headers = headersOf()): Promise<LightMyRequestResponse> {
  return server.app.inject({ url: `${base}/${url}`, headers });
}

test('members are paged to the end, each with the fields asked for', async (context) => {
  const { server, id } = await openServer(context);
  const seen: string[] = [];
  let start = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const body: unknown = (
      await get(server, `${id}/members?limit=2&fields=person.name.firstName&start=${start}`)
    ).json();
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

test('an audience that was never evaluated has no members', async (context) => {
  const { server, id } = await openServer(context);
  server.members.clear();
  const body = (await get(server, `${id}/members`)).json();
  assert.deepEqual(body, { children: [], _page: { totalCount: 0, pageSize: 0, limit: 100 }, _links: { next: {} } });
});

test('an export as CSV has a header line and quotes what must be quoted', async (context) => {
  const { server, id } = await openServer(context);
  const response = await get(server, `${id}/members/export?fields=person.name.firstName`);
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

test('an export as JSON lines has one member a line', async (context) => {
  const { server, id } = await openServer(context);
  const lines = (await get(server, `${id}/members/export?format=jsonl&fields=person.name.firstName`)).body
    .trimEnd()
    .split('\n');
  assert.equal(lines.length, 5);
  assert.deepEqual(JSON.parse(lines[1] ?? ''), {
    identity: { namespace: 'email', id: 'p2@example.org' },
    fields: { 'person.name.firstName': 'a "quoted", name' },
  });
});

test('moments are written as ISO 8601', async (context) => {
  const { server, id } = await openServer(context);
  const member = sampleMember(profileId(1), null);
  server.members.set(audienceId(id), [{ ...member, attributes: { 'person.birthDate': 951_782_400_000 } }]);
  const body = (await get(server, `${id}/members?fields=person.birthDate`)).json();
  assert.deepEqual(body.children[0].fields, { 'person.birthDate': '2000-02-29T00:00:00.000Z' });
});

test('a long export arrives whole', async (context) => {
  const { server, id } = await openServer(context);
  const count = 20_000;
  server.members.set(
    audienceId(id),
    Array.from({ length: count }, (_, index) => sampleMember(profileId(index + 1), 'x')),
  );
  const response = await get(server, `${id}/members/export?fields=person.name.firstName`);
  assert.equal(response.body.split('\r\n').length, count + 2);
});

test('parameters that make no sense are refused by name', async (context) => {
  const { server, id } = await openServer(context);
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
    const response = await get(server, `${id}/${query}`);
    assert.equal(response.statusCode, 400, query);
    assert.equal(response.json().errors['400'][1].field, field, query);
  }
});

test('another organisation or sandbox sees no members', async (context) => {
  const { server, id } = await openServer(context);
  for (const headers of [headersOf('OTHER@AdobeOrg'), headersOf('TEST@AdobeOrg', 'dev')]) {
    assert.equal((await get(server, `${id}/members`, headers)).statusCode, 404);
    assert.equal((await get(server, `${id}/members/export`, headers)).statusCode, 404);
  }
});
