import { env } from 'node:process';
import test from 'node:test';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';
import { assertSameMemberships, crashDuringEvaluations, fillSandbox } from './evaluation-crash.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`jobs whose server is killed again and again succeed by themselves, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const size = { people: 10_000, eventsPerPerson: 5, audiences: 200 };
  const site = await CrashSite.open();
  context.after(() => site.close());
  const [calm, stormy] = [await fillSandbox(site, 'calm', size), await fillSandbox(site, 'stormy', size)];
  const days = [10, 34, 58, 82, 106];
  const rounds = days.map((day) => ({ day, kills: [random(), random()] }));
  await crashDuringEvaluations(site, { calm, stormy, rounds });
  await assertSameMemberships(site, calm, stormy);
});
