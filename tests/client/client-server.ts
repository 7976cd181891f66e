/** A server over real stores, and clients of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type ClientOptions, createClient, type MusterClient } from '@muster/client';
import { decodeConfig, openMuster } from '@muster/server';

/** People to import: two in Germany, one in France. */
export const people = ['ada DE', 'bob DE', 'cleo FR']
  .map((line) => line.split(' '))
  .map(([id, country]) => JSON.stringify({ identityMap: { email: [{ id, primary: true }] }, homeAddress: { country } }))
  .map((line) => `${line}\n`)
  .join('');

/** The address of a server that ends with the tests of the file. */
export async function startServer(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-client-'));
  const external = join(folder, 'external');
  mkdirSync(external);
  writeFileSync(join(external, 'vips.csv'), 'email\nada\n');
  const settings = {
    MUSTER_DATA_DIR: join(folder, 'data'),
    MUSTER_EXTERNAL_DIR: external,
    MUSTER_LOG_LEVEL: 'silent',
    MUSTER_PORT: '0',
  };
  const muster = await openMuster(decodeConfig(settings));
  after(async () => {
    await muster.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return muster.listen();
}

/** A client of a sandbox of its own. */
export function clientOf(baseUrl: string, sandbox: string, options: Partial<ClientOptions> = {}): MusterClient {
  const who = { token: 'any', apiKey: 'any', org: 'CLIENT@AdobeOrg', sandbox };
  return createClient({ baseUrl, ...who, ...options });
}

/** What a sequence gives, in an array. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
