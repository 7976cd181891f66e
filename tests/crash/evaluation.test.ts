import { env } from 'node:process';
import test from 'node:test';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';
import { assertSameMemberships, crashDuringEvaluations, fillSandbox } from './evaluation-crash.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`a job whose server is killed succeeds by itself, with the members of an undisturbed run, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const size = { people: 1_000, eventsPerPerson: 5, audiences: 70 };
  const site = await CrashSite.open();
  context.after(() => site.close());
  const [calm, stormy] = [await fillSandbox(site, 'calm', size), await fillSandbox(site, 'stormy', size)];
  await crashDuringEvaluations(site, {
    calm,
    stormy,
    rounds: [
      { day: 20, kills: [random()] },
      { day: 60, kills: [random()] },
    ],
  });
  await assertSameMemberships(site, calm, stormy);
});
