import assert from 'node:assert/strict';
import test from 'node:test';
import type { MusterClient } from '../create-client.ts';
import { runScript, type Step } from '../testing/scripted-service.ts';

const live: Step = { status: 200, body: '{"status": "live", "later": true}' };
const away: Step = { status: 503 };
const rule = { type: 'PQL', format: 'pql/text', value: 'true' } as const;

interface Expected {
  /** The name of the error, null when the call succeeds. */
  readonly error: string | null;
  readonly attempts: number;
  readonly pauses?: readonly number[];
}

async function check(
  steps: readonly Step[],
  call: (client: MusterClient) => Promise<unknown>,
  expected: Expected,
): Promise<void> {
  const { client, requests, pauses } = runScript(steps);
  const error = await call(client).then(
    () => null,
    (reason: unknown) => (reason instanceof Error ? reason.name : String(reason)),
  );
  assert.deepEqual({ error, attempts: requests.length }, { error: expected.error, attempts: expected.attempts });
  if (expected.pauses !== undefined) assert.deepEqual(pauses, expected.pauses);
}

const look = ({ operations }: MusterClient): Promise<unknown> => operations.live();
const startJob = ({ jobs }: MusterClient): Promise<unknown> => jobs.create([{ segmentId: '*' }]);
const remove = ({ audiences }: MusterClient): Promise<unknown> => audiences.delete('id');
const upload = ({ imports }: MusterClient): Promise<unknown> => imports.putContent('id', 'line');

test('a call that may be repeated is, after pauses that double', async () => {
  for (const step of ['broken', 'silent', away, { status: 502 }, { status: 504 }] as const) {
    await check([step, step, step, live], look, { error: null, attempts: 4, pauses: [150, 300, 600] });
  }
});

test('the last attempt gives its error', async () => {
  await check([away, away, away, away], look, { error: 'MusterUnavailableError', attempts: 4 });
  await check(['broken', away, 'broken', 'broken'], look, { error: 'MusterNetworkError', attempts: 4 });
  await check(['silent', 'silent', 'silent', 'silent'], look, { error: 'MusterTimeoutError', attempts: 4 });
});

test('what another attempt would not change is not repeated', async () => {
  for (const status of [400, 404, 409, 412, 500]) {
    const { client, requests } = runScript([{ status }]);
    await assert.rejects(look(client), { status });
    assert.equal(requests.length, 1);
  }
});

test('a call that might be carried out twice is made once, unless it was refused as one too many', async () => {
  await check([away], startJob, { error: 'MusterUnavailableError', attempts: 1 });
  await check(['broken'], startJob, { error: 'MusterNetworkError', attempts: 1 });
  const busy: Step = { status: 429, headers: { 'retry-after': '5' } };
  await check([busy, { status: 404 }], startJob, { error: 'MusterNotFoundError', attempts: 2, pauses: [5_000] });
});

test('an upload is made once, whatever happens: its bytes are gone', async () => {
  await check([{ status: 429 }], upload, { error: 'MusterRateLimitedError', attempts: 1 });
  await check(['broken'], upload, { error: 'MusterNetworkError', attempts: 1 });
});

test('a wait that is longer than the limit is left to the caller', async () => {
  const later: Step = { status: 429, headers: { 'retry-after': '61' } };
  await check([later], look, { error: 'MusterRateLimitedError', attempts: 1, pauses: [] });
});

test('creating an audience is repeated under one key', async () => {
  for (const [given, sent] of [
    [undefined, 'new-key'],
    ['mine', 'mine'],
  ]) {
    const { client, requests } = runScript(['broken', { status: 400 }]);
    const creation = client.audiences.create({ name: 'A', expression: rule }, { idempotencyKey: given });
    await assert.rejects(creation, { name: 'MusterInvalidError' });
    assert.deepEqual(
      requests.map(({ headers }) => headers['idempotency-key']),
      [sent, sent],
    );
  }
});

