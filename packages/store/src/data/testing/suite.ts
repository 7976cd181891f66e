/** A suite over one store, with a sandbox of its own for each test. */
import { after, before, describe, it } from 'node:test';
import type { Scope } from '@muster/audience';
import type { DataStore } from '../../ports/data-store.ts';
import { testScope } from './world.ts';

/** A test: the store and a sandbox that nobody else uses. */
export type StoreTest = (store: DataStore, scope: Scope) => Promise<void>;

/** Declares `tests`, by their sentences, on one store. */
export function describeStore(
  title: string,
  open: () => Promise<DataStore>,
  tests: Readonly<Record<string, StoreTest>>,
): void {
  describe(title, () => {
    let store: DataStore;
    before(async () => {
      store = await open();
    });
    after(async () => {
      await store.close();
    });
    for (const [sentence, test] of Object.entries(tests)) {
      it(sentence, async () => {
        const scope = testScope(`s${Math.random().toString(36).slice(2)}`);
        try {
          await test(store, scope);
        } finally {
          await store.dropSandbox(scope);
        }
      });
    }
  });
}
