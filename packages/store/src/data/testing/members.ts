/** How members are read. */
import assert from 'node:assert/strict';
import { audienceId, profileId, type Scope } from '@muster/audience';
import { sql } from '@muster/pql';
import type { DataStore } from '../../ports/data-store.ts';
import { describeStore, type StoreTest } from './suite.ts';
import { batchRun, event, profileScan, record, untilDone, write } from './world.ts';

const everyone = audienceId('everyone');

async function crowd(store: DataStore, scope: Scope, size: number): Promise<void> {
  const records = Array.from({ length: size }, (_, index) => record(`p${index + 1}`, { age: index + 1 }));
  await write(store, scope, records);
  await store.runBatch(scope, batchRun('r', 1, [], { everyone: { kind: 'everyone' } }), untilDone());
}

const tests: Readonly<Record<string, StoreTest>> = {
  'pages follow each other in order of profile id': async (store, scope) => {
    await crowd(store, scope, 5);
    const first = await store.members(scope, everyone, { after: null, limit: 2, fields: ['age', 'no such'] });
    assert.deepEqual(
      first.map((member) => [member.profileId, member.identity, { ...member.attributes }]),
      [
        [1, { namespace: 'Email', id: 'p1' }, { age: 1, 'no such': null }],
        [2, { namespace: 'Email', id: 'p2' }, { age: 2, 'no such': null }],
      ],
    );
    const rest = await store.members(scope, everyone, { after: profileId(2), limit: 10, fields: [] });
    assert.deepEqual(
      rest.map((member) => member.profileId),
      [3, 4, 5],
    );
  },

  'streams give every member once, in order': async (store, scope) => {
    await crowd(store, scope, 20_000);
    await write(store, scope, [record('p7', { age: 70 }, 5000)]);
    let count = 0;
    for await (const member of store.streamMembers(scope, everyone, ['age'], new AbortController().signal)) {
      count++;
      assert.equal(member.profileId, count);
      assert.equal(member.attributes['age'], count === 7 ? 70 : count);
    }
    assert.equal(count, 20_000);
  },

  'a stream ends when it is aborted': async (store, scope) => {
    await crowd(store, scope, 20_000);
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const _ of store.streamMembers(scope, everyone, [], controller.signal)) {
        controller.abort(new Error('enough'));
      }
    };
    await assert.rejects(reading(), /enough/);
    await store.ping();
  },

  'an audience that was never evaluated has no members': async (store, scope) => {
    assert.deepEqual(await store.members(scope, audienceId('x'), { after: null, limit: 5, fields: [] }), []);
  },

  'the members of an audience can be used inside a scan': async (store, scope) => {
    await crowd(store, scope, 3);
    await write(store, scope, [], [event('late', 'e', {})]);
    const layout = await store.layout(scope);
    const scan = profileScan(layout, [sql`profile_id IN ${layout.membersOf('everyone')}`]);
    const outcome = await store.runBatch(
      scope,
      batchRun('r2', 2, [scan], { old: { kind: 'leaf', leaf: 0 } }),
      untilDone(),
    );
    assert.equal(outcome.counts[0]?.total, 3);
  },
};

/** Tests of `members`, `streamMembers` and `membersOf`. */
export function describeMembers(name: string, open: () => Promise<DataStore>): void {
  describeStore(`${name}: members`, open, tests);
}
