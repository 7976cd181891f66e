/** What audiences promise about those that change together with them. */
import assert from 'node:assert/strict';
import { type Audience, audienceId, etag, type PlatformAudience } from '@muster/audience';
import type { AudienceQuery, RelatedAudiences, SettleAudiences } from '../../ports/control-store.ts';
import { sampleMetrics, samplePlatform, sampleTime } from '../testing/samples.ts';
import { type ContractCase, type ContractContext, countSuccesses, expectProblem } from './contract-case.ts';
import { readAfresh } from './read-afresh.ts';

const quiet = { type: 'pql', format: 'pql/text', value: 'quiet' } as const;
const loud = { ...quiet, value: 'loud' } as const;

/** A streaming audience with an own label whose rule refers to `dependencies`. */
function streaming(
  id: string,
  dependencies: readonly string[],
  changes: Partial<PlatformAudience> = {},
): PlatformAudience {
  return samplePlatform(id, {
    expression: quiet,
    evaluation: { batch: false, streaming: true, edge: false },
    labels: [`of ${id}`],
    dependencies: dependencies.map(audienceId),
    ...changes,
  });
}

const second = etag('"2"');

/** The audience as it is moved to batch. */
const moved = (audience: PlatformAudience): PlatformAudience => ({
  ...audience,
  evaluation: { batch: true, streaming: false, edge: false },
  etag: etag(`"moved ${audience.etag.slice(1)}`),
});

/** Moves what is built on a loud audience. */
const leaveLoud: SettleAudiences = ({ audience, dependents, all }) => {
  const isLoud = (one: Audience | undefined): boolean =>
    one?.kind === 'platform' && (one.expression.value === 'loud' || one.dependencies.some((id) => isLoud(all.get(id))));
  return [audience, ...dependents].flatMap((one) => {
    if (one.kind !== 'platform' || !one.evaluation.streaming) return [];
    return one.dependencies.some((id) => isLoud(all.get(id))) ? [moved(one)] : [];
  });
};

const idsOf = (audiences: Iterable<Audience>): readonly string[] => [...audiences].map(({ id }) => String(id)).sort();

/** base ← near ← far, and far → other → below; apart. */
async function createFamily({ store, scope }: ContractContext): Promise<void> {
  const family = [
    streaming('base', []),
    streaming('below', []),
    streaming('other', ['below']),
    streaming('near', ['base']),
    streaming('far', ['near', 'other']),
    streaming('apart', ['other']),
  ];
  for (const audience of family) await store.audiences.create(scope, audience);
}

const together: readonly ContractCase[] = [
  {
    name: 'what is built on a changed audience changes with it, over whatever others',
    run: async (context) => {
      const { store, peer, scope } = context;
      await createFamily(context);
      const base = streaming('base', [], { expression: loud, etag: second });
      assert.deepEqual(await store.audiences.replace(scope, base, etag('"1"'), leaveLoud), base);
      const near = streaming('near', ['base']);
      const far = streaming('far', ['near', 'other']);
      const expected = [base, moved(near), moved(far), streaming('other', ['below']), streaming('apart', ['other'])];
      const stored = await peer.audiences.findMany(
        scope,
        expected.map(({ id }) => id),
      );
      assert.deepEqual(stored, expected);
      assert.deepEqual((await peer.audiences.dependentsOf(scope, [near.id])).get(near.id), ['far']);
    },
  },
  {
    name: 'what decides sees the audience as it will be, its dependents, and what all of them are built on',
    run: async (context) => {
      const { store, scope } = context;
      await createFamily(context);
      const seen: RelatedAudiences[] = [];
      const look: SettleAudiences = (related) => {
        seen.push(related);
        return [];
      };
      const base = streaming('base', [], { etag: second });
      await store.audiences.replace(scope, base, etag('"1"'), look);
      await store.audiences.create(scope, streaming('new', ['near']), look);
      const [changed, created] = seen;
      assert.ok(changed !== undefined && created !== undefined);
      assert.deepEqual(idsOf(changed.dependents), ['far', 'near']);
      assert.deepEqual(idsOf(changed.all.values()), ['base', 'below', 'far', 'near', 'other']);
      assert.deepEqual(changed.all.get(base.id), base);
      assert.deepEqual(idsOf(created.dependents), []);
      assert.deepEqual(idsOf(created.all.values()), ['base', 'near', 'new']);
    },
  },
  {
    name: 'an audience is created as its foundations have it, and a repeated request is told so',
    run: async ({ store, peer, scope }) => {
      await store.audiences.create(scope, streaming('base', [], { expression: loud }));
      const near = moved(streaming('near', ['base']));
      assert.deepEqual(await store.audiences.create(scope, streaming('near', ['base']), leaveLoud), near);
      const once = { key: 'k', digest: 'a digest', at: sampleTime };
      const far = moved(streaming('far', ['near']));
      for (const door of [store, peer, store]) {
        assert.deepEqual(await door.audiences.createOnce(scope, streaming('far', ['near']), once, leaveLoud), far);
      }
      assert.deepEqual(await peer.audiences.findMany(scope, [near.id, far.id]), [near, far]);
    },
  },
  {
    name: 'when one of those that change together is refused, none changes',
    run: async (context) => {
      const { store, scope } = context;
      await createFamily(context);
      const base = streaming('base', [], { expression: loud, etag: second });
      const stranding: SettleAudiences = (related) =>
        leaveLoud(related).map((one) => (one.id === 'far' ? streaming('far', ['gone'], { etag: second }) : one));
      await expectProblem(store.audiences.replace(scope, base, etag('"1"'), stranding), 'audienceInvalid');
      const failing: SettleAudiences = () => {
        throw new Error('undecided');
      };
      await assert.rejects(store.audiences.replace(scope, base, etag('"1"'), failing), /undecided/);
      await expectProblem(store.audiences.replace(scope, base, second, leaveLoud), 'preconditionFailed');
      const family = [streaming('base', []), streaming('near', ['base']), streaming('far', ['near', 'other'])];
      const stored = await store.audiences.findMany(
        scope,
        family.map(({ id }) => id),
      );
      assert.deepEqual(stored, family);
    },
  },
];

