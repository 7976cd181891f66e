import assert from 'node:assert/strict';
import { env } from 'node:process';
import test from 'node:test';
import { compareBackEnds } from './compare-back-ends.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`closures and SQL find the same members in more than 100,000 cases, seed ${seed}`, async () => {
  const { disagreements, cases } = await compareBackEnds({
    seed,
    worlds: 25,
    peoplePerWorld: 40,
    expressionsPerWorld: 300,
  });
  assert.deepEqual(
    disagreements.slice(0, 3),
    [],
    `${disagreements.length} disagreements; MUSTER_SEED=${seed} repeats them`,
  );
  assert.ok(cases > 100_000, `only ${cases} cases were compared`);
});
