import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { describeControlStore } from './contract.ts';
import { openControlStore } from './open.ts';
import { StoreOpenError } from './store-open-error.ts';

describeControlStore('the control store in SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-control-'));
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      return `sqlite:${join(folder, `control-${databases}.db`)}`;
    },
    execute: async (url, statement) => {
      const database = new DatabaseSync(url.slice('sqlite:'.length));
      database.exec(statement);
      database.close();
    },
    // A second connection of this process would wait for the first without letting it go on.
    hasPeers: false,
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

test('the address of a SQLite store may be written with and without slashes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-control-'));
  for (const address of [`sqlite:${join(folder, 'a.db')}`, `sqlite://${join(folder, 'a.db')}`, 'sqlite::memory:']) {
    const store = await openControlStore(address);
    await store.ping();
    await store.close();
  }
  rmSync(folder, { recursive: true });
});

test('an address of an unknown kind is refused without repeating it', async () => {
  await assert.rejects(openControlStore('mysql://root:secret@localhost/x'), (error: unknown) => {
    assert.ok(error instanceof StoreOpenError);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

test('a file that cannot be opened is refused with its path', async () => {
  await assert.rejects(openControlStore('sqlite:/nowhere/at/all/control.db'), (error: unknown) => {
    assert.ok(error instanceof StoreOpenError);
    assert.match(error.message, /cannot open the control database `\/nowhere\/at\/all\/control.db`/);
    return true;
  });
});
