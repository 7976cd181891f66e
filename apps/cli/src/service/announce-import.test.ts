import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@muster/client';
import { decodeConfig, openMuster } from '@muster/server';
import { announceImport } from './announce-import.ts';

const person = '{"identityMap": {"Email": [{"id": "ann@example.org", "primary": true}]}}\n';

test('a file that is still being received is announced when its sender has let go', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-cli-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const settings = { MUSTER_DATA_DIR: folder, MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'silent' };
  const muster = await openMuster(decodeConfig(settings));
  context.after(() => muster.close());
  const who = { token: 'any', apiKey: 'any', org: 'DEMO@AdobeOrg', sandbox: 'prod' };
  const client = createClient({ baseUrl: await muster.listen(), ...who });
  const announcement = { name: 'people.jsonl', kind: 'profiles', fingerprint: 'people-1' } as const;
  const { id } = await client.imports.create(announcement);

  const rest = Promise.withResolvers<void>();
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(person);
    await rest.promise;
  }
  const sent = client.imports.putContent(id, slowly());
  while ((await client.imports.get(id)).status !== 'receiving');
  const announced = announceImport(client, announcement);
  rest.resolve();
  assert.equal((await announced).status, 'succeeded');
  assert.equal((await sent).status, 'succeeded');
});
