import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openControlStore } from '@muster/store';
import { eventually, type ServiceClient } from '../service/client.ts';
import { CrashSite, scopeOf } from './crash-site.ts';

const tenant = { org: 'CRASH@AdobeOrg', sandbox: 'removal' };
const lines = `${JSON.stringify({
  identityMap: { email: [{ id: 'ann@example.org', primary: true }] },
  homeAddress: { country: 'US' },
})}\n`;

/** An audience with one member. */
async function fill(client: ServiceClient): Promise<void> {
  await client.importFile({ kind: 'profiles', fingerprint: 'people', lines });
  const audience = await client.createAudience('US', 'homeAddress.country = "US"');
  await client.evaluate([audience]);
  assert.deepEqual(await client.memberIds(audience), ['ann@example.org']);
}

/** Exports the people into a file. */
async function exportPeople(client: ServiceClient): Promise<void> {
  const wanted = { destination: { datasetId: 'any' }, schema: { name: '_xdm.context.profile' } };
  const headers = { 'content-type': 'application/json' };
  await client.request('POST', '/export/jobs', { body: JSON.stringify(wanted), headers });
  await eventually('end of the export', async () =>
    (await client.request('GET', '/export/jobs')).text.includes('SUCCEEDED') ? true : null,
  );
}

/** What there is of each kind. */
async function countAll(client: ServiceClient): Promise<readonly number[]> {
  const [names, imports, jobs] = [await client.audienceNames(), await client.imports(), await client.jobs()];
  return [names.size, imports.children.length, jobs.children.length];
}

test('a reset in which the server was killed has happened altogether or not at all', async (context) => {
  const site = await CrashSite.open();
  context.after(() => site.close());
  for (const delayMs of [0, 2, 5, 10, 20, 40]) {
    const client = site.server.client(tenant);
    if ((await countAll(client))[0] === 0) await fill(client);
    const url = `${site.server.url}/data/foundation/sandbox-management/sandboxes/${tenant.sandbox}`;
    const headers = { authorization: 'Bearer any', 'x-api-key': 'any', 'x-gw-ims-org-id': tenant.org };
    const body = JSON.stringify({ action: 'reset' });
    const sent = fetch(url, { method: 'PUT', headers: { ...headers, 'content-type': 'application/json' }, body });
    // The server is gone before it answers, or after.
    const ended = sent.then(
      () => undefined,
      () => undefined,
    );
    await delay(delayMs);
    await site.crash();
    await ended;
    const counts = await countAll(site.server.client(tenant));
    assert.ok(['0,0,0', '1,1,1'].includes(counts.join()), `after ${delayMs} ms: ${counts.join()}`);
  }
});

test('a removal that was begun is ended by the next server', async (context) => {
  const site = await CrashSite.open();
  context.after(() => site.close());
  await fill(site.server.client(tenant));
  await exportPeople(site.server.client(tenant));
  const exportsPath = join(site.folder, 'exports');
  assert.equal(readdirSync(exportsPath).length, 1);
  await site.server.kill();
  const store = await openControlStore(`sqlite:${join(site.folder, 'control.sqlite')}`);
  await store.sandboxes.beginRemoval(scopeOf(tenant), 'deleting');
  await store.close();
  await site.crash();
  const client = site.server.client(tenant);
  assert.deepEqual(await countAll(client), [0, 0, 0]);
  assert.deepEqual(readdirSync(exportsPath), []);
  await site.inspect(async (data) => {
    assert.deepEqual(await data.count(scopeOf(tenant)), { profiles: 0, events: 0 });
  });
});