test('a deletion whose answer was lost is done when the resource is gone', async () => {
  await check(['broken', { status: 404 }], remove, { error: null, attempts: 2 });
  await check([{ status: 404 }], remove, { error: 'MusterNotFoundError', attempts: 1 });
});

test('a caller who has enough ends the call with the reason given', async () => {
  const reason = new Error('enough');
  for (const steps of [['silent'], ['broken', 'silent']] as const) {
    const stop = new AbortController();
    const { client, requests } = runScript(steps, {
      timing: { now: () => 0, pause: (ms) => (ms === 30_000 ? new Promise(() => undefined) : Promise.resolve()) },
    });
    const call = client.operations.live({ signal: stop.signal });
    while (requests.length < steps.length) await new Promise(setImmediate);
    stop.abort(reason);
    await assert.rejects(call, reason);
  }
  const before = runScript([live]);
  await assert.rejects(before.client.operations.live({ signal: AbortSignal.abort(reason) }), reason);
  assert.equal(before.requests.length, 0);
});

test('answers are checked: their shape, their length, and that they are JSON', async () => {
  await check([live], look, { error: null, attempts: 1 });
  for (const body of ['{"status": "dead"}', '{}', '<html>', '']) {
    await check([{ status: 200, body }], look, { error: 'MusterAnswerError', attempts: 1 });
  }
  const { client } = runScript([live], { answerBytesMax: 10 });
  await assert.rejects(look(client), { name: 'MusterAnswerError', message: 'an answer is longer than 10 bytes' });
});

test('every request says who asks', async () => {
  const { client, requests } = runScript([live], { headers: { 'x-more': '1' } });
  await client.operations.live({ requestId: 'mine' });
  const [{ url, headers } = { url: '', headers: {} }] = requests;
  assert.equal(url, 'http://service/health/live');
  assert.deepEqual(headers, {
    accept: '*/*',
    authorization: 'Bearer token',
    'x-api-key': 'key',
    'x-gw-ims-org-id': 'ORG@AdobeOrg',
    'x-sandbox-name': 'prod',
    'x-more': '1',
    'x-request-id': 'mine',
  });
});

test('ids and parameters are encoded', async () => {
  const { client, requests } = runScript([{ status: 404 }, { status: 404 }]);
  await assert.rejects(client.audiences.get('../a b'));
  await assert.rejects(client.audiences.list({ property: ['name==a&b', 'id'], limit: 2 }));
  assert.deepEqual(
    requests.map(({ url }) => url),
    [
      'http://service/data/core/ups/audiences/..%2Fa%20b',
      'http://service/data/core/ups/audiences?property=name%3D%3Da%26b&property=id&limit=2',
    ],
  );
});

test('a service that is not ready is an answer', async () => {
  const body = '{"status": "unavailable", "checks": {"control": "ok", "data": "unavailable"}}';
  const { client } = runScript([{ status: 503, body }]);
  assert.equal((await client.operations.ready()).status, 'unavailable');
});

test('a token that is not accepted is replaced once', async () => {
  const tokens = ['old', 'new'];
  const token = { current: async () => tokens[0] ?? '', forget: () => void tokens.shift() };
  const replaced = runScript([{ status: 401 }, live], { token });
  await look(replaced.client);
  assert.deepEqual(
    replaced.requests.map(({ headers }) => headers['authorization']),
    ['Bearer old', 'Bearer new'],
  );
  const fixed = runScript([{ status: 401 }]);
  await assert.rejects(look(fixed.client), { name: 'MusterUnauthorisedError' });
  assert.equal(fixed.requests.length, 1);
});

test('a page that names itself as the next one ends the walk', async () => {
  const page = { totalCount: 9, pageSize: 0, next: '1' };
  const body = JSON.stringify({ children: [], _page: page, _links: { next: {} } });
  const { client, requests } = runScript(Array.from({ length: 9 }, () => ({ status: 200, body })));
  await assert.rejects(client.schedules.iterate().next(), { name: 'MusterAnswerError' });
  assert.equal(requests.length, 2);
});
