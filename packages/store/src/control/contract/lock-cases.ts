import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContractCase } from './contract-case.ts';

/** What locks and the store as a whole promise. */
export const lockCases: readonly ContractCase[] = [
  {
    name: 'a lock is held by one at a time, whoever asks',
    run: async ({ store, peer, scope }) => {
      let holders = 0;
      let holdersMax = 0;
      const hold = async (): Promise<void> => {
        holders += 1;
        holdersMax = Math.max(holdersMax, holders);
        await delay(5);
        holders -= 1;
      };
      const name = `one at a time in ${scope.org}`;
      const works = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : peer).withLock(name, hold));
      await Promise.all(works);
      assert.equal(holdersMax, 1);
    },
  },
  {
    name: 'a lock gives what the work gives, and is free after work that failed',
    run: async ({ store, peer, scope }) => {
      const name = `free after failure in ${scope.org}`;
      await assert.rejects(
        store.withLock(name, () => Promise.reject(new Error('broken'))),
        /broken/,
      );
      assert.equal(await peer.withLock(name, async () => 'done'), 'done');
    },
  },
  {
    name: 'locks of different names do not wait for each other, and queries go on while they are held',
    run: async ({ store, peer, scope }) => {
      const meeting = Promise.withResolvers<void>();
      const left = store.withLock(`left of ${scope.org}`, () => meeting.promise);
      await peer.withLock(`right of ${scope.org}`, async () => {
        await store.ping();
        meeting.resolve();
      });
      await left;
    },
  },
];
