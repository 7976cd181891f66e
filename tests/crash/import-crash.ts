/** Files whose import is cut off by killing the server, and what must be there in the end. */
import assert from 'node:assert/strict';
import { eventually, type ImportFile, type ServiceClient, type Tenant } from '../service/client.ts';
import { type CrashSite, scopeOf } from './crash-site.ts';

/** How large a file is: so many people with so many lines each. */
export interface FileSize {
  readonly kind: ImportFile['kind'];
  readonly people: number;
  readonly linesPerPerson: number;
}

/** Makes a line long, so that few of them fill a batch of 8 MiB; the field is not in the schema. */
const padding = 'x'.repeat(3_000);

/** A file of XDM documents: the lines of a person are spread over it. */
export function generateFile({ kind, people, linesPerPerson }: FileSize): ImportFile {
  const lines: string[] = [];
  for (let turn = 0; turn < linesPerPerson; turn++) {
    for (let person = 0; person < people; person++) {
      const identityMap = { email: [{ id: `p${person}@example.org`, primary: true }] };
      const time = new Date(Date.UTC(2024, 0, 1 + turn, 0, 0, person % 3600)).toISOString();
      const own =
        kind === 'events'
          ? { _id: `${person}-${turn}`, timestamp: time, eventType: 'web.webpagedetails.pageViews' }
          : { person: { name: { firstName: `name ${turn}` } }, extSourceSystemAudit: { lastUpdatedDate: time } };
      lines.push(JSON.stringify({ identityMap, ...own, padding }));
    }
  }
  return { kind, fingerprint: `${kind} ${people} ${linesPerPerson}`, lines: `${lines.join('\n')}\n` };
}

/** What an undisturbed import takes, in milliseconds. */
export async function measureImport(site: CrashSite, tenant: Tenant, file: ImportFile): Promise<number> {
  const startedAt = performance.now();
  await site.server.client(tenant).importFile(file);
  return performance.now() - startedAt;
}

/**
 * Sends a file, killing the server after each of `delaysMs`, and lets it go through in the end. Checks after each crash
 * that what had been acknowledged is there. Gives the numbers of rows that were acknowledged before each crash.
 */
export async function importWithCrashes(
  site: CrashSite,
  tenant: Tenant,
  file: ImportFile,
  delaysMs: readonly number[],
): Promise<readonly number[]> {
  const acknowledged: number[] = [];
  const { id } = await site.server.client(tenant).announce(file);
  for (const delayMs of delaysMs) {
    const client = site.server.client(tenant);
    if ((await client.importOf(id)).status === 'succeeded') break;
    const rows = await killWhileSending(site, client, { id, file, delayMs });
    acknowledged.push(rows);
    const found = await site.server.client(tenant).importOf(id);
    assert.ok(found.committedRows >= rows, `${rows} rows were acknowledged, ${found.committedRows} are known`);
    assert.ok(['interrupted', 'succeeded'].includes(found.status), JSON.stringify(found));
    if (file.kind === 'events') await assertEventsAreThere(site.server.client(tenant), found.committedRows);
  }
  const client = site.server.client(tenant);
  const again = await client.announce(file);
  assert.equal(again.id, id, 'the file has the import it had');
  if (again.status !== 'succeeded') assert.equal((await client.send(id, file.lines)).status, 'succeeded');
  return acknowledged;
}

/** Kills the server while it receives a file; gives the rows it had acknowledged until then. */
async function killWhileSending(
  site: CrashSite,
  client: ServiceClient,
  { id, file, delayMs }: { readonly id: string; readonly file: ImportFile; readonly delayMs: number },
): Promise<number> {
  const sending = client.send(id, file.lines).catch(() => null);
  const killAt = performance.now() + delayMs;
  let rows = 0;
  await eventually('moment to kill', async () => {
    rows = (await client.importOf(id)).committedRows;
    return performance.now() >= killAt ? true : null;
  });
  await site.crash();
  await sending;
  return rows;
}

/** The durable rows of an import of events are events that an evaluation finds. */
async function assertEventsAreThere(client: ServiceClient, committedRows: number): Promise<void> {
  const audience = await client.createAudience('anyone with events', 'xEvent.count() > 0');
  const job = await client.evaluate([audience]);
  const people = job.metrics.segmentedProfileCounter[audience] ?? 0;
  // The lines of a file go through all people in turns.
  assert.ok(
    people >= Math.min(committedRows, job.metrics.totalProfiles ?? 0),
    `${people} people, ${committedRows} rows`,
  );
}

/** Checks that a tenant has what a file holds, each line once. */
export async function assertImportedOnce(
  site: CrashSite,
  tenants: readonly Tenant[],
  { kind, people, linesPerPerson }: FileSize,
): Promise<void> {
  await site.inspect(async (data) => {
    for (const tenant of tenants) {
      const expected = { profiles: people, events: kind === 'events' ? people * linesPerPerson : 0 };
      assert.deepEqual(await data.count(scopeOf(tenant)), expected, tenant.sandbox);
    }
  });
}
