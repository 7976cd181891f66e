import assert from 'node:assert/strict';
import { env } from 'node:process';
import test from 'node:test';
import { compareBackEnds } from './compare-back-ends.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`closures and SQL find the same members, seed ${seed}`, async () => {
  const found = await compareBackEnds({ seed, worlds: 4, peoplePerWorld: 40, expressionsPerWorld: 250 });
  assert.deepEqual(found.slice(0, 3), [], `${found.length} disagreements; MUSTER_SEED=${seed} repeats them`);
});
