import assert from 'node:assert/strict';
import { epochMs, type ImportRun, importId, type Json, type JsonObject } from '@muster/audience';
import { sampleImport, sampleScope, sampleTime } from '../testing/samples.ts';
import { type ContractCase, expectProblem } from './contract-case.ts';

const imports: readonly ContractCase[] = [
  {
    name: 'an import is found as it was stored and as it was replaced',
    run: async ({ store, scope }) => {
      const run = sampleImport('run', {
        name: "o'brien\u0000.csv",
        kind: 'events',
        mapping: { identity: ['a', null] },
      });
      await store.imports.create(scope, run);
      assert.deepEqual(await store.imports.find(scope, run.id), run);
      const later: ImportRun = {
        ...run,
        status: 'failed',
        counts: { rows: 5_000_000_000, profiles: 1, events: 2, skipped: 3, rejected: 4 },
        committedRows: 9,
        problems: [{ row: 7, message: 'no identity' }],
        error: 'broken',
        updatedAt: epochMs(sampleTime + 1),
      };
      await store.imports.replace(scope, later);
      assert.deepEqual(await store.imports.find(scope, run.id), later);
      assert.equal(await store.imports.find(scope, importId('unknown')), null);
      await expectProblem(store.imports.replace(scope, sampleImport('unknown')), 'importNotFound');
    },
  },
  {
    name: 'the latest import with a fingerprint is found, and imports are listed newest first',
    run: async ({ store, scope }) => {
      const at = (offset: number) => ({ createdAt: epochMs(sampleTime + offset), fingerprint: 'same' });
      for (const [id, offset] of [
        ['a', 1],
        ['c', 2],
        ['b', 2],
        ['d', 0],
      ] as const) {
        await store.imports.create(scope, sampleImport(id, at(offset)));
      }
      assert.equal((await store.imports.findByFingerprint(scope, 'same'))?.id, 'c');
      assert.equal(await store.imports.findByFingerprint(scope, 'other'), null);
      const first = await store.imports.list(scope, { offset: 0, limit: 3 });
      const second = await store.imports.list(scope, { offset: 3, limit: 3 });
      assert.deepEqual(
        [...first.items, ...second.items].map((run) => run.id),
        ['c', 'b', 'a', 'd'],
      );
      assert.deepEqual([first.totalCount, second.totalCount], [4, 4]);
    },
  },
  {
    name: 'imports that were receiving are interrupted, in every tenant, and no others',
    run: async ({ store, scope }) => {
      const elsewhere = sampleScope(scope.org, 'elsewhere');
      await store.imports.create(scope, sampleImport('one'));
      await store.imports.create(elsewhere, sampleImport('two'));
      await store.imports.create(scope, sampleImport('done', { status: 'succeeded' }));
      const at = epochMs(sampleTime + 9);
      await store.imports.interruptAllEverywhere(at);
      const interrupted = { status: 'interrupted', updatedAt: at } as const;
      assert.deepEqual(await store.imports.find(scope, importId('one')), sampleImport('one', interrupted));
      assert.deepEqual(await store.imports.find(elsewhere, importId('two')), sampleImport('two', interrupted));
      assert.equal((await store.imports.find(scope, importId('done')))?.status, 'succeeded');
    },
  },
];

