/** The commands in docs/api.md run as written, one after the other. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { decodeConfig, openMuster } from '@muster/server';

const markdown = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');

/** The statuses of the answers go to stderr, where the commands themselves put a line break. */
const sayStatus = "curl -sS -w '%{stderr}%{http_code}\\n'";

test('every command is answered, and all but the one about errors as a success', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const settings = { MUSTER_DATA_DIR: join(folder, 'data'), MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'silent' };
  const muster = await openMuster(decodeConfig(settings));
  context.after(() => muster.close());
  const script = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block = '']) => block)
    .join('\n')
    .replaceAll("curl -sS -w '%{stderr}\\n'", 'curl -sS')
    .replaceAll('curl -sS', sayStatus)
    .replaceAll('http://127.0.0.1:8080', await muster.listen());
  const said = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  const statuses = said.stderr.trim().split('\n');
  assert.equal(statuses.length, script.match(/^(?:\w+=\$\()?(?:muster|json|curl) /gm)?.length);
  assert.deepEqual(
    statuses.filter((status) => !status.startsWith('2')),
    ['400'],
    said.stdout,
  );
  // The data is there before it is asked for, so that a reader sees answers that say something.
  assert.match(said.stdout, /"estimatedSize":1,/);
  assert.match(said.stdout, /^Email,bob@example\.org,/m);
});
