/** Evaluations whose engine is killed while the server goes on. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { CrashSite } from './crash-site.ts';
import { assertSameOutcome, type CrashPlan, evaluateCalmly, momentOf } from './evaluation-crash.ts';

/**
 * Evaluates in two sandboxes and kills the engine meanwhile in one of them. Checks that the API answers and that the job
 * is tried again until it succeeds, with the counters of the other.
 */
export async function killEngineDuringEvaluations(site: CrashSite, { calm, stormy, rounds }: CrashPlan): Promise<void> {
  const client = site.server.client(stormy.tenant);
  for (const { day, kills } of rounds) {
    const asOf = momentOf(day);
    const { job, takesMs } = await evaluateCalmly(site, calm, asOf);
    const { id } = await client.startJob(stormy.audiences, asOf);
    for (const kill of kills) {
      await delay(kill * takesMs);
      site.server.killEngine();
      assert.equal((await client.audienceNames()).size, stormy.audiences.length, 'the API answers');
      assert.equal((await client.jobOf(id)).id, id);
    }
    assertSameOutcome([job, calm], [await client.endedJob(id), stormy]);
  }
  assert.ok(!site.server.hasEnded(), site.server.said);
}
