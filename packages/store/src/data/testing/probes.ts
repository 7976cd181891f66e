/** How one rule's members are looked for without being stored. */
import assert from 'node:assert/strict';
import { audienceId, type Scope } from '@muster/audience';
import type { DataLayout, Formula } from '@muster/pql';
import type { DataStore, Probe, ProbeOutcome } from '../../ports/data-store.ts';
import { describeStore, type StoreTest } from './suite.ts';
import { batchRun, equals, event, profileColumn, profileScan, record, untilDone, write } from './world.ts';

/** Germans by leaf 0, unless another formula is given. */
function germans(changes: Partial<Probe> = {}, formula: Formula = { kind: 'leaf', leaf: 0 }): Probe {
  const scans = (layout: DataLayout) => [profileScan(layout, [equals(profileColumn(layout, 'home.country'), 'DE')])];
  return {
    probeId: 'probe',
    share: 1,
    matchesMax: 3,
    plan: (layout) => ({ scans: scans(layout), audiences: [{ audienceId: 'looked for', formula }] }),
    ...changes,
  };
}

const look = (store: DataStore, scope: Scope, probe: Probe): Promise<ProbeOutcome> =>
  store.probe(scope, probe, untilDone());

async function manyPeople(store: DataStore, scope: Scope, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, index) =>
    record(`p${index}`, { home: { country: index % 4 === 0 ? 'DE' : 'US' } }),
  );
  await write(store, scope, records, [event('visitor', 'e1', { eventType: 'view' })]);
}

const tests: Readonly<Record<string, StoreTest>> = {
  'a probe of everyone is exact, names the first matches and stores nothing': async (store, scope) => {
    await manyPeople(store, scope, 40);
    const found = await look(store, scope, germans());
    assert.deepEqual(
      { ...found, byNamespace: { ...found.byNamespace } },
      {
        totalProfiles: 41,
        profilesRead: 41,
        profilesMatched: 10,
        byNamespace: { Email: 10 },
        firstMatches: [1, 5, 9],
      },
    );
    assert.equal((await store.summaries(scope, [audienceId('looked for')])).size, 0);
    const named = await store.profiles(scope, [...found.firstMatches].reverse(), ['home.country']);
    assert.deepEqual(
      named.map(({ identity, attributes }) => [identity.id, attributes['home.country']]),
      [
        ['p0', 'DE'],
        ['p4', 'DE'],
        ['p8', 'DE'],
      ],
    );
  },

  'a probe of nobody, and one in an empty sandbox, find nothing': async (store, scope) => {
    const empty = await look(store, scope, {
      ...germans(),
      plan: () => ({ scans: [], audiences: [{ audienceId: 'a', formula: { kind: 'everyone' } }] }),
    });
    assert.deepEqual([empty.totalProfiles, empty.profilesMatched, empty.firstMatches], [0, 0, []]);
    await manyPeople(store, scope, 4);
    assert.equal((await look(store, scope, germans({}, { kind: 'nobody' }))).profilesMatched, 0);
  },

  'a sample has the same profiles every time, about its share of them, and cuts stored members to it': async (
    store,
    scope,
  ) => {
    await manyPeople(store, scope, 4_000);
    const first = await look(store, scope, germans({ share: 0.25 }));
    assert.deepEqual(await look(store, scope, germans({ share: 0.25, probeId: 'again' })), first);
    assert.equal(first.totalProfiles, 4_001);
    assert.ok(first.profilesRead > 850 && first.profilesRead < 1_150, String(first.profilesRead));
    assert.ok(first.profilesMatched > 180 && first.profilesMatched < 320, String(first.profilesMatched));
    const everyone: Formula = { kind: 'everyone' };
    await store.runBatch(scope, batchRun('run', 1, [], { all: everyone }), untilDone());
    for (const formula of [everyone, { kind: 'audience', audienceId: 'all' } as const]) {
      const all = await look(store, scope, germans({ share: 0.25 }, formula));
      assert.deepEqual([all.profilesRead, all.profilesMatched], [first.profilesRead, first.profilesRead]);
    }
  },

  'an aborted probe ends with the reason': async (store, scope) => {
    await manyPeople(store, scope, 4);
    const signal = AbortSignal.abort(new Error('too late'));
    await assert.rejects(store.probe(scope, germans(), { signal, onProgress: () => undefined }), /too late/);
  },
};

/** Tests the probes of a store. */
export function describeProbes(name: string, open: () => Promise<DataStore>): void {
  describeStore(`${name}: probes`, open, tests);
}
