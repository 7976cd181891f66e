import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import { epochMs } from '@muster/audience';
import { type DataStore, openEmbeddedDataStore } from '@muster/store';
import { create, ended, members, put, send, settle } from '../../testing/external-client.ts';
import { openTestServer, type TestServer, testTime } from '../../testing/fixture.ts';

const dayMs = 86_400_000;

suite('the time to live of external audiences', () => {
  let folder: string;
  let data: DataStore;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-external-'));
    data = await openEmbeddedDataStore({ folder });
  });
  after(async () => {
    await data.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openServer(context: TestContext): Promise<TestServer> {
    const server = await openTestServer({}, data);
    context.after(() => server.close());
    return server;
  }

  test('memberships end after the time to live, unless it is extended or a run renews them', async (context) => {
    const server = await openServer(context);
    const id = await create(server, { ttlInDays: 10 });
    assert.equal((await send(server, 'POST', `/extend-ttl/${id}`)).statusCode, 422);
    await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
    await ended(server, id, { dataFilterStartTime: 0 });
    const at = async (days: number): Promise<readonly string[]> => {
      server.clock.time = epochMs(testTime + days * dayMs);
      await settle(server);
      return members(server, id);
    };
    assert.deepEqual(await at(9), ['ann@x.org']);
    assert.deepEqual((await send(server, 'POST', `/extend-ttl/${id}`)).json(), { audienceId: id, name: 'VIPs' });
    assert.deepEqual(await at(11), ['ann@x.org']);
    assert.deepEqual(await at(21), []);
    assert.equal((await send(server, 'POST', `/extend-ttl/${id}`)).statusCode, 422);
    await ended(server, id, { dataFilterStartTime: 0 });
    const changed = await send(server, 'PATCH', `/${id}`, { ttlInDays: 1 });
    assert.equal(changed.json().ttlInDays, 1);
    assert.deepEqual(await at(21.5), ['ann@x.org']);
    assert.deepEqual(await at(22.5), []);
  });

  test('extensions that meet all count', async (context) => {
    const server = await openServer(context);
    const id = await create(server, { ttlInDays: 10 });
    await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
    await ended(server, id, { dataFilterStartTime: 0 });
    const answers = await Promise.all([1, 2, 3].map(() => send(server, 'POST', `/extend-ttl/${id}`)));
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 200, 200],
    );
    server.clock.time = epochMs(testTime + 39 * dayMs);
    await settle(server);
    assert.deepEqual(await members(server, id), ['ann@x.org']);
    server.clock.time = epochMs(testTime + 41 * dayMs);
    await settle(server);
    assert.deepEqual(await members(server, id), []);
  });
});
