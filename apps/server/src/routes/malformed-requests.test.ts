import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test } from 'node:test';
import { headersOf, openTestServer, type TestServer } from '../testing/fixture.ts';

const base = '/data/core/ups';
const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const requests = 600;

type Pick = <Value>(values: readonly Value[]) => Value | undefined;

/** A choice of values, the same for the same seed. */
function chooser(start: number): { readonly pick: Pick; readonly oneIn: (count: number) => boolean } {
  let state = start + 1;
  const below = (bound: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
  return { pick: (values) => values[below(values.length)], oneIn: (count) => below(count) === 0 };
}

/** Values that fit nowhere, or nearly everywhere. */
const oddValues: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, '', ' ', '*', 'x'.repeat(3_000), [], [null], [[]], {}, { id: 7 }, '__proto__'],
  ...['{"nodeType":', '[[', 'a.b[c = 1].count() >= 2', 'inSegment("nobody")', '((((', '\u202e', 'active', 'deleted'],
  ...['* * * * * *', '0 0 1 ? * 7#5', '0 0 0/6 L-30 1-12 ? 2099', '9'.repeat(30), '0 0 1 1/0 * ?', '0 0 1 LW,15W * ?'],
];

/** A body that is like `value`, wrong in some places. */
function spoil(value: unknown, chance: ReturnType<typeof chooser>): unknown {
  const { pick, oneIn } = chance;
  if (oneIn(6)) return pick(oddValues);
  if (Array.isArray(value)) {
    const items = value.map((item) => (oneIn(3) ? spoil(item, chance) : item));
    return oneIn(5) ? [...items, pick(oddValues)] : items;
  }
  if (typeof value !== 'object' || value === null) return oneIn(2) ? pick(oddValues) : value;
  const members = Object.entries(value)
    .filter(() => !oneIn(10))
    .map(([name, member]) => [name, oneIn(3) ? spoil(member, chance) : member]);
  return Object.fromEntries(members);
}

const definition = {
  name: 'x',
  schema: { name: '_xdm.context.profile' },
  expression: { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' },
  evaluationInfo: { continuous: { enabled: false } },
  ttlInDays: 3,
};
const schedule = { name: 's', type: 'batch_segmentation', schedule: '0 0 1 * * ?', properties: { segments: ['*'] } };

type Operation = readonly [method: 'POST' | 'PATCH', path: string, body: unknown];

/** Operations with bodies that are fine, on what a new server is given. */
async function prepareOperations(server: TestServer): Promise<readonly Operation[]> {
  const create = async (path: string, payload: object): Promise<string> =>
    (await server.app.inject({ method: 'POST', url: `${base}${path}`, headers: headersOf(), payload })).json().id;
  const audience = await create('/segment/definitions', { ...definition, name: 'first' });
  const job = await create('/segment/jobs', [{ segmentId: audience }]);
  const id = await create('/config/schedules', { ...schedule, properties: { segments: [audience] } });
  const state = { op: 'add', path: '/state', value: 'active' };
  return [
    ['POST', '/segment/definitions', definition],
    ['PATCH', `/segment/definitions/${audience}`, { ...definition, id: audience }],
    ['POST', '/segment/definitions/bulk-get', { ids: [{ id: audience }, 'nobody'] }],
    ['POST', '/segment/conversion', definition],
    ['POST', '/segment/jobs', { schema: definition.schema, segments: [{ segmentId: audience }] }],
    ['POST', '/segment/jobs/bulk-get', [job]],
    ['POST', '/config/schedules', schedule],
    ['PATCH', `/config/schedules/${id}`, [state, { op: 'replace', path: '/schedule', value: '0 0 1 L * ?' }]],
    ['POST', '/config/schedules/add-audiences', { id, segments: [audience] }],
    ['POST', '/config/schedules/remove-audiences', { id, segments: [audience] }],
    ['POST', '/config/schedules/audience-map', { segments: [audience] }],
    ['POST', '/config/schedules/trigger', { id }],
  ];
}

/** All that the operations may change. */
async function snapshot(server: TestServer): Promise<readonly string[]> {
  const lists = ['/segment/definitions?sort=id:asc', '/segment/jobs', '/config/schedules'];
  const answers = await Promise.all(
    lists.map((path) => server.app.inject({ url: `${base}${path}`, headers: headersOf() })),
  );
  return answers.map(({ body }) => body);
}

test(`no malformed request fails inside the server or changes what it was refused for, seed ${seed}`, async (context) => {
  const server = await openTestServer({ jobsInProgressMax: 50 });
  context.after(() => server.close());
  const operations = await prepareOperations(server);
  const chance = chooser(seed);
  const statuses = new Set<number>();
  let before = await snapshot(server);
  for (let count = 0; count < requests; count += 1) {
    const [method, path, body] = chance.pick(operations) ?? ['POST', '', null];
    const payload = JSON.stringify(spoil(body, chance));
    const headers = { ...headersOf(), 'content-type': 'application/json' };
    const response = await server.app.inject({ method, url: `${base}${path}`, headers, payload });
    const { statusCode } = response;
    const what = `${method} ${path} ${payload.slice(0, 500)}: ${response.body}`;
    statuses.add(statusCode);
    assert.ok(statusCode < 500, what);
    const after = await snapshot(server);
    if (statusCode >= 400) {
      assert.ok(response.json().errors !== undefined, what);
      assert.deepEqual(after, before, what);
    }
    before = after;
  }
  for (const status of [200, 204, 207, 400, 404]) assert.ok(statuses.has(status), `no ${status}: ${[...statuses]}`);
});
