import assert from 'node:assert/strict';
import { env } from 'node:process';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceClient } from '../service/client.ts';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const tenant = { org: 'CRASH@AdobeOrg', sandbox: 'definitions' };
const clientsAtOnce = 4;
const kills = 3;
const delayMsMax = 400;

/** Creates audiences until the server is gone, and remembers those that were acknowledged. */
async function createUntilKilled(
  client: ServiceClient,
  prefix: string,
  acknowledged: Map<string, string>,
): Promise<void> {
  for (let index = 0; ; index++) {
    const name = `${prefix}-${index}`;
    const id = await client.createAudience(name, `person.name.firstName = "${name}"`).catch((error: unknown) => {
      // `fetch` reports a broken connection with a TypeError; anything else is an answer that should not be.
      if (error instanceof TypeError) return null;
      throw error;
    });
    if (id === null) return;
    acknowledged.set(id, name);
  }
}

test(`every audience that was acknowledged before the server was killed is there, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const site = await CrashSite.open();
  context.after(() => site.close());
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < kills; round++) {
    const client = site.server.client(tenant);
    const creating = Array.from({ length: clientsAtOnce }, (_, index) =>
      createUntilKilled(client, `${round}-${index}`, acknowledged),
    );
    await delay(50 + random() * delayMsMax);
    await site.crash();
    await Promise.all(creating);
    const found = await site.server.client(tenant).audienceNames();
    for (const [id, name] of acknowledged) assert.equal(found.get(id), name);
    // One request of each client may have been carried out without an answer.
    assert.ok(found.size <= acknowledged.size + clientsAtOnce * (round + 1), `${found.size} of ${acknowledged.size}`);
    assert.equal(new Set(found.values()).size, found.size);
  }
  assert.ok(acknowledged.size > kills * clientsAtOnce, `only ${acknowledged.size} audiences were created`);
});
