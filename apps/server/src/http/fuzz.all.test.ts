import { env } from 'node:process';
import { after, test } from 'node:test';
import { openExampleWorld } from '../testing/example-world.ts';
import { fuzzOperations } from '../testing/fuzz.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

const world = await openExampleWorld();
after(() => world.close());

test(`no request out of thousands breaks an operation or leaves half of something, seed ${seed}`, async () => {
  await fuzzOperations(world, { seed, runsPerOperation: 400 });
});
