import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@muster/audience';
import { type Scan, sql } from '@muster/pql';
import { type EmbeddedDataStore, openEmbeddedDataStore } from '../open.ts';
import { batchRun, event, memberIds, people, record, testScope, untilDone, write } from '../testing/world.ts';

const scope = testScope('crash');
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'muster-crash-'));

async function withStore(test: (store: EmbeddedDataStore) => Promise<void>, folder = newFolder()): Promise<void> {
  const store = await openEmbeddedDataStore({ folder });
  try {
    await test(store);
  } finally {
    await store.close();
  }
}

function killEngine(store: EmbeddedDataStore): void {
  const processId = store.engineProcessId();
  if (processId !== null) process.kill(processId, 'SIGKILL');
}

const isUnavailable = (error: unknown): boolean => error instanceof Problem && error.problem === 'engineUnavailable';

/** A scan that takes longer than any test. */
const endless: Scan = {
  name: 'profiles',
  leaves: [0],
  select: sql`SELECT [groupBitmapState(toUInt32(number % 1000000))] AS bitmaps FROM numbers(100000000000)`,
  inMemory: null,
};

async function isAlive(processId: number): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      process.kill(processId, 0);
    } catch {
      return false;
    }
    await delay(50);
  }
  return true;
}

describe('the engine in a process of its own', () => {
  it('is killed during a run: the run fails with engineUnavailable, and the same run succeeds afterwards', () =>
    withStore(async (store) => {
      await write(store, scope, [record('a', { name: 'Ann' })]);
      const run = batchRun('r', 1, [endless], { all: { kind: 'everyone' } });
      const running = store.runBatch(scope, run, untilDone());
      const failed = assert.rejects(running, isUnavailable);
      await delay(500);
      killEngine(store);
      await failed;
      await store.ping();
      await store.runBatch(scope, batchRun('r', 1, [], { all: { kind: 'everyone' } }), untilDone());
      assert.deepEqual(await memberIds(store, scope, 'all'), ['a']);
    }));

  it('is killed between requests: reads do not notice', () =>
    withStore(async (store) => {
      await write(store, scope, [record('a', { name: 'Ann' })]);
      killEngine(store);
      assert.deepEqual(await store.count(scope), { profiles: 1, events: 0 });
    }));

  it('is killed again and again during writes: what was acknowledged stays, repeating mends the rest', () =>
    withStore(async (store) => {
      const acknowledged = new Set<string>();
      for (let round = 0; round < 6; round++) {
        const records = Array.from({ length: 500 }, (_, index) => record(`p${round} ${index}`, { name: `n${round}` }));
        const events = records.map((_, index) => event(`p${round} ${index}`, 'e', { eventType: 'view' }));
        const writing = write(store, scope, records, events).then(
          () => acknowledged.add(`n${round}`),
          (error: unknown) => assert.ok(isUnavailable(error), String(error)),
        );
        await delay(10 + round * 25);
        killEngine(store);
        await writing;
        await store.ping();
        if (!acknowledged.has(`n${round}`)) await write(store, scope, records, events);
      }
      assert.deepEqual(await store.count(scope), { profiles: 3000, events: 3000 });
      const names = Object.values(await people(store, scope, ['name'])).map((person) => person['name']);
      assert.equal(names.filter((name) => name === 'n3').length, 500);
      assert.equal(names.filter((name) => name === null).length, 0);
    }));

  it('keeps its data when the program is closed and opened again', async () => {
    const folder = newFolder();
    await withStore((store) => write(store, scope, [record('a', { name: 'Ann' })]), folder);
    await withStore(async (store) => assert.equal((await store.count(scope)).profiles, 1), folder);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const folder = join(newFolder(), 'x'.repeat(60), 'y'.repeat(60));
    await withStore((store) => store.ping(), folder);
    assert.ok(existsSync(folder));
  });

  it('answers small requests while a long statement runs', () =>
    withStore(async (store) => {
      const controller = new AbortController();
      const run = batchRun('r', 1, [endless], { all: { kind: 'everyone' } });
      const failed = assert.rejects(
        store.runBatch(scope, run, { signal: controller.signal, onProgress: () => undefined }),
        /enough/,
      );
      await delay(300);
      assert.equal((await store.count(scope)).profiles, 0);
      controller.abort(new Error('enough'));
      await failed;
    }));

  it('refuses requests after it was closed', async () => {
    const store = await openEmbeddedDataStore({ folder: newFolder() });
    await store.close();
    await assert.rejects(store.ping(), isUnavailable);
  });

  it('ends when its parent is killed', async () => {
    const parent = fork(new URL('../testing/store-holder.ts', import.meta.url), [newFolder()], { execArgv: [] });
    const [message]: readonly unknown[] = await once(parent, 'message');
    assert.equal(typeof message, 'number');
    parent.kill('SIGKILL');
    assert.equal(await isAlive(Number(message)), false);
  });
});
