import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { headersOf } from '../../testing/fixture.ts';
import { openServer } from '../../testing/requests.ts';

const base = '/data/foundation/sandbox-management';

/** The headers without a sandbox, as clients send them at start. */
function bareHeaders(org?: string): Record<string, string> {
  const { 'x-sandbox-name': _name, ...headers } = headersOf(org);
  return headers;
}

test('a new organisation has one sandbox, the default', async (context) => {
  const server = await openServer(context);
  for (const path of ['/', '/sandboxes']) {
    const answer = await server.app.inject({ url: base + path, headers: bareHeaders() });
    assert.deepEqual(answer.json(), {
      sandboxes: [
        {
          id: answer.json().sandboxes[0].id,
          name: 'prod',
          title: 'Production',
          state: 'active',
          type: 'production',
          region: 'LOCAL',
          isDefault: true,
          eTag: 1,
          createdDate: '2023-11-14 22:13:20',
          lastModifiedDate: '2023-11-14 22:13:20',
          createdBy: 'muster',
          modifiedBy: 'muster',
        },
      ],
      _page: { limit: 100, count: 1 },
      _links: { page: { href: `${base}${path}?offset={offset}&limit={limit}`, templated: true } },
    });
  }
});

test('sandboxes that are created or used are listed, page by page, and can be looked up', async (context) => {
  const server = await openServer(context);
  const create = (payload: object) =>
    server.app.inject({ method: 'POST', url: `${base}/sandboxes`, headers: bareHeaders(), payload });
  const made = await create({ name: 'acme-dev', title: 'Acme', type: 'development' });
  assert.equal(made.statusCode, 200);
  assert.equal(made.json().title, 'Acme');
  assert.equal((await create({ name: 'no-title', type: 'development' })).json().title, 'No Title');
  assert.equal((await create({ name: 'acme-dev', type: 'development' })).statusCode, 409);
  for (const wrong of [{}, { name: 'No', type: 'development' }, { name: 'x', type: 'production' }, []]) {
    assert.equal((await create(wrong)).statusCode, 400, JSON.stringify(wrong));
  }
  await server.app.inject({ url: '/data/core/ups/audiences', headers: headersOf(undefined, 'used') });
  await server.app.inject({ url: '/data/core/ups/audiences', headers: headersOf('OTHER@AdobeOrg', 'theirs') });
  const page = async (query: string) =>
    (await server.app.inject({ url: `${base}/sandboxes${query}`, headers: bareHeaders() })).json();
  const namesOf = (list: { readonly sandboxes: readonly { readonly name: string }[] }): readonly string[] =>
    list.sandboxes.map(({ name }) => name);
  assert.deepEqual(namesOf(await page('')), ['acme-dev', 'no-title', 'prod', 'used']);
  const middle = await page('?limit=1&offset=1');
  assert.deepEqual(namesOf(middle), ['no-title']);
  assert.equal(middle._links.next.href, `${base}/sandboxes?offset=2&limit=1`);
  assert.equal(middle._links.prev.href, `${base}/sandboxes?offset=0&limit=1`);
  assert.deepEqual(namesOf(await page('?offset=7')), []);
  const find = (name: string) => server.app.inject({ url: `${base}/sandboxes/${name}`, headers: bareHeaders() });
  assert.deepEqual((await find('acme-dev')).json(), made.json());
  for (const name of ['theirs', 'nowhere', 'No-Name', '%20']) assert.equal((await find(name)).statusCode, 404, name);
  const types = await server.app.inject({ url: `${base}/sandboxTypes`, headers: bareHeaders() });
  assert.deepEqual(types.json(), { sandboxTypes: ['production', 'development'] });
});

test('a sandbox that may be left out here is still needed elsewhere', async (context) => {
  const server = await openServer(context);
  const answers = [base, '/data/core/ups/audiences', base].map((path) =>
    server.app.inject({ url: path === base ? `${base}/` : path, headers: bareHeaders() }),
  );
  const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  assert.deepEqual(statuses, [200, 400, 200]);
});

test('a sandbox gets another title, with its version and its time', async (context) => {
  const server = await openServer(context);
  const rename = (name: string, payload: object) =>
    server.app.inject({ method: 'PATCH', url: `${base}/sandboxes/${name}`, headers: bareHeaders(), payload });
  server.clock.time = epochMs(server.clock.time + 60_000);
  const renamed = (await rename('prod', { title: 'Live', type: 'development' })).json();
  assert.deepEqual(
    [renamed.title, renamed.type, renamed.eTag, renamed.createdDate, renamed.lastModifiedDate],
    ['Live', 'production', 2, '2023-11-14 22:14:20', '2023-11-14 22:14:20'],
  );
  assert.match(renamed.modifiedBy, /^token-/);
  server.clock.time = epochMs(server.clock.time + 60_000);
  const again = (await rename('prod', { title: 'Real' })).json();
  assert.deepEqual([again.eTag, again.lastModifiedDate], [3, '2023-11-14 22:15:20']);
  const found = await server.app.inject({ url: `${base}/sandboxes/prod`, headers: bareHeaders() });
  assert.deepEqual(found.json(), again);
  for (const wrong of [{}, { title: '' }, { title: 1 }, []]) {
    assert.equal((await rename('prod', wrong)).statusCode, 400, JSON.stringify(wrong));
  }
  for (const name of ['nowhere', 'No-Name']) assert.equal((await rename(name, { title: 'x' })).statusCode, 404);
});
