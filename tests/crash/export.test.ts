import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ExportJobResource } from '@muster/wire';
import { Check } from 'typebox/value';
import { eventually, type ServiceClient } from '../service/client.ts';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const tenant = { org: 'CRASH@AdobeOrg', sandbox: 'exports' };

function decodeJob(text: string): ExportJobResource {
  const body: unknown = JSON.parse(text);
  assert.ok(Check(ExportJobResource, body), text);
  return body;
}

async function startExport(client: ServiceClient): Promise<ExportJobResource> {
  const body = JSON.stringify({
    destination: { datasetId: 'any' },
    schema: { name: '_xdm.context.profile' },
    muster: { format: 'parquet' },
    additionalFields: { eventList: {} },
  });
  const headers = { 'content-type': 'application/json' };
  return decodeJob((await client.request('POST', '/export/jobs', { body, headers })).text);
}

async function endedExport(client: ServiceClient, id: number): Promise<ExportJobResource> {
  return eventually('end of the export', async () => {
    const job = decodeJob((await client.request('GET', `/export/jobs/${id}`)).text);
    return ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(job.status) ? job : null;
  });
}

test(`an export whose server is killed succeeds by itself, with whole files and nothing beside them, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const site = await CrashSite.open();
  context.after(() => site.close());
  const lines = Array.from({ length: 20_000 }, (_, index) => {
    const identityMap = { email: [{ id: `p${index}@example.org`, primary: true }] };
    return JSON.stringify({ identityMap, person: { name: { firstName: `First ${index}` } } });
  }).join('\n');
  await site.server.client(tenant).importFile({ kind: 'profiles', fingerprint: 'people', lines });
  const startedAt = performance.now();
  const calm = await endedExport(site.server.client(tenant), (await startExport(site.server.client(tenant))).id);
  const takesMs = performance.now() - startedAt;
  assert.equal(calm.status, 'SUCCEEDED', JSON.stringify(calm.errors));
  for (let round = 0; round < 3; round++) {
    const { id } = await startExport(site.server.client(tenant));
    await delay(random() * takesMs);
    await site.crash();
    const client = site.server.client(tenant);
    const stormy = await endedExport(client, id);
    assert.equal(stormy.status, 'SUCCEEDED', JSON.stringify(stormy.errors));
    assert.deepEqual(
      stormy.muster.files.map(({ name, rows, bytes }) => [name, rows, bytes]),
      calm.muster.files.map(({ name, rows, bytes }) => [name, rows, bytes]),
    );
    const download = await client.request('GET', `/export/jobs/${id}/files/profiles.parquet`);
    assert.ok(download.text.startsWith('PAR1') && download.text.endsWith('PAR1'));
  }
  const exports = join(site.folder, 'exports');
  assert.deepEqual(
    readdirSync(exports).filter((name) => name.endsWith('.part')),
    [],
  );
  assert.equal(readdirSync(exports).length, 4);
  assert.deepEqual(readdirSync(join(site.folder, 'engine', 'results')), []);
});
