/** The contract of `ControlStore`, run on every engine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { audienceId } from '@muster/audience';
import type { ControlStore } from '../ports/control-store.ts';
import { audienceCases } from './contract/audience-cases.ts';
import { checkedListCases } from './contract/checked-list-cases.ts';
import type { ContractCase } from './contract/contract-case.ts';
import { isolationCases } from './contract/isolation-cases.ts';
import { jobCases } from './contract/job-cases.ts';
import { lifecycleCases } from './contract/lifecycle-cases.ts';
import { listCases } from './contract/list-cases.ts';
import { listChangeCases } from './contract/list-change-cases.ts';
import { listMemoryCases } from './contract/list-memory-cases.ts';
import { lockCases } from './contract/lock-cases.ts';
import { onceCases } from './contract/once-cases.ts';
import { referenceCases } from './contract/reference-cases.ts';
import { scheduleCases } from './contract/schedule-cases.ts';
import { settleCases } from './contract/settle-cases.ts';
import { taskCases } from './contract/task-cases.ts';
import { tenancyCases } from './contract/tenancy-cases.ts';
import { openControlStore } from './open.ts';
import { StoreOpenError } from './store-open-error.ts';
import { samplePlatform, sampleScope } from './testing/samples.ts';
import { exitOf, killAfterLines, startStoreProcess } from './testing/store-process.ts';

/** An engine under test. */
export interface ControlEngine {
  /** The address of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Runs a statement in a database, past the store. */
  execute(url: string, statement: string): Promise<void>;
  /** Whether two stores of one process may use one database at once, as two processes do. */
  readonly hasPeers: boolean;
  stop(): Promise<void>;
}

const cases: Readonly<Record<string, readonly ContractCase[]>> = {
  audiences: audienceCases,
  references: referenceCases,
  'what changes together': settleCases,
  lifecycles: lifecycleCases,
  'creating once': onceCases,
  lists: listCases,
  'lists that were read before': listMemoryCases,
  'lists and what changes them': listChangeCases,
  'lists with a check': checkedListCases,
  jobs: jobCases,
  schedules: scheduleCases,
  tasks: taskCases,
  'imports, sandboxes and schemas': tenancyCases,
  isolation: isolationCases,
  locks: lockCases,
};

function describeCases(engine: () => ControlEngine): void {
  let store: ControlStore;
  let peer: ControlStore;
  let organisations = 0;
  before(async () => {
    const url = await engine().createDatabase();
    store = await openControlStore(url);
    peer = engine().hasPeers ? await openControlStore(url) : store;
  });
  after(async () => {
    await store.close();
    if (peer !== store) await peer.close();
  });
  for (const [topic, promises] of Object.entries(cases)) {
    describe(topic, () => {
      for (const { name, run } of promises) {
        test(name, async () => {
          organisations += 1;
          await run({ store, peer, scope: sampleScope(`ORG${organisations}@AdobeOrg`) });
        });
      }
    });
  }
}

function describeDurability(engine: () => ControlEngine): void {
  const scope = sampleScope('DURABLE');

  test('what was stored is there when the store is opened again', async () => {
    const url = await engine().createDatabase();
    const first = await openControlStore(url);
    await first.audiences.create(scope, samplePlatform('a'));
    await first.close();
    const second = await openControlStore(url);
    assert.deepEqual(await second.audiences.find(scope, audienceId('a')), samplePlatform('a'));
    await second.close();
  });

  test('what was acknowledged is there after the process was killed', async () => {
    const url = await engine().createDatabase();
    const acknowledged = await killAfterLines(startStoreProcess(url, 'write', scope.org), 50);
    assert.ok(acknowledged.length >= 50);
    const store = await openControlStore(url);
    const found = await store.audiences.findMany(scope, acknowledged.map(audienceId));
    assert.equal(found.length, acknowledged.length);
    const sort = [{ key: 'createdAt', direction: 'asc' }] as const;
    const { totalCount } = await store.audiences.list(scope, { sort }, { offset: 0, limit: 1 });
    // The last one may have been stored without having been acknowledged.
    assert.ok(totalCount - found.length <= 1);
    await store.close();
  });

  test('processes that open a new database at the same moment all succeed', async () => {
    const url = await engine().createDatabase();
    const processes = Array.from({ length: 4 }, () => startStoreProcess(url, 'open'));
    assert.deepEqual(await Promise.all(processes.map(exitOf)), [0, 0, 0, 0]);
  });

  test('a database of a newer version is refused with what to do', async () => {
    const url = await engine().createDatabase();
    await (await openControlStore(url)).close();
    await engine().execute(url, "insert into kysely_migration (name, timestamp) values ('9999-later', '2999-01-01')");
    await assert.rejects(openControlStore(url), (error: unknown) => {
      assert.ok(error instanceof StoreOpenError);
      assert.match(error.message, /newer version of Muster, which added `9999-later`: start that version/);
      return true;
    });
  });

  test('a store answers a ping until it is closed', async () => {
    const store = await openControlStore(await engine().createDatabase());
    await store.ping();
    await store.close();
    await assert.rejects(store.ping());
  });
}

function describeIds(engine: () => ControlEngine): void {
  test('a seed gives the same ids on every empty database, and on the same database no id twice', async () => {
    const idsOf = async (url: string, idSeed: string | null): Promise<readonly string[]> => {
      const store = await openControlStore(url, { idSeed });
      const ids = Array.from({ length: 50 }, () => store.ids.uuid());
      await store.close();
      return ids;
    };
    const [one, other] = [await engine().createDatabase(), await engine().createDatabase()];
    const first = await idsOf(one, 'seed');
    assert.deepEqual(await idsOf(other, 'seed'), first);
    const later = [await idsOf(one, 'seed'), await idsOf(one, 'another'), await idsOf(one, null)];
    const all = [...first, ...later.flat()];
    assert.equal(new Set(all).size, 200);
    for (const id of all) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
}

/** Holds an engine to the contract. `start` is called once, before the first test. */
export function describeControlStore(name: string, start: () => Promise<ControlEngine>): void {
  describe(name, () => {
    let engine: ControlEngine | null = null;
    const running = (): ControlEngine => {
      if (engine === null) throw new Error('the engine has not started');
      return engine;
    };
    before(async () => {
      engine = await start();
    });
    after(() => engine?.stop());
    describe('every call', () => describeCases(running));
    describe('durability', () => describeDurability(running));
    describe('ids', () => describeIds(running));
  });
}
