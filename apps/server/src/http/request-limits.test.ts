import assert from 'node:assert/strict';
import { request as openRequest } from 'node:http';
import { test } from 'node:test';
import { headersOf, openTestServer } from '../testing/fixture.ts';

const url = '/data/core/ups/audiences';

test('an organisation that sends too fast is told when to try again, and others are served', async (context) => {
  const server = await openTestServer({ requestsPerSecondMax: 0.01, requestBurstMax: 3 });
  context.after(() => server.close());
  const statuses: number[] = [];
  for (let count = 0; count < 5; count++) {
    const answer = await server.app.inject({
      url,
      headers: headersOf('ONE@AdobeOrg', count % 2 === 0 ? 'prod' : 'dev'),
    });
    statuses.push(answer.statusCode);
    if (answer.statusCode !== 429) continue;
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds > 50 && seconds <= 100, String(seconds));
    assert.match(answer.headers['x-request-id']?.toString() ?? '', /^[0-9a-f]{32}$/);
    const [, detail] = answer.json().errors['429'];
    assert.match(detail.expected, /at most 0\.01 requests a second \(requestsPerSecondMax\)/);
  }
  assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  assert.equal((await server.app.inject({ url, headers: headersOf('TWO@AdobeOrg') })).statusCode, 200);
});

test('as many requests as are allowed are answered at the same time, and each makes room when it ends', async (context) => {
  const server = await openTestServer({ requestsAtOnceMax: 1 });
  context.after(() => server.close());
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const seen: number[] = [];
  /** Asks until this is the answer: what happens on the other connection is noticed soon, not at once. */
  const askUntil = async (status: number): Promise<void> => {
    for (let tries = 0; tries < 1_000; tries++) {
      const answer = await fetch(address + url, { headers: headersOf() });
      await answer.text();
      seen.push(answer.status);
      if (answer.status === status) return;
    }
    assert.fail(`never ${status}, only ${[...new Set(seen)].join(', ')}`);
  };
  // A body that does not arrive keeps its request in progress.
  const headers = { ...headersOf(), 'content-type': 'application/json', 'content-length': '100' };
  const slow = openRequest(address + url, { method: 'POST', headers });
  slow.on('error', () => undefined);
  slow.flushHeaders();
  await askUntil(429);
  slow.destroy();
  await askUntil(200);
});
