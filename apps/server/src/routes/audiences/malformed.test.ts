import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { type AudienceClient, externalSample, openClient, platformSample } from '../../testing/audience-client.ts';

const seed = 20_240_229;
const requests = 700;

/** Whole numbers below a bound, the same for the same seed. */
function numbersOf(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Values that fit nowhere, or nearly everywhere. */
const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  'x'.repeat(3_000),
  [],
  [null],
  [[]],
  {},
  { enabled: 'yes' },
  { type: 'PQL', format: 'pql/json', value: '{"nodeType":"fnApply","fnName":"and","params":[]}' },
  { type: 'PQL', format: 'pql/text', value: '((((' },
  { type: 'PQL', format: 'pql/text', value: 'inSegment("nobody")' },
  { name: {} },
  '\u202e',
  'deleted',
  '__proto__',
];

const fields = [
  ...[
    'name',
    'description',
    'type',
    'expression',
    'schema',
    'labels',
    'tags',
    'ttlInDays',
    'lifecycleState',
    'namespace',
  ],
  ...[
    'audienceId',
    'originName',
    'evaluationInfo',
    'mergePolicyId',
    'ansibleDataModel',
    'datasetId',
    'audienceMeta',
    'id',
  ],
  ...['linkedAudienceRef', 'overridePerformanceWarnings', 'profileInstanceId', '_etag', 'metrics', 'ids', 'resources'],
];
const pointers = [
  ...fields.map((field) => `/${field}`),
  ...['', '/', '//', 'name', '/labels/-', '/labels/0', '/labels/99', '/expression/value', '/expression/value/x'],
  ...['/evaluationInfo/continuous/enabled', '/a~0b', '/a~2', '/__proto__', '/constructor/prototype', '/%00'],
];
const operations = ['add', 'replace', 'remove', 'test', 'move', 'copy', 'ADD', '', null, 7];

/** Makes requests that are wrong in some way, and now and then right. */
class Fuzzer {
  readonly #below: (bound: number) => number;

  constructor(start: number) {
    this.#below = numbersOf(start);
  }

  pick<Value>(values: readonly Value[]): Value | undefined {
    return values[this.#below(values.length)];
  }

  /** A sample with one to three of its fields replaced, added or left out. */
  object(sample: object): object {
    const members = new Map<string, unknown>(Object.entries(sample));
    for (let count = this.#below(3); count >= 0; count -= 1) {
      const field = this.pick(fields) ?? 'name';
      if (this.#below(4) === 0) members.delete(field);
      else members.set(field, this.pick(oddValues));
    }
    return Object.fromEntries(members);
  }

  patch(): unknown {
    if (this.#below(10) === 0) return this.pick(oddValues);
    return Array.from({ length: this.#below(4) }, () => ({
      op: this.pick(operations),
      path: this.pick(pointers),
      ...(this.#below(5) === 0 ? {} : { value: this.pick(oddValues) }),
    }));
  }
}

/** One random request; its answer. */
async function sendRandom(
  client: AudienceClient,
  fuzzer: Fuzzer,
  ids: readonly string[],
): Promise<LightMyRequestResponse> {
  const id = fuzzer.pick(ids) ?? '';
  const sample = fuzzer.pick([platformSample, externalSample]) ?? platformSample;
  const headers: Record<string, string> = {
    ...client.headers,
    'content-type': fuzzer.pick(['application/json', 'application/json-patch+json']) ?? '',
    ...fuzzer.pick<object>([
      {},
      {},
      { 'if-match': '*' },
      { 'if-match': '"x"' },
      { 'if-match': ',"' },
      { 'idempotency-key': 'k' },
    ]),
  };
  const path = '/data/core/ups/audiences';
  const target = fuzzer.pick([
    { method: 'POST', url: path, payload: fuzzer.object(sample) },
    { method: 'PUT', url: `${path}/${id}`, payload: fuzzer.object(sample) },
    { method: 'PATCH', url: `${path}/${id}`, payload: fuzzer.patch() },
    { method: 'PATCH', url: `${path}/${id}`, payload: fuzzer.patch() },
    {
      method: 'POST',
      url: `${path}/bulk-get`,
      payload: fuzzer.pick([...oddValues, { ids: fuzzer.pick(oddValues) }, [id]]),
    },
    { method: 'POST', url: `${path}/bulk-patch-metric`, payload: fuzzer.object({ jobId: 'j', jobType: 'AO' }) },
    {
      method: 'GET',
      url: `${path}?property=${encodeURIComponent(`${fuzzer.pick(fields)}${fuzzer.pick(['==', '>', '!', '=contains'])}x`)}`,
    },
    {
      method: 'GET',
      url: `${path}?sort=${fuzzer.pick(fields)}:${fuzzer.pick(['asc', 'up', ''])}&start=${fuzzer.pick(['', '-1', '0', 'x'])}`,
    },
  ] as const);
  assert.ok(target !== undefined);
  const { method, url } = target;
  const payload = 'payload' in target ? JSON.stringify(target.payload) : undefined;
  return client.server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
}

test(`no request, however malformed, fails inside the server or changes what it was refused for, seed ${seed}`, async (context) => {
  const client = await openClient(context);
  const fuzzer = new Fuzzer(seed);
  const ids: string[] = ['nobody', 'bulk-get'];
  for (const sample of [platformSample, externalSample]) ids.push((await client.create(sample)).id);
  const snapshot = async (): Promise<string> => (await client.get('?property=id&limit=100&sort=id:asc')).body;
  let before = await snapshot();
  const statuses = new Map<number, number>();
  for (let count = 0; count < requests; count += 1) {
    const response = await sendRandom(client, fuzzer, ids);
    const { statusCode } = response;
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    assert.ok(statusCode < 500, `request ${count}: ${response.body}`);
    const after = await snapshot();
    if (statusCode >= 400) {
      assert.equal(after, before, `request ${count}: ${response.body}`);
      assert.ok(response.json().errors !== undefined, response.body);
    }
    before = after;
  }
  for (const status of [200, 207, 400, 404, 412])
    assert.ok((statuses.get(status) ?? 0) > 0, `no ${status}: ${[...statuses]}`);
});
