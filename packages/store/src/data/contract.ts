/** What every data store does: the one suite that all adapters pass. */
import type { DataStore } from '../ports/data-store.ts';
import { describeBatchRuns } from './testing/batch-runs.ts';
import { describeExports } from './testing/exports.ts';
import { describeMembers } from './testing/members.ts';
import { describeProbes } from './testing/probes.ts';
import { describeWrites } from './testing/writes.ts';

/** Tests a data store; `open` gives one that is closed at the end. */
export function describeDataStore(name: string, open: () => Promise<DataStore>): void {
  describeWrites(name, open);
  describeBatchRuns(name, open);
  describeMembers(name, open);
  describeProbes(name, open);
  describeExports(name, open);
}
