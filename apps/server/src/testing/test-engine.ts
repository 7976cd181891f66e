import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataStore, openEmbeddedDataStore } from '@muster/store';

/** An embedded data engine in a folder of its own, which is gone when it is closed. */
export interface TestEngine {
  readonly data: DataStore;
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts an engine without data. */
export async function openTestEngine(): Promise<TestEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-engine-'));
  const data = await openEmbeddedDataStore({ folder });
  return {
    data,
    folder,
    async close() {
      await data.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