const sandboxes: readonly ContractCase[] = [
  {
    name: 'a sandbox is made on its first use and stays the same, also when many use it first at once',
    run: async ({ store, peer, scope }) => {
      const uses = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? store : peer).sandboxes.ensure(scope, epochMs(sampleTime + index)),
      );
      const made = await Promise.all(uses);
      assert.equal(new Set(made.map((sandbox) => sandbox.id)).size, 1);
      assert.deepEqual(await store.sandboxes.find(scope, scope.sandbox), made[0]);
    },
  },
  {
    name: 'of those that create the same sandbox at once one gets it, and it is there for all',
    run: async ({ store, peer, scope }) => {
      const wishes = Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? store : peer).sandboxes.create(scope, epochMs(sampleTime + index)),
      );
      const made = (await Promise.all(wishes)).filter((sandbox) => sandbox !== null);
      assert.equal(made.length, 1);
      assert.deepEqual(await peer.sandboxes.ensure(scope, sampleTime), made[0]);
      assert.equal(await store.sandboxes.create(scope, sampleTime), null);
    },
  },
  {
    name: 'prod is the production sandbox, others are for development, and all are listed by name',
    run: async ({ store, scope }) => {
      const other = sampleScope(scope.org, 'dev-1');
      assert.equal(await store.sandboxes.find(scope, other.sandbox), null);
      const prod = await store.sandboxes.ensure(scope, sampleTime);
      const dev = await store.sandboxes.ensure(other, sampleTime);
      assert.deepEqual(
        [prod.type, prod.isDefault, dev.type, dev.isDefault],
        ['production', true, 'development', false],
      );
      assert.notEqual(prod.id, dev.id);
      assert.deepEqual(await store.sandboxes.list(scope), [dev, prod]);
    },
  },
];

const titles: readonly ContractCase[] = [
  {
    name: 'a sandbox gets another title, and says who gave it, when and as which version',
    run: async ({ store, scope }) => {
      const at = epochMs(sampleTime + 1);
      assert.equal(await store.sandboxes.rename(scope, 'Early', at), null);
      const made = await store.sandboxes.ensure(scope, sampleTime);
      assert.deepEqual([made.version, made.change], [1, null]);
      const theirs = await store.sandboxes.ensure(sampleScope(`${scope.org}X`, scope.sandbox), sampleTime);
      const renamed = { ...made, title: 'New', version: 2, change: { by: scope.actor, at } };
      assert.deepEqual(await store.sandboxes.rename(scope, 'New', at), renamed);
      assert.deepEqual(await store.sandboxes.find(scope, scope.sandbox), renamed);
      assert.deepEqual(await store.sandboxes.list(sampleScope(`${scope.org}X`)), [theirs]);
      await store.sandboxes.beginRemoval(scope, 'resetting');
      assert.equal(await store.sandboxes.rename(scope, 'Late', at), null);
    },
  },
];

/** `stored` with one more member. */
const withMember = (stored: JsonObject | null, name: string, value: Json): JsonObject => ({ ...stored, [name]: value });

const schemas: readonly ContractCase[] = [
  {
    name: 'a schema starts as nothing and each class keeps its own',
    run: async ({ store, scope }) => {
      assert.deepEqual(await store.schemas.find(scope), {
        '_xdm.context.profile': null,
        '_xdm.context.experienceevent': null,
      });
      const changed = await store.schemas.update(scope, '_xdm.context.profile', (stored) => {
        assert.equal(stored, null);
        return { properties: { "it's": { type: 'string' } } };
      });
      assert.deepEqual(await store.schemas.find(scope), {
        '_xdm.context.profile': changed,
        '_xdm.context.experienceevent': null,
      });
    },
  },
  {
    name: 'fields that many add at once are all kept',
    run: async ({ store, peer, scope }) => {
      const names = Array.from({ length: 20 }, (_, index) => `field-${index}`);
      const additions = names.map((name, index) =>
        (index % 2 === 0 ? store : peer).schemas.update(scope, '_xdm.context.experienceevent', (stored) =>
          withMember(stored, name, true),
        ),
      );
      await Promise.all(additions);
      const stored = (await store.schemas.find(scope))['_xdm.context.experienceevent'];
      assert.deepEqual(Object.keys(stored ?? {}).toSorted(), names.toSorted());
    },
  },
  {
    name: 'a change that fails leaves the schema as it was',
    run: async ({ store, scope }) => {
      await store.schemas.update(scope, '_xdm.context.profile', () => ({ kept: true }));
      const failing = store.schemas.update(scope, '_xdm.context.profile', () => {
        throw new Error('no such type');
      });
      await assert.rejects(failing, /no such type/);
      assert.deepEqual((await store.schemas.find(scope))['_xdm.context.profile'], { kept: true });
    },
  },
];

/** What imports, sandboxes and schemas promise. */
export const tenancyCases: readonly ContractCase[] = [...imports, ...sandboxes, ...titles, ...schemas];
