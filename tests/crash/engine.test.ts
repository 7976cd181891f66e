import { env } from 'node:process';
import test from 'node:test';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';
import { killEngineDuringEvaluations } from './engine-crash.ts';
import { assertSameMemberships, fillSandbox } from './evaluation-crash.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`the API answers while the engine is killed during evaluations, which succeed, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const size = { people: 1_000, eventsPerPerson: 5, audiences: 70 };
  const site = await CrashSite.open();
  context.after(() => site.close());
  const [calm, stormy] = [await fillSandbox(site, 'calm', size), await fillSandbox(site, 'stormy', size)];
  const rounds = [20].map((day) => ({ day, kills: [random(), random()] }));
  await killEngineDuringEvaluations(site, { calm, stormy, rounds });
  await assertSameMemberships(site, calm, stormy);
});
