import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { headersOf, openTestServer, type TestServer } from '../../testing/fixture.ts';

const base = '/data/core/ups';
const management = '/data/foundation/sandbox-management/sandboxes';
const rule = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };

async function openServer(context: TestContext, sandboxDrainMs = 5_000): Promise<TestServer> {
  const server = await openTestServer({ sandboxDrainMs });
  context.after(() => server.close());
  server.runner.start();
  return server;
}

/** Requests to a server, in a sandbox of one organisation. */
function clientOf({ app }: TestServer, sandbox: string) {
  const headers = headersOf(undefined, sandbox);
  return {
    get: (path: string) => app.inject({ url: base + path, headers }),
    post: (path: string, payload: object) => app.inject({ method: 'POST', url: base + path, headers, payload }),
    reset: () =>
      app.inject({
        method: 'PUT',
        url: `${management}/${sandbox}`,
        headers: headersOf(),
        payload: { action: 'reset' },
      }),
    delete: () => app.inject({ method: 'DELETE', url: `${management}/${sandbox}`, headers: headersOf() }),
  };
}

const idOf = (answer: LightMyRequestResponse): string => {
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json().id;
};

/** The code of the refusal that an answer is. */
const codeOf = ({ body }: LightMyRequestResponse): string | undefined => /MUSTER-\d+-\d+/.exec(body)?.[0];

/** An audience, a schedule that starts runs of it, and an import: gives the id of the audience. */
async function fill(client: ReturnType<typeof clientOf>): Promise<string> {
  const id = idOf(await client.post('/audiences', { name: 'US', expression: rule }));
  const schedule = { name: 'nightly', type: 'batch_segmentation', properties: { segments: [id] }, state: 'active' };
  idOf(await client.post('/config/schedules', { ...schedule, schedule: '0 0 1 * * ?' }));
  idOf(await client.post('/imports', { name: 'people', kind: 'profiles', fingerprint: '1' }));
  return id;
}

/** How many there are of everything. */
async function countAll(client: ReturnType<typeof clientOf>): Promise<readonly number[]> {
  const lists = ['/audiences', '/config/schedules', '/segment/jobs', '/imports'];
  const answers = await Promise.all(lists.map((path) => client.get(path)));
  return answers.map((answer) => answer.json().children.length);
}

test('a reset empties a sandbox, which stays, and touches no other', async (context) => {
  const server = await openServer(context);
  const [mine, other] = [clientOf(server, 'mine'), clientOf(server, 'other')];
  const id = await fill(mine);
  await fill(other);
  assert.equal((await mine.get(`/audiences/${id}`)).statusCode, 200);
  const answer = await mine.reset();
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual([answer.json().name, answer.json().state], ['mine', 'active']);
  assert.equal((await mine.get(`/audiences/${id}`)).statusCode, 404);
  assert.deepEqual(await countAll(mine), [0, 0, 0, 0]);
  assert.deepEqual(await countAll(other), [1, 1, 0, 1]);
  await fill(mine);
  assert.deepEqual(await countAll(mine), [1, 1, 0, 1]);
  const found = await server.app.inject({ url: `${management}/mine`, headers: headersOf() });
  assert.deepEqual(found.json(), answer.json());
});

test('a deleted sandbox is gone, and using its name again makes another', async (context) => {
  const server = await openServer(context);
  const client = clientOf(server, 'mine');
  await fill(client);
  const answer = await client.delete();
  assert.deepEqual([answer.statusCode, answer.json().state], [200, 'deleted']);
  assert.equal((await server.app.inject({ url: `${management}/mine`, headers: headersOf() })).statusCode, 404);
  for (const again of [await client.delete(), await client.reset()]) {
    assert.deepEqual([again.statusCode, codeOf(again)], [404, 'MUSTER-100016-404']);
  }
  assert.deepEqual(await countAll(client), [0, 0, 0, 0]);
  const anew = await server.app.inject({ url: `${management}/mine`, headers: headersOf() });
  assert.notEqual(anew.json().id, answer.json().id);
});

