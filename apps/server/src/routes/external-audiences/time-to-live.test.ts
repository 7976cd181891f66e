import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type AudienceId, audienceId, epochMs, Problem } from '@muster/audience';
import type { DataStore } from '@muster/store';
import { create, ended, members, put, send, settle } from '../../testing/external-client.ts';
import { openTestServer, type TestServer, testTime } from '../../testing/fixture.ts';
import { openTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { testScope } from '../../testing/test-scope.ts';

const dayMs = 86_400_000;

/** The members of an audience so many days after the beginning of the test. */
const membersAt =
  (server: TestServer, id: string) =>
  async (days: number): Promise<readonly string[]> => {
    server.clock.time = epochMs(testTime + days * dayMs);
    await settle(server);
    return members(server, id);
  };

async function* only(id: string): AsyncGenerator<readonly string[]> {
  yield [id];
}

suite('the time to live of external audiences', () => {
  let engine: TestEngine;
  const scope = testScope();
  before(async () => {
    engine = await openTestEngine();
  });
  after(() => engine.close());

  async function openServer(context: TestContext): Promise<TestServer> {
    const server = await openTestServer({}, engine.data);
    context.after(() => server.close());
    return server;
  }

  test('memberships end after the time to live, unless it is extended or a run renews them', async (context) => {
    const server = await openServer(context);
    const id = await create(server, { ttlInDays: 10 });
    assert.equal((await send(server, 'POST', `/extend-ttl/${id}`)).statusCode, 422);
    await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
    await ended(server, id, { dataFilterStartTime: 0 });
    const at = membersAt(server, id);
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

  test('a time to live that changes during a run counts for the members that the run brings', async (context) => {
    const server = await openServer(context);
    const id = await create(server, { ttlInDays: 10 });
    await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
    server.betweenFindingAndReading.work = async () => {
      assert.equal((await send(server, 'PATCH', `/${id}`, { ttlInDays: 2 })).statusCode, 200);
    };
    await ended(server, id, { dataFilterStartTime: 0 });
    const at = membersAt(server, id);
    assert.deepEqual(await at(1.5), ['ann@x.org']);
    assert.deepEqual(await at(2.5), []);
  });

  test('an end that falls due while a run stores its members leaves them alone', async (context) => {
    const server = await openServer(context);
    const storing = { work: async (): Promise<void> => undefined };
    const replaceMembers = engine.data.replaceMembers.bind(engine.data);
    context.mock.method(engine.data, 'replaceMembers', async (...given: Parameters<DataStore['replaceMembers']>) => {
      await storing.work();
      return replaceMembers(...given);
    });
    const id = await create(server, { ttlInDays: 10 });
    await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
    await ended(server, id, { dataFilterStartTime: 0 });
    const at = membersAt(server, id);
    assert.deepEqual(await at(9), ['ann@x.org']);
    storing.work = async () => {
      storing.work = async () => undefined;
      server.clock.time = epochMs(testTime + 11 * dayMs);
      server.externalRunner.wake();
      // The end is taken up, and waits for the members of the run to be stored.
      await delay(200);
    };
    await ended(server, id, { dataFilterStartTime: 0 });
    assert.deepEqual(await at(11), ['ann@x.org']);
    assert.deepEqual(await at(19.5), []);
  });

  const ways: readonly (readonly ['PUT' | 'PATCH', object, number])[] = [
    ['PATCH', [{ op: 'replace', path: '/ttlInDays', value: 20 }], 20],
    ['PUT', { name: 'renamed', ttlInDays: 20 }, 20],
    ['PUT', { name: 'without one' }, 30],
  ];
  for (const [method, payload, days] of ways) {
    test(`another time to live counts from its ${method} under /audiences, the same again not: ${days}`, async (context) => {
      const server = await openServer(context);
      const id = await create(server, { ttlInDays: 10 });
      await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
      await ended(server, id, { dataFilterStartTime: 0 });
      const at = membersAt(server, id);
      for (const day of [5, 8]) {
        assert.deepEqual(await at(day), ['ann@x.org']);
        const changed = await send(server, method, `/data/core/ups/audiences/${id}`, payload);
        assert.equal(changed.statusCode, 200, changed.body);
      }
      assert.deepEqual(await at(5 + days - 0.5), ['ann@x.org']);
      assert.deepEqual(await at(5 + days + 0.5), []);
    });
  }

  const deletions: readonly (readonly [string, (id: AudienceId) => Promise<void>])[] = [
    ['during a run', async () => undefined],
    [
      'before a run is tried again',
      async (audienceId) => {
        // What an attempt has stored whose engine went away right after.
        const given = { runId: 'earlier', audienceId, asOf: testTime, namespace: 'Email', ids: only('ann@x.org') };
        await engine.data.replaceMembers(scope, given, new AbortController().signal);
        throw new Problem('engineUnavailable');
      },
    ],
  ];
  for (const [moment, afterwards] of deletions) {
    test(`of an audience that is deleted ${moment} no members stay, and the run says so`, async (context) => {
      const server = await openServer(context);
      const id = audienceId(await create(server));
      await put(server, 'vips.csv', 'email,score', 'ann@x.org,1');
      await ended(server, id, { dataFilterStartTime: 0 });
      const isStored = async (): Promise<boolean> => (await engine.data.summaries(scope, [id])).has(id);
      assert.ok(await isStored());
      server.betweenFindingAndReading.work = async () => {
        assert.equal((await send(server, 'DELETE', `/${id}`)).statusCode, 204);
        assert.ok(!(await isStored()));
        await afterwards(id);
      };
      const { status, muster } = await ended(server, id, { dataFilterStartTime: 0 });
      assert.equal(status, 'FAILED');
      assert.match(muster.reason ?? '', /not found.* deleted before the run ended/);
      assert.ok(!(await isStored()));
      assert.deepEqual(await engine.data.changes(scope, id, { offset: 0, limit: 9 }), []);
    });
  }

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
    const at = membersAt(server, id);
    assert.deepEqual(await at(39), ['ann@x.org']);
    assert.deepEqual(await at(41), []);
  });
});
