/** For every call of the port: what one tenant stores, another neither sees nor changes. */
import assert from 'node:assert/strict';
import { audienceId, epochMs, etag, importId, jobId, type Scope, scheduleId } from '@muster/audience';
import type { ControlStore } from '../../ports/control-store.ts';
import {
  sampleExternal,
  sampleImport,
  sampleJob,
  sampleMetrics,
  samplePlatform,
  sampleSchedule,
  sampleScope,
  sampleTime,
} from '../testing/samples.ts';
import { type ContractCase, expectProblem } from './contract-case.ts';
import { newPreview } from './task-cases.ts';

const base = samplePlatform('base');
const user = samplePlatform('user', { dependencies: [base.id] });
const external = sampleExternal('external');
const sort = [{ key: 'createdAt', direction: 'asc' }] as const;
const page = { offset: 0, limit: 100 };

/** Everything a tenant can have. */
async function fill(store: ControlStore, scope: Scope): Promise<void> {
  await store.sandboxes.ensure(scope, sampleTime);
  for (const audience of [base, user, external]) await store.audiences.create(scope, audience);
  await store.jobs.create(scope, sampleJob('job'));
  await store.imports.create(scope, sampleImport('run'));
  await store.schedules.create(scope, () => sampleSchedule('schedule'));
  await store.previews.create(scope, newPreview('preview'));
  await store.schemas.update(scope, '_xdm.context.profile', () => ({ owner: 'somebody' }));
}

/** All a tenant sees, through every call that reads. */
async function readAll(store: ControlStore, scope: Scope): Promise<readonly unknown[]> {
  const { audiences, jobs, imports, schedules, schemas } = store;
  const filters = [
    {},
    { ids: [base.id] },
    { name: base.name },
    { externalId: external.externalId },
    { namespace: 'crm' },
    { nameContains: 'a' },
    { descriptionContains: '' },
    { check: { key: 'all', looksAtDependents: false, holds: () => true } },
  ];
  return [
    await audiences.find(scope, base.id),
    await audiences.findMany(scope, [base.id, external.id]),
    await Promise.all(filters.map((filter) => audiences.list(scope, { ...filter, sort }, page))),
    await audiences.listForBatch(scope),
    [...(await audiences.dependentsOf(scope, [base.id]))],
    await jobs.find(scope, jobId('job')),
    await jobs.findMany(scope, [jobId('job')]),
    await jobs.list(scope, {}, page),
    await jobs.list(scope, { audienceId: audienceId('a'), status: 'NEW' }, page),
    await jobs.countUnfinished(scope),
    await imports.find(scope, importId('run')),
    await imports.findByFingerprint(scope, sampleImport('run').fingerprint),
    await imports.list(scope, page),
    await schedules.find(scope, scheduleId('schedule')),
    await schedules.list(scope, page),
    await schedules.listAll(scope),
    await store.previews.list(scope, {}, { before: null, limit: 100 }),
    await schemas.find(scope),
  ];
}

/** Tries to change what another tenant has, through every call that writes. */
async function disturb(store: ControlStore, scope: Scope): Promise<void> {
  const { audiences, jobs, imports, schedules, schemas } = store;
  const changed = samplePlatform('base', { name: 'Disturbed', etag: etag('"2"') });
  await expectProblem(audiences.replace(scope, changed, base.etag), 'audienceNotFound');
  const expiry = { ...newPreview('end'), request: { audienceId: base.id, at: sampleTime } };
  await expectProblem(audiences.replaceWithExpiry(scope, changed, base.etag, expiry), 'audienceNotFound');
  await expectProblem(audiences.delete(scope, base.id), 'audienceNotFound');
  await expectProblem(audiences.create(scope, user), 'audienceInvalid');
  await audiences.saveMetrics(scope, new Map([[base.id, sampleMetrics(9)]]));
  assert.equal(await jobs.transition(scope, sampleJob('job', { status: 'FAILED' }), ['NEW']), false);
  assert.equal(await jobs.createWithin(scope, sampleJob('own'), 0), false);
  await expectProblem(imports.replace(scope, sampleImport('run', { status: 'failed' })), 'importNotFound');
  const schedule = sampleSchedule('schedule');
  await expectProblem(
    schedules.update(scope, schedule.id, () => schedule),
    'scheduleNotFound',
  );
  await expectProblem(schedules.delete(scope, schedule.id), 'scheduleNotFound');
  assert.equal(await schedules.startRun(scope, schedule, epochMs(sampleTime + 9), sampleJob('stolen')), false);
  await schemas.update(scope, '_xdm.context.profile', (stored) => {
    assert.equal(stored, null);
    return { owner: 'somebody else' };
  });
}

