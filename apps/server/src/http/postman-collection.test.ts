import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type { InjectOptions } from 'fastify';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { ExampleResources, openExampleWorld, type ResourceName } from '../testing/example-world.ts';
import { operationRows } from '../testing/operation-rows.ts';

const Pair = Type.Object({ key: Type.String(), value: Type.String(), disabled: Type.Optional(Type.Boolean()) });
const Item = Type.Object({
  name: Type.String({ minLength: 1 }),
  event: Type.Optional(Type.Array(Type.Object({ script: Type.Object({ exec: Type.Array(Type.String()) }) }))),
  request: Type.Object({
    method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    description: Type.String(),
    auth: Type.Optional(Type.Object({ type: Type.Literal('noauth') })),
    header: Type.Array(Pair),
    url: Type.Object({ raw: Type.String(), path: Type.Array(Type.String()), query: Type.Array(Pair) }),
    body: Type.Optional(
      Type.Union([
        Type.Object({ mode: Type.Literal('raw'), raw: Type.String() }),
        Type.Object({ mode: Type.Literal('urlencoded'), urlencoded: Type.Array(Pair) }),
      ]),
    ),
  }),
});
type Item = Type.Static<typeof Item>;
const Collection = Type.Object({
  variable: Type.Array(Pair),
  item: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), item: Type.Array(Item) })),
});

const world = await openExampleWorld();
after(() => world.close());

const collection: unknown = (await world.app.inject({ url: '/postman.json', headers: { host: 'muster:81' } })).json();
assert.ok(Check(Collection, collection), 'the collection has another form');
const items = collection.item.flatMap(({ item }) => item);
const defaults = new Map(collection.variable.map(({ key, value }) => [key, value]));

/** What the variables of ids stand for. */
const resourcesOf: Readonly<Record<string, ResourceName>> = {
  audienceId: 'audience',
  definitionId: 'audience',
  jobId: 'job',
  scheduleId: 'schedule',
  previewId: 'preview',
  exportId: 'export',
  importId: 'import',
  operationId: 'externalOperation',
  externalId: 'external',
  runId: 'externalRun',
  sandboxName: 'sandbox',
};

/** The variables of a request as they are when others of the collection have made what it is about. */
async function variablesFor(item: Item, resources: ExampleResources): Promise<ReadonlyMap<string, string>> {
  const { org: organisation, sandbox } = resources.tenant;
  const variables = new Map([...defaults, ...Object.entries({ baseUrl: '', organisation, sandbox })]);
  for (const [, name = ''] of JSON.stringify(item).matchAll(/\{\{(\w+)\}\}/g)) {
    const resource = resourcesOf[name];
    if (resource !== undefined) variables.set(name, await resources.idOf(resource));
  }
  return variables;
}

/** A request as Postman sends it. */
function requestOf({ request }: Item, variables: ReadonlyMap<string, string>): InjectOptions {
  const fill = (text: string): string =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => variables.get(name) ?? assert.fail(`no variable ${name}`));
  const headers = Object.fromEntries(request.header.map(({ key, value }) => [key, fill(value)]));
  const token = request.auth === undefined ? { authorization: fill('Bearer {{token}}') } : {};
  const { body } = request;
  const form =
    body?.mode === 'urlencoded' ? body.urlencoded.map(({ key, value }): [string, string] => [key, value]) : [];
  const payload = body?.mode === 'raw' ? fill(body.raw) : new URLSearchParams(form).toString();
  return {
    method: request.method,
    url: fill(request.url.raw),
    headers: { ...headers, ...token },
    ...(body === undefined ? {} : { payload }),
  };
}

/** The variables that the script of a request sets after this answer. */
function keptBy({ event = [] }: Item, code: number, answer: string): ReadonlyMap<string, unknown> {
  const set = new Map<string, unknown>();
  const pm = {
    response: { code, json: (): unknown => JSON.parse(answer) },
    collectionVariables: { set: (name: string, value: unknown) => set.set(name, value) },
  };
  for (const { script } of event) runInNewContext(script.exec.join('\n'), { pm, String });
  return set;
}

test('the collection has every operation once, but for other addresses of the same, and knows its server', () => {
  const ids = items.map(({ request }) => request.description);
  const wanted = world.operations.map(({ id }) => id).filter((id) => !/Alias$|^createTokenV[12]$/.test(id));
  assert.deepEqual([...ids].sort(), wanted.sort());
  assert.equal(defaults.get('baseUrl'), 'http://muster:81');
  const last = collection.item.at(-1);
  assert.ok(last?.name === 'removal' && last.item.every(({ request }) => request.method === 'DELETE'));
});

test('every request of the collection is accepted, and keeps the id of what it creates', async () => {
  const keeping: string[] = [];
  for (const item of items) {
    const { description: id } = item.request;
    const resources = new ExampleResources(world.app, { org: `${id}@AdobeOrg`, sandbox: 'prod' }, id);
    const variables = await variablesFor(item, resources);
    const { statusCode, body } = await world.app.inject(requestOf(item, variables));
    assert.equal(statusCode, operationRows[id]?.own ?? 200, `${id}: ${body.slice(0, 500)}`);
    for (const [name, value] of keptBy(item, statusCode, body)) {
      assert.ok(defaults.has(name), name);
      assert.ok(typeof value === 'string' && !['', 'undefined'].includes(value), `${id}: ${name} is ${value}`);
      keeping.push(name);
    }
  }
  // Those that a path needs and that nobody could know.
  const unknown = [...defaults].flatMap(([name, value]) => (value === '' ? [name] : []));
  for (const name of unknown) assert.ok(keeping.includes(name), `no request sets ${name}`);
});