const lists: readonly AudienceQuery[] = [
  { sort: [{ key: 'streaming', direction: 'asc' }] },
  { sort: [{ key: 'name', direction: 'asc' }], conditions: [{ attribute: 'batch', operator: 'equals', value: 1 }] },
  { sort: [{ key: 'totalProfiles', direction: 'desc' }] },
  { sort: [], conditions: [{ element: 'labels', operator: 'has', value: 'of user-2' }] },
];

/** Checks lists that every reader has read before against those that remember nothing. */
async function checkLists({ store, peer, scope }: ContractContext): Promise<void> {
  for (const query of lists) {
    const all = await readAfresh(store, scope, query);
    for (const reader of [store, peer]) {
      const { items, totalCount } = await reader.audiences.list(scope, query, { offset: 0, limit: 4 });
      assert.deepEqual([totalCount, ...items.map(({ id }) => id)], [all.length, ...all.slice(0, 4)]);
    }
  }
}

const seenByOthers: readonly ContractCase[] = [
  {
    name: 'lists follow all that changes together, also more than is looked through',
    run: async (context) => {
      const { store, peer, scope } = context;
      let users = 0;
      for (const count of [3, 502]) {
        for (; users < count; users += 1) {
          await store.audiences.create(scope, streaming(`user-${users}`, []));
        }
        const ids = Array.from({ length: users }, (_, index) => audienceId(`user-${index}`));
        const versionsOf = async () =>
          new Map((await peer.audiences.findMany(scope, ids)).map((it) => [it.id, it.etag]));
        const base = `base-${count}`;
        await store.audiences.create(scope, streaming(base, []));
        for (const [id, version] of await versionsOf()) {
          await store.audiences.replace(scope, streaming(id, [base], { etag: etag(`"${count}"`) }), version);
        }
        await checkLists(context);
        const next = streaming(base, [], { expression: loud, etag: second });
        await peer.audiences.replace(scope, next, etag('"1"'), leaveLoud);
        await checkLists(context);
        assert.equal(new Set((await versionsOf()).values()).size, 1);
        // Afterwards a change of one audience alone is followed again.
        await store.audiences.delete(scope, audienceId(`user-${users - 1}`));
        users -= 1;
        await checkLists(context);
      }
    },
  },
  {
    name: 'no audience is built on one that changes at that moment without having seen it',
    run: async ({ store, peer, scope }) => {
      for (let round = 0; round < 20; round += 1) {
        const base = `base-${round}`;
        await store.audiences.create(scope, streaming(base, []));
        const users = [0, 1, 2, 3].map((user) => streaming(`user-${round}-${user}`, [base]));
        const change = () =>
          store.audiences.replace(
            scope,
            streaming(base, [], { expression: loud, etag: second }),
            etag('"1"'),
            leaveLoud,
          );
        const creations = users.map((user) => () => peer.audiences.create(scope, user, leaveLoud));
        const works = creations.toSpliced(round % 5, 0, change).map((work) => work());
        const sizes = new Map(users.map(({ id }) => [id, sampleMetrics(round)]));
        assert.equal(await countSuccesses([...works, peer.audiences.saveMetrics(scope, sizes)], []), 6);
        const stored = await store.audiences.findMany(
          scope,
          users.map(({ id }) => id),
        );
        assert.deepEqual(
          stored.map((user) => user.kind === 'platform' && user.evaluation.streaming),
          [false, false, false, false],
        );
      }
    },
  },
  {
    name: 'several that change together do not keep sizes of the same ones waiting for ever',
    run: async (context) => {
      const { store, peer, scope } = context;
      const base = streaming('m', []);
      const users = ['a', 'b', 'x', 'z'].map((id) => streaming(id, ['m']));
      for (const audience of [base, ...users]) await store.audiences.create(scope, audience);
      for (let round = 0; round < 25; round += 1) {
        const version = etag(`"${round + 2}"`);
        const renewed: SettleAudiences = ({ dependents }) => dependents.map((one) => ({ ...one, etag: version }));
        const measuring = [0, 1, 2, 3].map((run) => {
          const sizes = new Map([...users, base].map(({ id }) => [id, sampleMetrics(round + run)]));
          return peer.audiences.saveMetrics(scope, sizes);
        });
        const replacing = store.audiences.replace(scope, { ...base, etag: version }, etag(`"${round + 1}"`), renewed);
        await Promise.all([replacing, ...measuring]);
        await checkLists(context);
      }
    },
  },
];

/** What audiences promise about those that change together. */
export const settleCases: readonly ContractCase[] = [...together, ...seenByOthers];
