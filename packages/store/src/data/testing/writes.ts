/** How writes become profiles and events. */
import assert from 'node:assert/strict';
import type { DataLayout } from '@muster/pql';
import type { DataStore } from '../../ports/data-store.ts';
import { schemaLayout } from '../schema-layout.ts';
import { describeStore, type StoreTest } from './suite.ts';
import { document, event, people, record, testSchema, testScope, write } from './world.ts';

const tests: Readonly<Record<string, StoreTest>> = {
  'a sandbox without data has nobody and no columns but those of every event': async (store, scope) => {
    assert.deepEqual(await store.count(scope), { profiles: 0, events: 0 });
    const layout = await store.layout(scope);
    assert.deepEqual([...layout.profiles.columns.keys()], []);
    assert.deepEqual([...layout.events.columns.keys()].sort(), ['_id', 'eventType', 'timestamp']);
  },

  'the columns of fields that all had a value are those the schema tells': async (store, scope) => {
    const offers = [{ code: 'p', value: 1.5 }];
    const attributes = {
      name: 'Ann',
      age: 3,
      score: 1.5,
      active: true,
      birth: 1000,
      devices: { phone: { model: 'X1', tags: ['a'] } },
      interests: ['x'],
      home: { country: 'DE', city: 'Bonn' },
      loyalty: { cards: [{ number: '1', points: 5, offers }] },
      'we`ird "näme"\\.x/%\n': 'y',
      profile_id: 'z',
    };
    const body = {
      eventType: 'view',
      commerce: { order: { priceTotal: 1 } },
      productListItems: [{ SKU: 's', quantity: 2 }],
    };
    await write(store, scope, [record('a', attributes)], [event('a', 'e1', body)]);
    const { profiles, events } = await store.layout(scope);
    const told = schemaLayout(testSchema);
    const byName = (columns: DataLayout['profiles']['columns']) => Object.fromEntries(columns);
    assert.deepEqual(byName(profiles.columns), byName(told.profiles.columns));
    assert.deepEqual(byName(events.columns), byName(told.events.columns));
  },

  'writing the same batch again changes nothing': async (store, scope) => {
    const batch = {
      records: [record('a', { name: 'Ann', age: 3 })],
      events: [event('a', 'e1', { eventType: 'view' })],
    };
    await write(store, scope, batch.records, batch.events);
    await write(store, scope, batch.records, batch.events);
    assert.deepEqual(await store.count(scope), { profiles: 1, events: 1 });
    assert.deepEqual(await people(store, scope, ['name', 'age']), { a: { name: 'Ann', age: 3 } });
    await store.compact(scope);
    assert.deepEqual(await store.count(scope), { profiles: 1, events: 1 });
  },

  'people with events and no record are profiles without attributes': async (store, scope) => {
    await write(store, scope, [record('a', { name: 'Ann' })], [event('b', 'e1', {})]);
    assert.deepEqual(await people(store, scope, ['name']), { a: { name: 'Ann' }, b: { name: null } });
  },

  'attributes that come after the events are found': async (store, scope) => {
    await write(store, scope, [], [event('a', 'e1', {})]);
    await write(store, scope, [record('a', { home: { country: 'DE' } })]);
    assert.deepEqual(await people(store, scope, ['home.country']), { a: { 'home.country': 'DE' } });
    assert.equal((await store.count(scope)).profiles, 1);
  },

  'the latest statement wins leaf by leaf, in whatever order statements come': async (store, scope) => {
    await write(store, scope, [record('a', { name: 'new', home: { city: 'Bonn' } }, 2000)]);
    await write(store, scope, [record('a', { name: 'old', age: 1, home: { country: 'DE', city: 'Kiel' } }, 1000)]);
    assert.deepEqual(await people(store, scope, ['name', 'age', 'home.country', 'home.city']), {
      a: { name: 'new', age: 1, 'home.country': 'DE', 'home.city': 'Bonn' },
    });
  },

  'of statements of one time in a batch, the later wins and the earlier keeps its other leaves': async (
    store,
    scope,
  ) => {
    await write(store, scope, [record('a', { name: 'first', age: 1 }), record('a', { name: 'second' })]);
    assert.deepEqual(await people(store, scope, ['name', 'age']), { a: { name: 'second', age: 1 } });
  },

  'arrays are replaced as a whole and an empty array replaces nothing': async (store, scope) => {
    const cards = [{ number: '1', points: 5 }, { number: '2' }];
    await write(store, scope, [record('a', { interests: ['x', 'y'], loyalty: { cards } }, 1000)]);
    await write(store, scope, [record('a', { interests: [], loyalty: { cards: [{ number: '3' }] } }, 2000)]);
    const fields = ['interests', 'loyalty.cards.number', 'loyalty.cards.points'];
    assert.deepEqual(await people(store, scope, fields), {
      a: { interests: ['x', 'y'], 'loyalty.cards.number': ['3'], 'loyalty.cards.points': [null] },
    });
  },

  'maps of several records are united, and of each key the latest entry counts': async (store, scope) => {
    const phone = { model: 'X1', tags: ['a', 'b'] };
    await write(store, scope, [record('a', { devices: { phone, watch: { model: 'W' } } }, 2000)]);
    await write(store, scope, [record('a', { devices: { phone: { model: 'old' }, desk: { tags: ['c'] } } }, 1000)]);
    await write(store, scope, [record('a', { devices: { watch: { tags: ['d'] } } }, 3000)]);
    assert.deepEqual(await people(store, scope, ['devices.key', 'devices.value.model', 'devices.value.tags']), {
      a: {
        'devices.key': ['desk', 'phone', 'watch'],
        'devices.value.model': [null, 'X1', null],
        'devices.value.tags': [['c'], ['a', 'b'], ['d']],
      },
    });
  },

  'parallel columns of nested arrays have one shape, also for rows older than a column': async (store, scope) => {
    const cards = [{ number: '1', offers: [{ code: 'p' }, { code: 'q' }] }, { number: '2' }];
    await write(store, scope, [record('old', { loyalty: { cards } })]);
    await write(store, scope, [record('new', { loyalty: { cards: [{ offers: [{ value: 1.5 }] }] } })]);
    assert.deepEqual(
      await people(store, scope, ['loyalty.cards.number', 'loyalty.cards.offers.code', 'loyalty.cards.offers.value']),
      {
        old: {
          'loyalty.cards.number': ['1', '2'],
          'loyalty.cards.offers.code': [['p', 'q'], []],
          'loyalty.cards.offers.value': [[null, null], []],
        },
        new: {
          'loyalty.cards.number': [null],
          'loyalty.cards.offers.code': [[null]],
          'loyalty.cards.offers.value': [[1.5]],
        },
      },
    );
  },

  'every kind of value comes back as it was, whatever is in it': async (store, scope) => {
    const text = 'it\'s "q" `b` \\ \n\t\r\u0000 {p0:String} -- /* ünï 漢字 🎉';
    const weird = 'we`ird "näme"\\.x/%\n';
    const attributes = { name: text, score: -1.5e-7, active: false, birth: -5, profile_id: 'p', [weird]: text };
    await write(store, scope, [record(text, attributes)]);
    const fields = ['name', 'score', 'active', 'birth', 'profile_id', weird];
    assert.deepEqual(await people(store, scope, fields), { [text]: { ...attributes } });
  },

  'text with half characters is kept with replacement characters': async (store, scope) => {
    await write(store, scope, [record('a', { name: 'x\ud800y' })]);
    assert.deepEqual(await people(store, scope, ['name']), { a: { name: 'x\ufffdy' } });
  },

  'namespaces are compared without regard to case and keep their first spelling': async (store, scope) => {
    const identity = { namespace: 'eMAIL', id: 'a' };
    await write(store, scope, [record('a', { name: 'Ann' })]);
    await write(store, scope, [{ ...record('a', { age: 4 }), identity }, record('A', {})]);
    assert.deepEqual(await people(store, scope, ['name', 'age']), {
      a: { name: 'Ann', age: 4 },
      A: { name: null, age: null },
    });
  },

  'fields of type any have no column': async (store, scope) => {
    await write(store, scope, [record('a', { anything: { x: 1 }, name: 'n' })]);
    assert.deepEqual([...(await store.layout(scope)).profiles.columns.keys()], ['name']);
  },

  'columns say where values are': async (store, scope) => {
    const items = [{ SKU: 's', quantity: 1 }];
    await write(
      store,
      scope,
      [],
      [event('a', 'e', { productListItems: items, commerce: { order: { priceTotal: 1 } } })],
    );
    const { columns } = (await store.layout(scope)).events;
    assert.deepEqual(columns.get('productListItems.SKU'), {
      name: 'productListItems.SKU',
      element: 'String',
      arrayDepth: 1,
      nullable: true,
    });
    assert.equal(columns.get('commerce.order.priceTotal')?.name, 'commerce/order/priceTotal');
    assert.equal(columns.get('timestamp')?.nullable, false);
  },

  'sandboxes of one name in two organisations share nothing': async (store, scope) => {
    const other = testScope(scope.sandbox, 'other@Test');
    await write(store, scope, [record('a', { name: 'Ann' })]);
    await store.write(other, testSchema, { datasetId: 'd', records: [], events: [event('b', 'e', {})] });
    assert.deepEqual(await store.count(scope), { profiles: 1, events: 0 });
    assert.deepEqual(await store.count(other), { profiles: 1, events: 1 });
    await store.dropSandbox(other);
    assert.deepEqual(await store.count(other), { profiles: 0, events: 0 });
    assert.deepEqual(await store.count(scope), { profiles: 1, events: 0 });
    await store.dropSandbox(other);
  },

  'an empty document is a profile': async (store, scope) => {
    await store.write(scope, testSchema, {
      datasetId: 'd',
      records: [{ ...record('a', {}), attributes: document({}) }],
      events: [],
    });
    assert.equal((await store.count(scope)).profiles, 1);
  },
};

/** Tests of `write`, `layout` and `count`. */
export function describeWrites(name: string, open: () => Promise<DataStore>): void {
  describeStore(`${name}: writes`, open, tests);
}