test('the default sandbox can be reset and not deleted', async (context) => {
  const server = await openServer(context);
  const client = clientOf(server, 'prod');
  await fill(client);
  const refused = await client.delete();
  assert.deepEqual([refused.statusCode, codeOf(refused)], [400, 'MUSTER-100081-400']);
  assert.deepEqual(await countAll(client), [1, 1, 0, 1]);
  assert.equal((await client.reset()).statusCode, 200);
  assert.deepEqual(await countAll(client), [0, 0, 0, 0]);
});

test('jobs are cancelled before their sandbox goes, the one under way and those that wait', async (context) => {
  const server = await openServer(context);
  const client = clientOf(server, 'mine');
  const id = await fill(client);
  for (let count = 0; count < 3; count += 1) idOf(await client.post('/segment/jobs', [{ segmentId: id }]));
  await server.evaluation.started;
  assert.equal((await client.reset()).statusCode, 200);
  await server.runner.whenIdle();
  assert.deepEqual(await countAll(client), [0, 0, 0, 0]);
});

test('exports and previews that wait are cancelled, and nothing of them is left', async (context) => {
  const server = await openServer(context);
  const client = clientOf(server, 'mine');
  const wanted = { destination: { datasetId: 'any' }, schema: { name: '_xdm.context.profile' } };
  const made = await client.post('/export/jobs', wanted);
  assert.equal(made.statusCode, 200, made.body);
  assert.equal(
    (await client.post('/preview', { predicateExpression: 'true', predicateType: 'pql/text' })).statusCode,
    201,
  );
  assert.equal((await client.reset()).statusCode, 200);
  assert.deepEqual((await client.get('/export/jobs')).json().records, []);
  assert.equal((await client.get(`/export/jobs/${made.json().id}`)).statusCode, 404);
  const again = await client.post('/export/jobs', wanted);
  assert.equal(again.json().id, made.json().id, 'the numbers of exports begin anew');
});

test('requests that meet a reset are answered or refused with 409, and never fail', async (context) => {
  const server = await openServer(context);
  const client = clientOf(server, 'mine');
  await fill(client);
  const requests = Array.from({ length: 60 }, (_, index) =>
    index % 20 === 10
      ? client.reset()
      : index % 2 === 0
        ? client.get('/audiences')
        : client.post('/audiences', { name: `number ${index}`, expression: rule }),
  );
  const answers = await Promise.all(requests);
  for (const answer of answers) {
    assert.ok([200, 409].includes(answer.statusCode), answer.body);
    if (answer.statusCode === 409) assert.equal(codeOf(answer), 'MUSTER-100080-409');
  }
  assert.equal((await client.reset()).statusCode, 200);
  assert.deepEqual(await countAll(client), [0, 0, 0, 0]);
});

test('a reset that would wait too long for jobs is refused, and asking again goes on', async (context) => {
  const server = await openServer(context, 1);
  const client = clientOf(server, 'mine');
  const id = await fill(client);
  idOf(await client.post('/segment/jobs', [{ segmentId: id }]));
  await server.evaluation.started;
  let answer = await client.reset();
  for (let tries = 0; answer.statusCode === 409 && tries < 100; tries += 1) answer = await client.reset();
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(await countAll(client), [0, 0, 0, 0]);
});

test('a change of a sandbox that is no reset is refused', async (context) => {
  const server = await openServer(context);
  await fill(clientOf(server, 'mine'));
  const send = (payload: object, name = 'mine') =>
    server.app.inject({ method: 'PUT', url: `${management}/${name}`, headers: headersOf(), payload });
  for (const wrong of [{}, { action: 'delete' }, [], { action: 1 }]) {
    assert.equal((await send(wrong)).statusCode, 400, JSON.stringify(wrong));
  }
  for (const name of ['nowhere', 'No-Name']) assert.equal((await send({ action: 'reset' }, name)).statusCode, 404);
  assert.deepEqual(await countAll(clientOf(server, 'mine')), [1, 1, 0, 1]);
});
