import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ScheduleResource } from '@muster/wire';
import { Check } from 'typebox/value';
import { eventually, type ServiceClient } from '../service/client.ts';
import { CrashSite } from './crash-site.ts';

const tenant = { org: 'CRASH@AdobeOrg', sandbox: 'schedules' };

/** Far enough away for the server to be killed before. */
const leadMs = 4_000;

/** The cron expression of one moment of every day. */
function dailyAt(time: number): string {
  const date = new Date(time);
  return `${date.getUTCSeconds()} ${date.getUTCMinutes()} ${date.getUTCHours()} * * ?`;
}

async function createSchedule(client: ServiceClient, audience: string, schedule: string): Promise<ScheduleResource> {
  const wanted = { name: 'soon', type: 'batch_segmentation', properties: { segments: [audience] }, state: 'active' };
  const answer = await client.request('POST', '/config/schedules', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...wanted, schedule }),
  });
  const body: unknown = JSON.parse(answer.text);
  assert.ok(Check(ScheduleResource, body), answer.text);
  return body;
}

test('a run that was due while no server was there starts once when there is one again', async (context) => {
  const site = await CrashSite.open();
  context.after(() => site.close());
  const client = site.server.client(tenant);
  const audience = await client.createAudience('people', 'person.name.firstName = "Ann"');
  const dueAt = Math.ceil(Date.now() / 1000) * 1000 + leadMs;
  const schedule = await createSchedule(client, audience, dailyAt(dueAt));
  await site.server.kill();
  await delay(dueAt - Date.now());
  await site.crash();
  const job = await eventually('scheduled run', async () => {
    const { children } = await site.server.client(tenant).jobs();
    return children.find(({ status }) => status === 'SUCCEEDED') ?? null;
  });
  assert.equal(job.source, 'scheduler');
  assert.equal(job.requestId, `${schedule.id}-${dueAt}`);
  assert.equal(job.properties?.scheduleId, schedule.id);
  assert.ok(Date.parse(job.muster.asOf) >= dueAt);
  await site.crash();
  const { children } = await site.server.client(tenant).jobs();
  assert.deepEqual(
    children.map(({ id }) => id),
    [job.id],
  );
});
