import { env } from 'node:process';
import test from 'node:test';
import { seededRandom } from '../service/seeded-random.ts';
import { CrashSite } from './crash-site.ts';
import { assertImportedOnce, type FileSize, generateFile, importWithCrashes, measureImport } from './import-crash.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const rounds = 4;
const sizes: readonly FileSize[] = [
  { kind: 'events', people: 2_000, linesPerPerson: 10 },
  { kind: 'profiles', people: 3_000, linesPerPerson: 6 },
];

for (const size of sizes) {
  test(`a server killed many times while it receives ${size.kind} has each line once, seed ${seed}`, async (context) => {
    const random = seededRandom(seed);
    const file = generateFile(size);
    const site = await CrashSite.open();
    context.after(() => site.close());
    const tenantOf = (sandbox: string) => ({ org: 'CRASH@AdobeOrg', sandbox });
    const takesMs = await measureImport(site, tenantOf('calm'), file);
    const stormy = Array.from({ length: rounds }, (_, round) => tenantOf(`stormy-${round}`));
    for (const tenant of stormy) {
      await importWithCrashes(site, tenant, file, [takesMs * random(), takesMs * random(), takesMs * random()]);
    }
    await assertImportedOnce(site, [tenantOf('calm'), ...stormy], size);
  });
}
