import { env } from 'node:process';
import test from 'node:test';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';
import { assertImportedOnce, type FileSize, generateFile, importWithCrashes, measureImport } from './import-crash.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

test(`a server killed twice while it receives events has each of them once, seed ${seed}`, async (context) => {
  const random = seededRandom(seed);
  const size: FileSize = { kind: 'events', people: 1_500, linesPerPerson: 6 };
  const file = generateFile(size);
  const site = await CrashSite.open();
  context.after(() => site.close());
  const calm = { org: 'CRASH@AdobeOrg', sandbox: 'calm' };
  const stormy = { org: 'CRASH@AdobeOrg', sandbox: 'stormy' };
  const takesMs = await measureImport(site, calm, file);
  await importWithCrashes(site, stormy, file, [takesMs * random(), takesMs * random()]);
  await assertImportedOnce(site, [calm, stormy], size);
});
