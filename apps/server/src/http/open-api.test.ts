import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import packageDocument from '../../package.json' with { type: 'json' };
import { ExampleResources, openExampleWorld } from '../testing/example-world.ts';
import { encodeBody, exampleIds, operationRows, pathOf } from '../testing/operation-rows.ts';
import { isRecord, type JsonSchema, type Operation } from './operations.ts';

const world = await openExampleWorld();
after(() => world.close());

/** An example with the ids of resources that are there in place of those that are made up. */
async function withIds(operation: Operation, example: unknown, resources: ExampleResources): Promise<unknown> {
  let json = JSON.stringify(example);
  const standIns = { ...exampleIds, ...operationRows[operation.id]?.exampleIds };
  for (const [id, resource] of Object.entries(standIns)) {
    if (json.includes(`"${id}"`)) json = json.replaceAll(`"${id}"`, `"${await resources.idOf(resource)}"`);
  }
  return JSON.parse(json);
}

/** Every example beside the schema that has it, anywhere in a document. */
function findExamples(part: unknown): readonly { readonly schema: JsonSchema; readonly value: unknown }[] {
  if (Array.isArray(part)) return part.flatMap(findExamples);
  if (!isRecord(part)) return [];
  const { examples, schema } = part;
  const inSchema = Array.isArray(examples) ? examples.map((value: unknown) => ({ schema: part, value })) : [];
  // Those of media types are named, and stand beside the schema.
  const named = isRecord(examples) && isRecord(schema) ? Object.values(examples).filter(isRecord) : [];
  const beside = isRecord(schema) ? named.map(({ value }) => ({ schema, value })) : [];
  return [...inSchema, ...beside, ...Object.values(part).flatMap(findExamples)];
}

/** Somebody whom no other example has touched. */
const newcomer = (operation: Operation): ExampleResources =>
  new ExampleResources(world.app, { org: `${operation.id}@AdobeOrg`, sandbox: 'prod' }, operation.id);

/** The path of an operation, on resources that are made if it names any. */
async function pathFor(operation: Operation, resources: ExampleResources): Promise<string> {
  return operation.path.includes('{') ? pathOf(operation, await resources.ids()) : operation.path;
}

test('the version of the description is that of the package', () => {
  assert.equal(world.app.swagger().info.version, packageDocument.version);
});

test('the description says what every operation is, takes and answers', () => {
  const ids = world.operations.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, method, path, body, parameters, responses } of world.operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
    assert.deepEqual(path.match(/\{[^}]+\}/g) ?? [], inPath, id);
    assert.ok(
      [...responses.keys()].some((status) => status.startsWith('2')),
      id,
    );
    for (const status of ['400', '406', '500']) assert.ok(responses.has(status), `${id}: ${status}`);
    if (method !== 'GET' && method !== 'DELETE') assert.ok(body !== null, `${id}: no body`);
  }
});

test('every example in the description fits the schema that it stands in', () => {
  const examples = findExamples(world.app.swagger());
  assert.ok(examples.length > 5);
  const ajv = new Ajv2020({ strict: false });
  for (const { schema, value } of examples) {
    assert.ok(ajv.validate(schema, value), `${JSON.stringify(value)}: ${ajv.errorsText()}`);
  }
});

/** Answers in JSON that have no example, and why. */
const exampleless: Readonly<Record<string, string>> = {
  'getDescription 200': 'the description itself, which is what is looked at',
};

/** Whether a media type has examples, beside its schema or in it, or each schema that it is a choice of has one. */
function hasExample(media: JsonSchema): boolean {
  const { example, examples, schema, anyOf } = media;
  if (example !== undefined || isRecord(examples) || Array.isArray(examples)) return true;
  if (Array.isArray(anyOf)) return anyOf.every((choice) => isRecord(choice) && hasExample(choice));
  return isRecord(schema) && hasExample(schema);
}

test('every answer in JSON has an example', () => {
  const without = world.operations.flatMap(({ id, answers }) =>
    [...answers].flatMap(([status, media]) => (hasExample(media) ? [] : [`${id} ${status}`])),
  );
  assert.deepEqual(without, Object.keys(exampleless));
});

test('every example of a body is accepted', async () => {
  for (const operation of world.operations) {
    if (operation.body === null) continue;
    assert.ok(operation.body.examples.length > 0, `${operation.id} has no example`);
    const resources = newcomer(operation);
    for (const example of operation.body.examples) {
      const url = await pathFor(operation, resources);
      const encoded = encodeBody(operation, await withIds(operation, example, resources));
      const answer = await resources.send({ method: operation.method, url, ...encoded });
      assert.ok(answer.statusCode < 300, `${operation.id} ${JSON.stringify(example)}: ${answer.body}`);
    }
  }
});

test('every example of a query parameter is accepted', async () => {
  for (const operation of world.operations) {
    const examples = operation.parameters.flatMap(({ name, in: place, examples: values }) =>
      place === 'query' ? values.map((value) => [name, String(value)] as const) : [],
    );
    if (examples.length === 0) continue;
    const resources = newcomer(operation);
    for (const [name, value] of examples) {
      const url = `${await pathFor(operation, resources)}?${new URLSearchParams({ [name]: value })}`;
      const answer = await resources.send({ method: operation.method, url });
      assert.ok(answer.statusCode < 300, `${operation.id} ${name}=${value}: ${answer.body}`);
    }
  }
});
