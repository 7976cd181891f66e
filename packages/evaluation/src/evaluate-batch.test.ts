import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import {
  actorId,
  audienceId,
  decodeOrgId,
  decodeSandboxName,
  epochMs,
  type JobAudience,
  jobId,
  type Scope,
} from '@muster/audience';
import { builtInSchema, decodeDocument, parseExpression, writePqlJson } from '@muster/pql';
import {
  type ControlStore,
  type DataStore,
  openEmbeddedDataStore,
  openSqliteControlStore,
  RulesExhausted,
} from '@muster/store';
import { evaluateBatch } from './evaluate-batch.ts';
import { re2Engine } from './regex.ts';

const asOf = epochMs(Date.UTC(2024, 1, 29));

function scopeOf(sandbox: string): Scope {
  const org = decodeOrgId('test@MusterOrg');
  const name = decodeSandboxName(sandbox);
  assert.ok(org !== null && name !== null);
  return { org, sandbox: name, actor: actorId('test') };
}

function audience(id: string, value: string): JobAudience {
  return {
    audienceId: audienceId(id),
    expression: { type: 'PQL', format: 'pql/text', value },
    mergePolicyId: 'default',
  };
}

suite('a batch evaluation', () => {
  let folder: string;
  let data: DataStore;
  let control: ControlStore;
  /** What the latest evaluation said of audiences that it left out. */
  let messages: readonly string[] = [];
  let hasFailed = false;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-evaluation-'));
    data = await openEmbeddedDataStore({ folder });
    control = await openSqliteControlStore({ path: ':memory:' });
  });
  after(async () => {
    await data.close();
    await control.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(scope: Scope, people: Readonly<Record<string, object>>): Promise<void> {
    const records = Object.entries(people).map(([id, json]) => {
      const { document: attributes } = decodeDocument(builtInSchema.profile, json);
      return { identity: { namespace: 'key', id }, attributes, time: epochMs(0) };
    });
    await data.write(scope, builtInSchema, { datasetId: 'test', records, events: [] });
  }

  async function evaluate(
    scope: Scope,
    audiences: readonly JobAudience[],
    id = `job-${scope.sandbox}`,
  ): Promise<Readonly<Record<string, number>>> {
    const deps = { control, data, regex: re2Engine, clock: { now: () => asOf } };
    const job = { id: jobId(id), asOf, audiences };
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const { metrics, problems, isFailure } = await evaluateBatch(deps, scope, job, options);
    hasFailed = isFailure;
    messages = problems.flatMap(({ details }) => details.map(({ message }) => message));
    return Object.fromEntries(metrics.counts.map(({ audienceId: id, total }) => [id, total]));
  }

  test('leaves out people with a general opt-out, and no one else', async () => {
    const scope = scopeOf('opt-out');
    const optOut = (optOutType: string, optOutValue: string): object => ({
      privacyOptOuts: [{ optOutType, optOutValue }],
    });
    await write(scope, {
      free: { homeAddress: { country: 'DE' } },
      gone: { homeAddress: { country: 'DE' }, ...optOut('general_opt_out', 'out') },
      back: { homeAddress: { country: 'DE' }, ...optOut('general_opt_out', 'in') },
      unsold: { homeAddress: { country: 'DE' }, ...optOut('sales_sharing_opt_out', 'out') },
    });
    const found = await evaluate(scope, [
      audience('germans', 'homeAddress.country = "DE"'),
      audience('others', 'not inSegment("germans")'),
    ]);
    assert.deepEqual(found, { germans: 3, others: 0 });
  });

  test('finds the same members for a rule in the JSON form as for its text', async () => {
    const scope = scopeOf('json');
    await write(scope, { a: { homeAddress: { country: 'DE' } }, b: { homeAddress: { country: 'FR' } } });
    const text = 'homeAddress.country = "DE"';
    const value = JSON.stringify(writePqlJson(parseExpression(text).ast));
    const json: JobAudience = { ...audience('json', ''), expression: { type: 'PQL', format: 'pql/json', value } };
    assert.deepEqual(await evaluate(scope, [audience('text', text), json]), { text: 1, json: 1 });
  });

  test('refuses a rule that does not fit the fields, naming the audience and the place', async () => {
    assert.deepEqual(await evaluate(scopeOf('refusal'), [audience('typo', 'homeAdress.country = "DE"')]), {});
    assert.match(messages.join('\n'), /^audience `typo`: unknown field `homeAdress`$/);
    assert.equal(hasFailed, true);
  });

  test('leaves out what does not fit the fields, with what refers to it, and evaluates the others', async () => {
    const scope = scopeOf('partly');
    await write(scope, { a: { homeAddress: { country: 'DE' } } });
    const found = await evaluate(scope, [
      audience('indirect', 'inSegment("dependent") or true'),
      audience('typo', 'homeAdress.country = "DE"'),
      audience('germans', 'homeAddress.country = "DE"'),
      audience('dependent', 'not inSegment("typo")'),
    ]);
    assert.deepEqual(found, { germans: 1 });
    assert.equal(hasFailed, false);
    assert.match(
      messages.join('\n'),
      /^audience `indirect` refers to `dependent`, .*\n.*`typo`: unknown.*\n.*`dependent` refers to `typo`/,
    );
  });

  test('leaves out all that is built on one rule, over as many others as there are', async () => {
    const scope = scopeOf('tower');
    await write(scope, { a: { homeAddress: { country: 'DE' } } });
    const tower = Array.from({ length: 2_000 }, (_, at) => audience(`t-${at + 1}`, `inSegment("t-${at}")`));
    const found = await evaluate(scope, [
      ...tower.toReversed(),
      audience('t-0', 'homeAdress.country = "DE"'),
      audience('germans', 'homeAddress.country = "DE"'),
    ]);
    assert.deepEqual(found, { germans: 1 });
    assert.equal(messages.length, 2_001);
    assert.match(messages[0] ?? '', /^audience `t-2000` refers to `t-1999`,/);
  });

  test('leaves out rules that need more memory than there is, and only those and what is built on them', async () => {
    const scope = scopeOf('heavy');
    const xEvent = Array.from({ length: 12_000 }, (_, at) => ({ _id: `${at}`, timestamp: at, eventType: 'view' }));
    const events = xEvent.map((body) => {
      const { document } = decodeDocument(builtInSchema.event, { ...body, timestamp: new Date(body.timestamp) });
      return {
        identity: { namespace: 'key', id: 'busy' },
        id: body._id,
        timestamp: epochMs(body.timestamp),
        body: document,
      };
    });
    await data.write(scope, builtInSchema, { datasetId: 'test', records: [], events });
    const triples =
      'exists A from xEvent, B from xEvent, C from xEvent where A.timestamp > B.timestamp and C._id = "x"';
    const found = await evaluate(scope, [
      audience('built-on-it', 'inSegment("triples") or homeAddress.country = "DE"'),
      audience('triples', triples),
      audience('general', 'xEvent.topN(timestamp, 1).map(_id).head() = "11999"'),
      audience('built-on-general', 'inSegment("general")'),
      audience('simple', 'xEvent.count() > 3'),
    ]);
    assert.deepEqual(found, { general: 1, 'built-on-general': 1, simple: 1 });
    assert.match(messages.join('\n'), /^audience `built-on-it`: .* each pair\. .*\naudience `triples`: .*$/);
    const one = [audience('triples', `${triples} and inSegment("simple")`), audience('simple', 'xEvent.count() > 3')];
    assert.deepEqual(await evaluate(scope, one, 'second'), { simple: 1 });
    assert.equal(hasFailed, true, 'only what it refers to was evaluated');
  });

  test('evaluates rules that are as large as they may be', async () => {
    const scope = scopeOf('large');
    const { document: body } = decodeDocument(builtInSchema.event, { _id: 'e', timestamp: asOf, eventType: 'x' });
    const identity = { namespace: 'key', id: 'ann' };
    await write(scope, { ann: { person: { name: { firstName: 'n7' } }, loyalty: { points: 1 } } });
    const events = [{ identity, id: 'e', timestamp: asOf, body }];
    await data.write(scope, builtInSchema, { datasetId: 'test', records: [], events });
    const listed = (count: number, item: (index: number) => string, separator = ', '): string =>
      Array.from({ length: count }, (_, index) => item(index)).join(separator);
    const doubled = listed(12, (index) => `let a${index + 1} = (a${index} + a${index}) in `, '');
    const layers = listed(60, () => 'if(', '');
    const rules: Readonly<Record<string, string>> = {
      counts: listed(1_000, (index) => `xEvent[eventType = "${index}"].count() < 5`, ' and '),
      members: `not (${listed(3_000, (index) => `inSegment("${index}")`, ' or ')})`,
      conditions: `exists E from xEvent where ${listed(1_500, (index) => `E.eventType != "${index}"`, ' and ')}`,
      sum: `${listed(250, () => 'loyalty.points', ' + ')} = 250`,
      list: `person.name.firstName in [${listed(7_000, (index) => `"n${index}"`)}]`,
      fields: `person.name.firstName in [person.name.lastName, ${listed(3_000, (index) => `"n${index}"`)}]`,
      any: `person.name.firstName.equals(${listed(3_000, (index) => `"n${index}"`)})`,
      filters: `xEvent${'[eventType = "x"]'.repeat(250)}.count() = 1`,
      let: `let a0 = loyalty.points in ${doubled}a12 = 4096`,
      branches: `${layers}person.name.firstName${' like "n%", "n7", "b")'.repeat(60)} = "n7"`,
      variables: `exists ${listed(50, (index) => `v${index} from xEvent where v${index}.eventType = "x"`)}`,
      all: `forall ${listed(50, (index) => `v${index} from xEvent where v${index}.eventType = "x"`)}`,
      chain: `not chain(xEvent, timestamp, [${listed(49, (index) => `s${index}: WHAT(eventType = "x")`)}])`,
      groups: `xEvent${'.groupBy(eventType).map((K, G) => G.head())'.repeat(4)}.count() = 1`,
    };
    const found = await evaluate(
      scope,
      Object.entries(rules).map(([id, text]) => audience(id, text)),
    );
    assert.deepEqual(messages, []);
    assert.deepEqual(found, Object.fromEntries(Object.keys(rules).map((id) => [id, 1])));
  });

  test('finds the few rules that need too much among many in few runs', async () => {
    const scope = scopeOf('many');
    await write(scope, { a: { homeAddress: { country: 'DE' } } });
    const heavy = new Set(['a-7', 'a-40']);
    let runs = 0;
    // The engine as it is, but for two rules: they take all that are computed with them down.
    const short: Pick<DataStore, 'layout' | 'runBatch'> = {
      layout: (...given) => data.layout(...given),
      runBatch: (of, run, options) => {
        runs += 1;
        const ids = run.plan.audiences.map((planned) => audienceId(planned.audienceId));
        if (ids.some((id) => heavy.has(id))) return Promise.reject(new RulesExhausted(ids));
        return data.runBatch(of, run, options);
      },
    };
    const audiences = Array.from({ length: 64 }, (_, at) => audience(`a-${at}`, 'homeAddress.country = "DE"'));
    const deps = { control, data: short, regex: re2Engine, clock: { now: () => asOf } };
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const job = { id: jobId('job-many'), asOf, audiences };
    const { metrics, problems } = await evaluateBatch(deps, scope, job, options);
    assert.equal(metrics.counts.length, 62);
    assert.ok(metrics.counts.every(({ total }) => total === 1));
    assert.deepEqual(
      problems.map((problem) => problem instanceof RulesExhausted && problem.audienceIds),
      [['a-7'], ['a-40']],
    );
    assert.ok(runs <= 25, `${runs} runs`);
  });
});
