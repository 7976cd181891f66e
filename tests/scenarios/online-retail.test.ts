/**
 * The Online Retail data set, imported and evaluated with the command line. The answers were computed independently
 * from the CSV. The data is not in the repository: MUSTER_ONLINE_RETAIL names a copy, see examples/online-retail.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { decodeConfig, type Muster, openMuster } from '@muster/server';
import { AudienceResource, ImportResource, JobResource } from '@muster/wire';
import type { Static, TSchema } from 'typebox';
import { Parse } from 'typebox/value';

const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'examples/online-retail');
const csv = process.env['MUSTER_ONLINE_RETAIL'] ?? join(example, 'online-retail.csv.gz');
const asOf = '2011-12-10T00:00:00Z';

interface ExampleAudience {
  readonly name: string;
  readonly expression: string;
  readonly members: number;
}

async function loadAudiences(): Promise<readonly ExampleAudience[]> {
  return JSON.parse(await readFile(join(example, 'audiences.json'), 'utf8'));
}

suite('Online Retail', () => {
  if (!existsSync(csv)) {
    test(`the six answers were NOT checked: there is no data at ${csv}`, (context) => {
      context.diagnostic('examples/online-retail/README.md says where to get it; MUSTER_ONLINE_RETAIL names the file');
    });
    return;
  }
  let folder: string;
  let muster: Muster;
  let url: string;

  /** The result of a command. */
  async function run<Schema extends TSchema>(schema: Schema, ...args: readonly string[]): Promise<Static<Schema>> {
    const program = join(root, 'apps/cli/src/main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json', '--url', url]);
    return Parse(schema, JSON.parse(stdout));
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-retail-'));
    muster = await openMuster(decodeConfig({ MUSTER_DATA_DIR: folder, MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'silent' }));
    url = await muster.listen();
  });
  after(async () => {
    await muster.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the import finds every customer and every invoice', async () => {
    const { counts } = await run(ImportResource, 'import', '--mapping', join(example, 'mapping.json'), csv);
    assert.deepEqual(counts, { rows: 541_909, profiles: 4_372, events: 22_190, skipped: 135_080, rejected: 0 });
  });

  test('the same import again changes nothing', async () => {
    const { counts } = await run(ImportResource, 'import', '--mapping', join(example, 'mapping.json'), csv);
    assert.equal(counts.events, 22_190);
  });

  test('six audiences have the members that were computed from the CSV', async () => {
    const audiences = await loadAudiences();
    const names = new Map<string, string>();
    for (const { name, expression } of audiences) {
      const { id } = await run(AudienceResource, 'audiences', 'create', '--name', name, '--expression', expression);
      names.set(id, name);
    }
    const { metrics } = await run(JobResource, 'evaluate', ...names.keys(), '--as-of', asOf);
    const found = Object.entries(metrics?.segmentedProfileCounter ?? {}).map(([id, count]) => [names.get(id), count]);
    const expected = audiences.map(({ name, members }) => [name, members]);
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
  });
});
