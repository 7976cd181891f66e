import assert from 'node:assert/strict';
import { audienceId, etag, type PlatformAudience } from '@muster/audience';
import { samplePlatform } from '../testing/samples.ts';
import { type ContractCase, countSuccesses, expectProblem } from './contract-case.ts';

/** An audience whose rule refers to `dependencies`. */
function referring(id: string, dependencies: readonly string[], version = 1): PlatformAudience {
  return samplePlatform(id, { dependencies: dependencies.map(audienceId), etag: etag(`"${version}"`) });
}

const guards: readonly ContractCase[] = [
  {
    name: 'a deleted audience is gone, and cannot be deleted again',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, referring('a', []));
      await store.audiences.delete(scope, audienceId('a'));
      assert.equal(await store.audiences.find(scope, audienceId('a')), null);
      await expectProblem(store.audiences.delete(scope, audienceId('a')), 'audienceNotFound');
    },
  },
  {
    name: 'an audience that others refer to is not deleted, and the refusal names them',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, referring('base', []));
      await store.audiences.create(scope, referring('user', ['base']));
      const message = await expectProblem(store.audiences.delete(scope, audienceId('base')), 'audienceNotDeletable');
      assert.match(message, /`user`/);
      await store.audiences.delete(scope, audienceId('user'));
      await store.audiences.delete(scope, audienceId('base'));
    },
  },
  {
    name: 'an audience is free when the rule that referred to it no longer does',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, referring('base', []));
      await store.audiences.create(scope, referring('user', ['base']));
      await store.audiences.replace(scope, referring('user', [], 2), etag('"1"'));
      await store.audiences.delete(scope, audienceId('base'));
    },
  },
  {
    name: 'a rule that refers to audiences that do not exist is refused, and nothing is stored',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, referring('base', []));
      const user = referring('user', ['base', 'gone', 'lost']);
      const message = await expectProblem(store.audiences.create(scope, user), 'audienceInvalid');
      assert.match(message, /`gone`, `lost`/);
      assert.equal(await store.audiences.find(scope, user.id), null);
      await store.audiences.create(scope, referring('user', ['base']));
      await expectProblem(
        store.audiences.replace(scope, referring('user', ['gone'], 2), etag('"1"')),
        'audienceInvalid',
      );
      assert.deepEqual(await store.audiences.find(scope, user.id), referring('user', ['base']));
      const dependents = await store.audiences.dependentsOf(scope, [audienceId('base')]);
      assert.deepEqual(dependents.get(audienceId('base')), ['user']);
    },
  },
  {
    name: 'a rule that leads back to its own audience is refused',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, referring('a', []));
      await store.audiences.create(scope, referring('b', ['a']));
      await store.audiences.create(scope, referring('c', ['b']));
      await expectProblem(store.audiences.replace(scope, referring('a', ['c'], 2), etag('"1"')), 'audienceInvalid');
      await expectProblem(store.audiences.replace(scope, referring('a', ['a'], 2), etag('"1"')), 'audienceInvalid');
      await expectProblem(store.audiences.create(scope, referring('d', ['d'])), 'audienceInvalid');
    },
  },
  {
    name: 'the dependents of each audience are listed, and none where there are none',
    run: async ({ store, scope }) => {
      for (const id of ['a', 'b', 'alone']) await store.audiences.create(scope, referring(id, []));
      await store.audiences.create(scope, referring('y', ['b', 'a', 'a']));
      await store.audiences.create(scope, referring('x', ['a']));
      const ids = ['a', 'b', 'alone', 'unknown'].map(audienceId);
      const dependents = await store.audiences.dependentsOf(scope, ids);
      assert.deepEqual(
        [...dependents],
        [
          ['a', ['x', 'y']],
          ['b', ['y']],
          ['alone', []],
          ['unknown', []],
        ],
      );
      assert.equal((await store.audiences.dependentsOf(scope, [])).size, 0);
    },
  },
  {
    name: 'an audience may refer to more audiences than one statement holds',
    run: async ({ store, scope }) => {
      const ids = Array.from({ length: 510 }, (_, index) => `base-${index}`);
      for (const id of ids) await store.audiences.create(scope, referring(id, []));
      await store.audiences.create(scope, referring('user', ids));
      const dependents = await store.audiences.dependentsOf(scope, ids.map(audienceId));
      assert.ok([...dependents.values()].every((users) => users.length === 1));
    },
  },
];

const races: readonly ContractCase[] = [
  {
    name: 'no reference slips in while its target is deleted',
    run: async ({ store, peer, scope }) => {
      for (let round = 0; round < 20; round += 1) {
        const base = audienceId(`base-${round}`);
        const user = referring(`user-${round}`, [base]);
        await store.audiences.create(scope, referring(base, []));
        const works = [() => store.audiences.delete(scope, base), () => peer.audiences.create(scope, user)];
        const started = (round % 2 === 0 ? works : works.toReversed()).map((work) => work());
        assert.equal(await countSuccesses(started, ['audienceNotDeletable', 'audienceInvalid']), 1);
        const stored = await store.audiences.findMany(scope, [base, user.id]);
        assert.notEqual(stored.length, 1, `round ${round}`);
      }
    },
  },
  {
    name: 'two audiences that are changed at once do not come to refer to each other',
    run: async ({ store, peer, scope }) => {
      for (let round = 0; round < 10; round += 1) {
        const [left, right] = [`left-${round}`, `right-${round}`];
        await store.audiences.create(scope, referring(left, []));
        await store.audiences.create(scope, referring(right, []));
        const works = [
          store.audiences.replace(scope, referring(left, [right], 2), etag('"1"')),
          peer.audiences.replace(scope, referring(right, [left], 2), etag('"1"')),
        ];
        assert.equal(await countSuccesses(works, ['audienceInvalid']), 1);
      }
    },
  },
];

/** What audiences promise about the references between them. */
export const referenceCases: readonly ContractCase[] = [...guards, ...races];
