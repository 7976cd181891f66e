/** Evaluations that are cut off, and what must be there in the end: what an undisturbed sandbox has. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { audienceId } from '@muster/audience';
import type { EmbeddedDataStore, MembershipChange } from '@muster/store';
import type { JobResource } from '@muster/wire';
import type { Tenant } from '../service/client.ts';
import { type CrashSite, scopeOf } from './crash-site.ts';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2024, 0, 1);

/** How much there is to evaluate. More audiences than fit one statement (64) make a run of several commits. */
export interface EvaluationSize {
  readonly people: number;
  readonly eventsPerPerson: number;
  readonly audiences: number;
}

/** A sandbox with people, events and audiences, the same for all tenants. */
export interface EvaluatedSandbox {
  readonly tenant: Tenant;
  /** In the order of their thresholds. */
  readonly audiences: readonly string[];
}

/** The moment `day` days after the first events. */
export function momentOf(day: number): string {
  return new Date(firstDay + day * dayMs).toISOString();
}

/** The events of a person are spread over 100 days, so that members come and go as time passes. */
function eventLines({ people, eventsPerPerson }: EvaluationSize): string {
  const lines: string[] = [];
  for (let person = 0; person < people; person++) {
    for (let index = 0; index < eventsPerPerson; index++) {
      const day = (person * 37 + index * index * 11) % 100;
      const identityMap = { email: [{ id: `p${person}@example.org`, primary: true }] };
      const order = { priceTotal: (person * 13 + index * 29) % 500 };
      const own = { _id: `${person}-${index}`, timestamp: momentOf(day), eventType: 'commerce.purchases' };
      lines.push(JSON.stringify({ identityMap, ...own, commerce: { order } }));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Fills a sandbox. */
export async function fillSandbox(site: CrashSite, sandbox: string, size: EvaluationSize): Promise<EvaluatedSandbox> {
  const tenant = { org: 'CRASH@AdobeOrg', sandbox };
  const client = site.server.client(tenant);
  await client.importFile({ kind: 'events', fingerprint: 'events', lines: eventLines(size) });
  const audiences = await Promise.all(
    Array.from({ length: size.audiences }, (_, index) => {
      const price = Math.round((index / size.audiences) * 500);
      const days = 1 + (index % 30);
      const condition = `commerce.order.priceTotal >= ${price} and timestamp occurs <= ${days} days before now`;
      return client.createAudience(`at least ${price}`, `xEvent[${condition}].count() >= 1`);
    }),
  );
  return { tenant, audiences };
}

/** Evaluates undisturbed; gives the job and how long it took, in milliseconds. */
export async function evaluateCalmly(
  site: CrashSite,
  { tenant, audiences }: EvaluatedSandbox,
  asOf: string,
): Promise<{ readonly job: JobResource; readonly takesMs: number }> {
  const startedAt = performance.now();
  const job = await site.server.client(tenant).evaluate(audiences, asOf);
  return { job, takesMs: performance.now() - startedAt };
}

/** Evaluations of one moment: undisturbed in one sandbox, in the other with kills at parts of the time it takes. */
export interface CrashRound {
  readonly day: number;
  /** From 0 to 1; fewer than the attempts that a job has. */
  readonly kills: readonly number[];
}

/** Two sandboxes that hold the same, and what to evaluate in both. */
export interface CrashPlan {
  readonly calm: EvaluatedSandbox;
  readonly stormy: EvaluatedSandbox;
  readonly rounds: readonly CrashRound[];
}

/** Evaluates in two sandboxes, kills the server in one of them, and checks that the counters are equal. */
export async function crashDuringEvaluations(site: CrashSite, { calm, stormy, rounds }: CrashPlan): Promise<void> {
  for (const { day, kills } of rounds) {
    const asOf = momentOf(day);
    const { job, takesMs } = await evaluateCalmly(site, calm, asOf);
    const { id } = await site.server.client(stormy.tenant).startJob(stormy.audiences, asOf);
    for (const kill of kills) {
      await delay(kill * takesMs);
      await site.crash();
    }
    assertSameOutcome([job, calm], [await site.server.client(stormy.tenant).endedJob(id), stormy]);
  }
}

/** Checks that the counters of two jobs are equal, audience by audience. */
export function assertSameOutcome(
  [calmJob, calm]: readonly [JobResource, EvaluatedSandbox],
  [stormyJob, stormy]: readonly [JobResource, EvaluatedSandbox],
): void {
  assert.equal(stormyJob.status, 'SUCCEEDED', JSON.stringify(stormyJob.errors));
  assert.deepEqual(countersOf(stormyJob, stormy), countersOf(calmJob, calm));
}

function countersOf({ metrics }: JobResource, { audiences }: EvaluatedSandbox): readonly unknown[] {
  return audiences.map((id) => [metrics.segmentedProfileCounter[id], metrics.segmentedProfileByStatusCounter[id]]);
}

/** Checks, in the data plane, that two sandboxes have the same members and the same log of who came and went. */
export async function assertSameMemberships(
  site: CrashSite,
  calm: EvaluatedSandbox,
  stormy: EvaluatedSandbox,
): Promise<void> {
  await site.inspect(async (data) => {
    for (const [index, id] of calm.audiences.entries()) {
      const [expected, found] = await Promise.all([
        membershipOf(data, calm.tenant, id),
        membershipOf(data, stormy.tenant, stormy.audiences[index] ?? ''),
      ]);
      assert.deepEqual(found, expected, `audience ${index}`);
      assert.deepEqual(found.members, membersByLog(found.log), `the log of audience ${index} leads to its members`);
    }
  });
}

interface Membership {
  readonly members: readonly number[];
  readonly log: readonly MembershipChange[];
}

async function membershipOf(data: EmbeddedDataStore, tenant: Tenant, id: string): Promise<Membership> {
  const scope = scopeOf(tenant);
  const members = await data.members(scope, audienceId(id), { after: null, limit: 100_000, fields: [] });
  const log = await data.changes(scope, audienceId(id), { offset: 0, limit: 1_000_000 });
  // What one run logs has one time, and an order that the engine chooses.
  const sorted = [...log].sort((a, b) => a.at - b.at || a.profileId - b.profileId);
  return { members: members.map(({ profileId }) => profileId), log: sorted };
}

/** Who is a member when every line of the log is followed. Throws when somebody enters or leaves twice. */
function membersByLog(log: readonly MembershipChange[]): readonly number[] {
  const members = new Set<number>();
  for (const { profileId, status } of log) {
    assert.equal(members.has(profileId), status === 'exited', `profile ${profileId} ${status} twice`);
    if (status === 'realized') members.add(profileId);
    else members.delete(profileId);
  }
  return [...members].sort((a, b) => a - b);
}
