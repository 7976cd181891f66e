import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '@muster/audience';
import { type AudienceClient, externalSample, openClient, platformSample } from '../../testing/audience-client.ts';
import { headersOf, testTime } from '../../testing/fixture.ts';

const key = (text: string): Record<string, string> => ({ 'idempotency-key': text });

async function countAudiences(client: AudienceClient): Promise<number> {
  return (await client.names('?property=audienceId')).length;
}

test('a request that is sent again with its key gets the same answer and creates nothing', async (context) => {
  const client = await openClient(context);
  const first = await client.post(platformSample, key('k'));
  assert.equal(first.statusCode, 200);
  assert.equal(first.headers['idempotency-replayed'], undefined);
  client.server.clock.time = epochMs(testTime + 60_000);
  const again = await client.post(platformSample, key('k'));
  assert.deepEqual([again.statusCode, again.body, again.headers.etag], [200, first.body, first.headers.etag]);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  assert.equal(await countAudiences(client), 1);
  await client.delete(first.json().id);
  assert.equal((await client.post(platformSample, key('k'))).body, first.body);
  assert.equal(await countAudiences(client), 0);
});

test('many that send the same request at once get the same answer', async (context) => {
  const client = await openClient(context);
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.post(externalSample, key('k'))));
  assert.equal(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size, 1);
  assert.equal(answers[0]?.statusCode, 200);
  assert.equal(await countAudiences(client), 1);
});

test('a key with another body is refused, and a new key or another tenant is another request', async (context) => {
  const client = await openClient(context);
  await client.post(platformSample, key('k'));
  const refused = await client.post({ ...platformSample, name: 'other' }, key('k'));
  assert.equal(refused.statusCode, 422);
  assert.equal(refused.json().type, 'https://ns.adobe.com/aep/errors/MUSTER-100050-422');
  assert.equal((await client.post(platformSample, key('l'))).statusCode, 200);
  assert.equal((await client.post(platformSample)).statusCode, 200);
  assert.equal(await countAudiences(client), 3);
  const other = await client.post(platformSample, { ...headersOf('OTHER@AdobeOrg'), ...key('k') });
  assert.equal(other.headers['idempotency-replayed'], undefined);
});

test('a request that is refused does not use up its key', async (context) => {
  const client = await openClient(context);
  assert.equal((await client.post({ ...platformSample, name: '' }, key('k'))).statusCode, 400);
  assert.equal((await client.post(platformSample, key('k'))).statusCode, 200);
  for (const text of ['', 'a b', 'x'.repeat(256)]) {
    assert.equal((await client.post(platformSample, key(text))).statusCode, 400, text);
  }
});

test('metadata alone are made once for a key, which stands for no whole audience', async (context) => {
  const client = await openClient(context);
  const url = '/data/core/ups/audiences?createAudienceMetaOnly=true';
  const payload = { name: 'Partners', namespace: 'partner', type: 'ExternalSegment', audienceId: 'partners' };
  const headers = { ...headersOf(), ...key('k') };
  const send = () => client.server.app.inject({ method: 'POST', url, headers, payload });
  const first = await send();
  assert.equal(first.statusCode, 200, first.body);
  const again = await send();
  assert.deepEqual([again.statusCode, again.body], [200, first.body]);
  assert.deepEqual(
    [first, again].map((answer) => answer.headers['idempotency-replayed']),
    [undefined, 'true'],
  );
  assert.equal((await client.post(payload, key('k'))).statusCode, 422);
  assert.equal(await countAudiences(client), 1);
});
