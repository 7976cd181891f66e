import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openSessionPool, type StatementContext } from './session-pool.ts';

const pool = openSessionPool(mkdtempSync(join(tmpdir(), 'muster-pool-')), 1);
after(() => pool.close());

const context = (
  settings: Readonly<Record<string, string>> = {},
  parameters: Readonly<Record<string, string>> = {},
): StatementContext => ({
  settings: new Map(Object.entries(settings)),
  parameters: new Map(Object.entries(parameters)),
});

async function run(text: string, given: StatementContext): Promise<string> {
  const lease = await pool.acquire(given);
  try {
    return Buffer.from(await lease.execute(text, 'TabSeparated'))
      .toString()
      .trim();
  } finally {
    await lease.release();
  }
}

describe('the session pool', () => {
  it('gives each statement its own settings, and the next one the defaults', async () => {
    const before = await run(`SELECT getSetting('max_block_size')`, context());
    assert.equal(await run(`SELECT getSetting('max_block_size')`, context({ max_block_size: '17' })), '17');
    assert.equal(await run(`SELECT getSetting('max_block_size')`, context()), before);
  });

  it('is not confused by a setting that is refused', async () => {
    await assert.rejects(run('SELECT 1', context({ max_block_size: '19', no_such_setting: '1' })), /Code: 115/);
    assert.notEqual(await run(`SELECT getSetting('max_block_size')`, context()), '19');
  });

  it('refuses names of settings that are more than a name', async () => {
    await assert.rejects(run('SELECT 1', context({ 'max_threads = 1, max_block_size': '3' })), /bad setting name/);
  });

  it('binds parameters whatever is in them', async () => {
    const text = `SELECT {p0:String} = concat('a\\'; DROP', char(92), 'x'), {p1:Nullable(String)} IS NULL`;
    assert.equal(
      await run(text, context({}, { p0: `a\\'; DROP\\\\x`, p1: '\\N' })),
      'true\ttrue'.replaceAll('true', '1'),
    );
  });

  it('goes on after an error', async () => {
    await assert.rejects(run('SELECT no_such_column', context()), /Code: 47/);
    assert.equal(await run('SELECT 1', context()), '1');
  });
});
