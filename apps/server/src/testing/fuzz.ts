/** Sends malformed requests to every operation and looks at what they leave behind. */
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { isRecord, type Operation } from '../http/operations.ts';
import { ExampleResources, type ExampleWorld } from './example-world.ts';
import { aim, malformedRequests } from './malformed-requests.ts';
import { operationRows } from './operation-rows.ts';

/** How much a run sends, and the seed that repeats it. */
export interface FuzzOptions {
  readonly seed: number;
  readonly runsPerOperation: number;
}

/** Bytes of the heap that may be in use for whatever reason after many requests more than before them. */
const heapGrowthMax = 64 * 1_048_576;

/** The bytes in use once all garbage is gone. */
function measureHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

/** What a walk has made that is still there. */
class Ledger {
  readonly audiences = new Set<string>();

  /** Notes what an answer says was made or removed. */
  note(operation: Operation, url: string, body: string): void {
    const row = operationRows[operation.id];
    if (row?.makes === 'audience') {
      const made: unknown = JSON.parse(body);
      assert.ok(isRecord(made) && typeof made['id'] === 'string', body);
      this.audiences.add(made['id']);
    }
    const last = url.split('?')[0]?.split('/').at(-1) ?? '';
    if (row?.removes === 'audience') this.audiences.delete(decodeURIComponent(last));
  }
}

/** Whether a request is on behalf of the tenant of the walk. */
function isOwn({ headers = {} }: InjectOptions): boolean {
  return !('x-gw-ims-org-id' in headers || 'x-sandbox-name' in headers);
}

/** A new external audience takes two runs, of which a sandbox has a hundred a day; two operations remove one. */
const externalRemovalsMax = 15;

async function fuzzOperation(
  operation: Operation,
  resources: ExampleResources,
  ledger: Ledger,
  { seed, runsPerOperation }: FuzzOptions,
): Promise<void> {
  const { removes } = operationRows[operation.id] ?? {};
  const numRuns = removes === 'external' ? Math.min(runsPerOperation, externalRemovalsMax) : runsPerOperation;
  const isRead = operation.method === 'GET';
  // What the next request that is refused must leave as it is; null after one that was not.
  let before: unknown = null;
  const property = fc.asyncProperty(malformedRequests(operation), async (malformed) => {
    const ids = await resources.ids();
    ledger.audiences.add(ids.audience);
    const request = aim(operation, malformed, ids);
    before ??= isRead ? null : await readDefinitions(resources);
    const answer = await resources.send(request);
    const what = `${operation.id}: ${answer.statusCode} ${answer.body.slice(0, 500)}`;
    assert.ok(answer.statusCode < 500, what);
    if (answer.statusCode < 400) before = null;
    else if (!isRead) assert.deepEqual(await readDefinitions(resources), before, `refused, but not undone: ${what}`);
    if (answer.statusCode >= 300 || !isOwn(request)) return;
    ledger.note(operation, String(request.url), answer.body);
    if (removes !== undefined) resources.forget(removes);
  });
  await fc.assert(property, { seed, numRuns, includeErrorInReport: true });
}

/** What is defined, as far as a change of it shows: how many there are, and the versions of the latest. */
async function readDefinitions(resources: ExampleResources): Promise<unknown> {
  const base = '/data/core/ups';
  // External audiences get their members, and some are made, by runs that go on in the background.
  const query = 'sort=updateTime:desc,id:asc&limit=10&property=namespace==AEPSegments&property=lifecycleState!=none';
  const { children, _page: page } = (await resources.send({ url: `${base}/audiences?${query}` })).json();
  const schedules = (await resources.send({ url: `${base}/config/schedules` })).body;
  const versions = children.map(({ id, _etag: etag }: { id: unknown; _etag: unknown }) => [id, etag]);
  return { count: page.totalCount, versions, schedules };
}

/** Whether an audience's members come in files: such audiences are made after the answer, so that no answer names them. */
async function hasFiles(resources: ExampleResources, id: string): Promise<boolean> {
  const url = `/data/core/ais/external-audience/${encodeURIComponent(id)}`;
  return (await resources.send({ method: 'PATCH', url, payload: {} })).statusCode === 200;
}

/** All audiences of the tenant without files, whatever their state, by the list. */
async function listAudiences(resources: ExampleResources): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let start = 0; ; start++) {
    const url = `/data/core/ups/audiences?limit=100&start=${start}&sort=creationTime:asc&property=lifecycleState!=none`;
    const { children, _page: page } = (await resources.send({ url })).json();
    for (const { id, type } of children) {
      if (type === 'SegmentDefinition' || !(await hasFiles(resources, id))) ids.add(id);
    }
    if (page.next === undefined) return ids;
  }
}

/**
 * Sends malformed requests to every operation. Throws when one is answered with a 5xx or not as it is documented, when one that
 * is refused changes something, when what is stored afterwards is not exactly what was acknowledged, whole, or when the memory
 * they took is not given back.
 */
export async function fuzzOperations(world: ExampleWorld, options: FuzzOptions): Promise<void> {
  const resources = new ExampleResources(world.app, { org: 'FUZZ@AdobeOrg', sandbox: 'prod' }, 'Fuzz');
  const ledger = new Ledger();
  await resources.ids();
  const heapBefore = measureHeap();
  for (const operation of world.operations) await fuzzOperation(operation, resources, ledger, options);
  const listed = await listAudiences(resources);
  assert.deepEqual([...listed].sort(), [...ledger.audiences].sort(), 'audiences that nobody was told of, or lost ones');
  for (const id of listed) {
    // Whole enough to be sent as the description has it.
    const { statusCode, body } = await resources.send({ url: `/data/core/ups/audiences/${id}` });
    assert.equal(statusCode, 200, body);
  }
  assert.equal((await resources.send({ url: '/health/ready' })).statusCode, 200);
  const growth = measureHeap() - heapBefore;
  assert.ok(growth < heapGrowthMax, `${growth} bytes were not given back`);
}