/** The same organisation in another sandbox, and another organisation in the same sandbox. */
const strangersOf = (scope: Scope): readonly Scope[] => [
  sampleScope(scope.org, 'other'),
  sampleScope(`${scope.org}X`, scope.sandbox),
];

/** What keeps tenants apart. */
export const isolationCases: readonly ContractCase[] = [
  {
    name: 'what one tenant has, no other sandbox and no other organisation sees',
    run: async ({ store, scope }) => {
      const empty = await readAll(store, scope);
      await fill(store, scope);
      assert.notDeepEqual(await readAll(store, scope), empty);
      for (const stranger of strangersOf(scope)) assert.deepEqual(await readAll(store, stranger), empty);
    },
  },
  {
    name: 'what one tenant has, no other sandbox and no other organisation changes',
    run: async ({ store, scope }) => {
      await fill(store, scope);
      const before = await readAll(store, scope);
      for (const stranger of strangersOf(scope)) await disturb(store, stranger);
      assert.deepEqual(await readAll(store, scope), before);
    },
  },
  {
    name: 'tenants may use the same ids, each for its own',
    run: async ({ store, scope }) => {
      for (const tenant of [scope, ...strangersOf(scope)]) await fill(store, tenant);
      const stranger = sampleScope(scope.org, 'other');
      await store.audiences.delete(stranger, user.id);
      await store.audiences.delete(stranger, base.id);
      assert.deepEqual(await store.audiences.findMany(scope, [base.id, user.id]), [base, user]);
    },
  },
  {
    name: 'an organisation lists its own sandboxes only',
    run: async ({ store, scope }) => {
      await store.sandboxes.ensure(scope, sampleTime);
      const stranger = sampleScope(`${scope.org}X`, 'theirs');
      const theirs = await store.sandboxes.ensure(stranger, sampleTime);
      assert.equal(await store.sandboxes.find(scope, theirs.name), null);
      assert.deepEqual(await store.sandboxes.list(stranger), [theirs]);
    },
  },
  {
    name: 'a reset empties a sandbox and no other, and the sandbox stays',
    run: async ({ store, scope }) => {
      const empty = await readAll(store, scope);
      const tenants = [scope, ...strangersOf(scope)];
      for (const tenant of tenants) await fill(store, tenant);
      const sandbox = await store.sandboxes.find(scope, scope.sandbox);
      const full = await readAll(store, scope);
      await store.sandboxes.finishRemoval(scope);
      assert.deepEqual(await readAll(store, scope), full, 'nothing is removed that was not to be');
      assert.deepEqual(await store.sandboxes.beginRemoval(scope, 'resetting'), { ...sandbox, state: 'resetting' });
      await store.sandboxes.finishRemoval(scope);
      assert.deepEqual(await store.sandboxes.find(scope, scope.sandbox), sandbox);
      assert.deepEqual(await readAll(store, scope), empty);
      for (const stranger of strangersOf(scope)) assert.deepEqual(await readAll(store, stranger), full);
    },
  },
  {
    name: 'a removal that has begun is listed until it has ended, and a deletion leaves nothing',
    run: async ({ store, scope }) => {
      const removals = async (): Promise<readonly string[]> =>
        (await store.sandboxes.listRemovalsEverywhere())
          .filter((removal) => removal.scope.org === scope.org)
          .map(({ sandbox }) => `${sandbox.name} ${sandbox.state}`);
      assert.equal(await store.sandboxes.beginRemoval(scope, 'deleting'), null);
      const empty = await readAll(store, scope);
      await fill(store, scope);
      assert.equal((await store.sandboxes.beginRemoval(scope, 'deleting'))?.state, 'deleting');
      assert.equal((await store.sandboxes.beginRemoval(scope, 'resetting'))?.state, 'deleting');
      assert.deepEqual(await removals(), [`${scope.sandbox} deleting`]);
      await store.sandboxes.finishRemoval(scope);
      await store.sandboxes.finishRemoval(scope);
      assert.deepEqual(await removals(), []);
      assert.deepEqual(await readAll(store, scope), empty);
      assert.equal(await store.sandboxes.find(scope, scope.sandbox), null);
    },
  },
];
