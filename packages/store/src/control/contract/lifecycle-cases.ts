import assert from 'node:assert/strict';
import { audienceId, etag, type LifecycleState, type PlatformAudience } from '@muster/audience';
import { samplePlatform } from '../testing/samples.ts';
import { type ContractCase, countSuccesses, expectProblem } from './contract-case.ts';

interface Version {
  readonly state?: LifecycleState;
  readonly uses?: readonly string[];
  readonly version?: number;
}

/** An audience in a state, whose rule refers to others. */
function made(id: string, { state = 'published', uses = [], version = 1 }: Version = {}): PlatformAudience {
  const dependencies = uses.map(audienceId);
  return samplePlatform(id, { lifecycleState: state, dependencies, etag: etag(`"${version}"`) });
}

const first = etag('"1"');

/** What the states of audiences promise, and what a demanded version does. */
export const lifecycleCases: readonly ContractCase[] = [
  {
    name: 'a published audience refers to published ones only, when it is made and when it is changed',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, made('draft', { state: 'draft' }));
      await expectProblem(store.audiences.create(scope, made('user', { uses: ['draft'] })), 'audienceInvalid');
      await store.audiences.create(scope, made('user', { state: 'draft', uses: ['draft'] }));
      const published = made('user', { uses: ['draft'], version: 2 });
      const message = await expectProblem(store.audiences.replace(scope, published, first), 'audienceInvalid');
      assert.match(message, /`draft`/);
      await store.audiences.replace(scope, made('draft', { version: 2 }), first);
      await store.audiences.replace(scope, published, first);
    },
  },
  {
    name: 'an audience that others refer to is not deactivated, and the refusal names them',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, made('base'));
      await store.audiences.create(scope, made('user', { uses: ['base'] }));
      const inactive = made('base', { state: 'inactive', version: 2 });
      const message = await expectProblem(store.audiences.replace(scope, inactive, first), 'audienceInvalid');
      assert.match(message, /`user`/);
      assert.deepEqual(await store.audiences.find(scope, audienceId('base')), made('base'));
      await store.audiences.replace(scope, made('user', { state: 'inactive', uses: ['base'], version: 2 }), first);
      await store.audiences.replace(scope, inactive, first);
      await expectProblem(store.audiences.delete(scope, audienceId('base')), 'audienceNotDeletable');
    },
  },
  {
    name: 'a published audience does not become a draft again',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, made('a'));
      const draft = made('a', { state: 'draft', version: 2 });
      await expectProblem(store.audiences.replace(scope, draft, first), 'audienceInvalid');
    },
  },
  {
    name: 'an audience of another version than the demanded one is not deleted',
    run: async ({ store, scope }) => {
      await store.audiences.create(scope, made('a'));
      const versions = (text: string) => ({ kind: 'versions', versions: [etag(text)] }) as const;
      const id = audienceId('a');
      await expectProblem(store.audiences.delete(scope, id, versions('"0"')), 'preconditionFailed');
      await expectProblem(store.audiences.delete(scope, audienceId('b'), { kind: 'any' }), 'audienceNotFound');
      await store.audiences.delete(scope, id, versions('"1"'));
      assert.equal(await store.audiences.find(scope, id), null);
    },
  },
  {
    name: 'an audience is not deactivated while another comes to refer to it',
    run: async ({ store, peer, scope }) => {
      for (let round = 0; round < 20; round += 1) {
        const base = `base-${round}`;
        const user = made(`user-${round}`, { uses: [base] });
        await store.audiences.create(scope, made(base));
        const inactive = made(base, { state: 'inactive', version: 2 });
        const works = [() => store.audiences.replace(scope, inactive, first), () => peer.audiences.create(scope, user)];
        const started = (round % 2 === 0 ? works : works.toReversed()).map((work) => work());
        assert.equal(await countSuccesses(started, ['audienceInvalid']), 1, `round ${round}`);
      }
    },
  },
  {
    name: 'one of many that delete or replace the same version at once succeeds',
    run: async ({ store, peer, scope }) => {
      await store.audiences.create(scope, made('a'));
      const id = audienceId('a');
      const works = Array.from({ length: 20 }, (_, index) => {
        const { audiences } = index % 2 === 0 ? store : peer;
        return index % 3 === 0
          ? audiences.delete(scope, id, { kind: 'versions', versions: [first] })
          : audiences.replace(scope, made('a', { version: index + 2 }), first);
      });
      assert.equal(await countSuccesses(works, ['preconditionFailed', 'audienceNotFound']), 1);
    },
  },
];
