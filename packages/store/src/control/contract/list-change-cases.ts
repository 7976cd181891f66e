/** Lists that were read before audiences changed, against what they should be: random writes between random lists. */
import assert from 'node:assert/strict';
import { env } from 'node:process';
import { type Audience, type AudienceId, audienceId, type Scope } from '@muster/audience';
import type { AudienceQuery, ControlStore } from '../../ports/control-store.ts';
import { type Look, made, randomQueries, type Step, sampleLooks, sampleSteps } from '../testing/random-audiences.ts';
import { sampleMetrics, sampleReport, sampleTime } from '../testing/samples.ts';
import type { ContractCase, ContractContext } from './contract-case.ts';
import { expectedList } from './expected-list.ts';
import { readAfresh } from './read-afresh.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** The store, and what it should hold. */
class Model {
  readonly #context: ContractContext;
  readonly #audiences = new Map<AudienceId, Audience>();
  #versions = 0;

  constructor(context: ContractContext) {
    this.#context = context;
  }

  get all(): readonly Audience[] {
    return [...this.#audiences.values()];
  }

  async create(store: ControlStore, look: Look): Promise<void> {
    this.#versions += 1;
    const audience = made(`id-${(this.#versions * 7_919) % 10_007}`, look, this.#versions);
    await store.audiences.create(this.#context.scope, audience);
    this.#audiences.set(audience.id, audience);
  }

  async write(step: Step): Promise<void> {
    const { scope, peer } = this.#context;
    const store = step.target % 2 === 0 ? this.#context.store : peer;
    const target = this.all[step.target % this.all.length];
    if (target === undefined || step.write === 'create') return this.create(store, step.look);
    switch (step.write) {
      case 'replace':
        return this.#replace(store, target, step.look);
      case 'delete':
        await store.audiences.delete(scope, target.id);
        this.#audiences.delete(target.id);
        return undefined;
      case 'measure':
        return this.#measure(store, target, step.look.number);
      case 'report':
        return this.#report(store, target, step.look.number);
      case 'refuse':
        await assert.rejects(store.audiences.create(scope, target));
        return undefined;
    }
  }

  async #replace(store: ControlStore, target: Audience, look: Look): Promise<void> {
    this.#versions += 1;
    const next = made(target.id, look, this.#versions, target);
    await store.audiences.replace(this.#context.scope, next, target.etag);
    this.#audiences.set(next.id, next);
  }

  async #measure(store: ControlStore, target: Audience, size: number): Promise<void> {
    if (target.kind !== 'platform') return;
    const metrics = sampleMetrics(size);
    const sizes = new Map([
      [target.id, metrics],
      [audienceId('unknown'), metrics],
    ]);
    await store.audiences.saveMetrics(this.#context.scope, sizes);
    this.#audiences.set(target.id, { ...target, metrics });
  }

  async #report(store: ControlStore, target: Audience, size: number): Promise<void> {
    const metrics = sampleReport(size);
    const report = { jobId: 'job', jobType: 'export', reportedAt: sampleTime, totalProfiles: size } as const;
    await store.audiences.reportMetrics(this.#context.scope, new Map([[target.id, report]]));
    if (target.kind === 'external') this.#audiences.set(target.id, { ...target, metrics });
  }

  async read(read: Step['reads'][number]): Promise<void> {
    const { scope } = this.#context;
    const query = randomQueries[read.query] ?? { sort: [] };
    const page = { offset: read.offset, limit: 10 };
    const expected = expectedList(this.all, query);
    const reader = read.isPeer ? this.#context.peer : this.#context.store;
    const found = await reader.audiences.list(scope, query, page);
    const about = `${JSON.stringify({ query, page })}; MUSTER_SEED=${seed} repeats it`;
    assert.deepEqual(
      found.items.map(({ id }) => id),
      expected.slice(page.offset, page.offset + page.limit).map(({ id }) => id),
      about,
    );
    assert.equal(found.totalCount, expected.length, about);
  }
}

const writers = 4;
const roundsOfWriter = 25;

/** A list of all audiences that is asked for in one round of one writer first, while the others go on. */
const lateQuery = (round: number): AudienceQuery => ({
  sort: [{ key: 'name', direction: 'asc' }],
  conditions: [{ attribute: 'createdAt', operator: 'atLeast', value: sampleTime - round }],
});

/** Checks that a page of a list shows the matches that there are, by the list that remembers nothing. */
async function checkList(
  reader: ControlStore,
  scope: Scope,
  query: AudienceQuery,
  page = { offset: 0, limit: 5 },
): Promise<void> {
  const { items, totalCount } = await reader.audiences.list(scope, query, page);
  const matches = await readAfresh(reader, scope, query);
  const shown = { totalCount, ids: items.map(({ id }) => id) };
  const ids = matches.slice(page.offset, page.offset + page.limit);
  assert.deepEqual(shown, { totalCount: matches.length, ids }, JSON.stringify(query));
}

/** One of several writers at once, which now and then reads: creates, replaces and measures what others do too. */
async function writeAndRead(store: ControlStore, scope: Scope, writer: number): Promise<void> {
  for (let round = 0; round < roundsOfWriter; round += 1) {
    const number = writer * roundsOfWriter + round;
    const look = { isExternal: false, word: number % 4, elements: number % 4, number: number % 7, state: 0 };
    const audience = made(`w-${number}`, look, number);
    await store.audiences.create(scope, audience);
    const shared = audienceId(`shared-${round % 3}`);
    const stored = await store.audiences.find(scope, shared);
    assert.ok(stored !== null);
    const next = made(shared, { ...look, state: round % 2 }, 1_000 + number, stored);
    // Another writer may have been first.
    const replacing = store.audiences.replace(scope, next, stored.etag).catch(() => undefined);
    const sizes = new Map([[shared, sampleMetrics(number % 5)]]);
    await Promise.all([replacing, store.audiences.saveMetrics(scope, sizes)]);
    if (round % 5 === 4) await store.audiences.delete(scope, audience.id);
    for (const query of [randomQueries[number % randomQueries.length] ?? { sort: [] }, lateQuery(number)])
      await store.audiences.list(scope, query, { offset: 0, limit: 5 });
  }
}

const createdAt = [{ key: 'createdAt', direction: 'desc' }] as const;
const plainLook = { isExternal: false, word: 0, elements: 1, number: 1, state: 0 };

/** What lists promise that were read before something changed. */
export const listChangeCases: readonly ContractCase[] = [
  {
    name: `random lists between random writes are what they should be, seed ${seed}`,
    run: async (context) => {
      const model = new Model(context);
      for (const look of sampleLooks(seed, 200)) await model.create(context.store, look);
      for (const step of sampleSteps(seed, 400)) {
        await model.write(step);
        for (const read of step.reads) await model.read(read);
      }
    },
  },
  {
    name: 'lists that are read while several write count each audience in the end',
    run: async ({ store, peer, scope }) => {
      for (const id of ['shared-0', 'shared-1', 'shared-2']) {
        await store.audiences.create(scope, made(id, plainLook, 0));
      }
      const works = Array.from({ length: writers }, (_, writer) =>
        writeAndRead(writer % 2 === 0 ? store : peer, scope, writer),
      );
      await Promise.all(works);
      const late = Array.from({ length: writers * roundsOfWriter }, (_, round) => lateQuery(round));
      for (const reader of [store, peer]) {
        for (const query of [...randomQueries, ...late]) await checkList(reader, scope, query);
      }
    },
  },
  {
    name: 'a list follows its matches past the number that are sorted at once, and back',
    run: async ({ store, peer, scope }) => {
      const query: AudienceQuery = { sort: createdAt, nameContains: 'red' };
      const all: Audience[] = [];
      for (const count of [990, 1_010, 985, 1_005]) {
        while (all.length < count) {
          const audience = made(`many-${all.length}`, plainLook, all.length);
          all.push(audience);
          await store.audiences.create(scope, audience);
        }
        for (const { id } of all.splice(count)) await peer.audiences.delete(scope, id);
        for (const reader of [store, peer]) await checkList(reader, scope, query);
      }
    },
  },
  {
    name: 'lists by size follow batch runs over more audiences than are looked through',
    run: async ({ store, peer, scope }) => {
      const all = Array.from({ length: 510 }, (_, index) => made(`sized-${index}`, plainLook, index));
      for (const audience of all) await store.audiences.create(scope, audience);
      const query: AudienceQuery = {
        sort: [{ key: 'totalProfiles', direction: 'desc' }],
        conditions: [{ attribute: 'totalProfiles', operator: 'atLeast', value: 300 }],
      };
      // How many audiences each run finds new sizes of, and the runs between two readings.
      const runs = [
        [510, [0]],
        [510, [1]],
        [510, [299]],
        [400, [5]],
        [500, [6, 7, 8]],
        [3, [200]],
      ] as const;
      for (const [count, shifts] of runs) {
        for (const shift of shifts) {
          const sizes = all.slice(0, count).map(({ id }, index) => [id, sampleMetrics(index + shift)] as const);
          await store.audiences.saveMetrics(scope, new Map(sizes));
        }
        for (const reader of [store, peer]) await checkList(reader, scope, query, { offset: 10, limit: 5 });
      }
    },
  },
];
