import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { ExampleResources, type Ids, openExampleWorld } from '../testing/example-world.ts';
import { operationRows, requestOf, rowOf } from '../testing/operation-rows.ts';
import type { Operation } from './operations.ts';

const world = await openExampleWorld();
after(() => world.close());

/** A name that nothing else has, in all that the owner makes. */
const mark = 'Zqx7Owner';
const owner = new ExampleResources(world.app, { org: 'OWNER@AdobeOrg', sandbox: 'prod' }, mark);
const intruders = {
  'another organisation': new ExampleResources(world.app, { org: 'OTHER@AdobeOrg', sandbox: 'prod' }, 'Other'),
  'another sandbox': new ExampleResources(world.app, { org: 'OWNER@AdobeOrg', sandbox: 'other' }, 'Sibling'),
} as const;

const tenantOperations = world.operations.filter(({ isOpen }) => !isOpen);

/** Sends an operation as somebody, with ids that may be somebody else's. */
function attempt(as: ExampleResources, operation: Operation, ids: Ids): Promise<LightMyRequestResponse> {
  return as.send(requestOf(operation, ids));
}

/** The answers to all that reads without naming a resource: lists, counts, the description, measures. */
async function overview(as: ExampleResources): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for (const { id, method, path, isOpen } of world.operations) {
    if (method !== 'GET' || path.includes('{')) continue;
    if (as === intruders['another sandbox'] && operationRows[id]?.isOfOrganisation) continue;
    const { body } = await as.send({ url: path });
    // Measures of the process change all the time; what they must not say is looked for instead.
    answers.set(id, isOpen ? '' : body.replaceAll(/"requestId":"[^"]*"/g, ''));
    assert.ok(!body.includes(mark), `${id} shows what belongs to another tenant`);
  }
  return answers;
}

test('every operation has a row, and every row an operation', () => {
  const ids = tenantOperations.map(({ id }) => id);
  assert.deepEqual(Object.keys(operationRows).sort(), [...ids].sort());
});

test('nothing of a tenant can be seen, used or changed by another, in any operation', async () => {
  const before = new Map<ExampleResources, ReadonlyMap<string, string>>();
  for (const intruder of Object.values(intruders)) before.set(intruder, await overview(intruder));
  const ids = await owner.ids();
  const mine = async (): Promise<readonly string[]> => {
    const reads = tenantOperations.filter(({ method }) => method === 'GET');
    return Promise.all(reads.map(async (operation) => (await attempt(owner, operation, ids)).body));
  };
  const whatIsMine = await mine();
  for (const [name, intruder] of Object.entries(intruders)) {
    assert.deepEqual(await overview(intruder), before.get(intruder), `${name}: the lists have changed`);
    for (const operation of tenantOperations) {
      const row = rowOf(operation);
      if (row.isOfOrganisation === true && name === 'another sandbox') continue;
      const answer = await attempt(intruder, operation, ids);
      const about = `${name}: ${operation.id}: ${answer.statusCode} ${answer.body}`;
      assert.equal(answer.statusCode, row.foreign, about);
      assert.ok(!answer.body.includes(mark), about);
      if (row.path !== undefined) assert.equal(answer.statusCode, 404, about);
    }
  }
  assert.deepEqual(await mine(), whatIsMine);
});

test('an unknown id is refused in the same words as another tenant’s', async () => {
  const ids = await owner.ids();
  const unknown: Ids = {
    audience: '00000000-0000-4000-8000-000000000000',
    job: '00000000-0000-4000-8000-000000000000',
    import: '00000000-0000-4000-8000-000000000000',
    sandbox: 'nowhere',
    schedule: '00000000-0000-4000-8000-000000000000',
    preview: btoa('9:0:00000000-0000-4000-8000-000000000000:9').replaceAll('=', ''),
    export: '999',
    exportFile: 'profiles.jsonl',
    external: '00000000-0000-4000-8000-000000000000',
    externalOperation: '00000000-0000-4000-8000-000000000000',
    externalRun: '00000000-0000-4000-8000-000000000000',
  };
  const intruder = intruders['another organisation'];
  const wordsOf = ({ body }: LightMyRequestResponse, used: Ids): string =>
    Object.values(used)
      // A number is found in codes too.
      .filter((id) => !/^\d+$/.test(id))
      .reduce((text, id) => text.replaceAll(id, 'ID'), body)
      .replaceAll(/"requestId":"[^"]*"/g, '');
  for (const operation of tenantOperations) {
    const { foreign } = rowOf(operation);
    if (foreign !== 404) continue;
    const [theirs, nobodys] = [await attempt(intruder, operation, ids), await attempt(intruder, operation, unknown)];
    assert.equal(wordsOf(theirs, ids), wordsOf(nobodys, unknown), operation.id);
  }
});

test('with their own ids the same requests do what they are for', async () => {
  const me = new ExampleResources(world.app, { org: 'SELF@AdobeOrg', sandbox: 'prod' }, 'Self');
  for (const operation of tenantOperations) {
    const answer = await attempt(me, operation, await me.ids());
    const { own, removes } = rowOf(operation);
    assert.equal(answer.statusCode, own, `${operation.id}: ${answer.body}`);
    if (removes !== undefined) me.forget(removes);
  }
});
