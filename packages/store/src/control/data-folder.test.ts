import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { lockDataFolder, readServerInfo } from './data-folder.ts';
import { StoreOpenError } from './store-open-error.ts';

function makeFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-folder-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data');
}

/** A second process that holds the folder. */
async function startHolder(context: TestContext, path: string): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'testing', 'hold-data-folder.ts');
  const holder = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  return holder;
}

test('a data folder that is not there is made and can be taken again once it is given back', (context) => {
  const path = makeFolder(context);
  const first = lockDataFolder(path);
  first.release();
  first.release();
  const second = lockDataFolder(path);
  second.release();
  assert.ok(existsSync(path));
});

test('a data folder is taken once inside one process too', (context) => {
  const path = makeFolder(context);
  const lock = lockDataFolder(path);
  assert.throws(() => lockDataFolder(path), StoreOpenError);
  lock.release();
});

test('who holds the folder and where it answers can be read while it is held', (context) => {
  const path = makeFolder(context);
  assert.equal(readServerInfo(path), null);
  const lock = lockDataFolder(path);
  assert.deepEqual([readServerInfo(path)?.pid, readServerInfo(path)?.url], [process.pid, null]);
  lock.publishUrl('http://127.0.0.1:9090');
  assert.equal(readServerInfo(path)?.url, 'http://127.0.0.1:9090');
  lock.release();
  assert.equal(readServerInfo(path), null);
});

test('a second process is told who holds the folder, since when, and what to do', async (context) => {
  const path = makeFolder(context);
  const holder = await startHolder(context, path);
  assert.throws(
    () => lockDataFolder(path),
    (error: unknown) => {
      assert.ok(error instanceof StoreOpenError);
      assert.match(error.message, new RegExp(`in use by process ${holder.pid}, which runs since 20\\d\\d-`));
      assert.match(error.message, /answers at http:\/\/127\.0\.0\.1:8080: use that server, stop it first/);
      return true;
    },
  );
  assert.equal(readServerInfo(path)?.pid, holder.pid);
});

test('the folder of a killed process is free at once', async (context) => {
  const path = makeFolder(context);
  const holder = await startHolder(context, path);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  assert.equal(readServerInfo(path), null);
  const lock = lockDataFolder(path);
  assert.equal(readServerInfo(path)?.pid, process.pid);
  lock.release();
});

test('a folder that cannot be used is named, with the reason', (context) => {
  const path = makeFolder(context);
  writeFileSync(path, '');
  const cannot = (message: RegExp) => (error: unknown) =>
    error instanceof StoreOpenError && message.test(error.message);
  assert.throws(() => lockDataFolder(path), cannot(/data` cannot be used: EEXIST.*choose another .* MUSTER_DATA_DIR/));
  assert.throws(() => lockDataFolder(join(path, 'inside')), cannot(/inside` cannot be used: ENOTDIR/));
  rmSync(path);
  mkdirSync(join(path, 'lock.db'), { recursive: true });
  assert.throws(() => lockDataFolder(path), cannot(/data` cannot be used: unable to open database file/));
});
