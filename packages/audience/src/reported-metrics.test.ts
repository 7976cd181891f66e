import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from './ids.ts';
import { afterReport } from './reported-metrics.ts';

const report = { jobId: 'j', jobType: 'export', reportedAt: epochMs(5) } as const;

test('a report replaces the counts that it speaks of and keeps the others', () => {
  const first = afterReport(null, { ...report, totalProfiles: 7 });
  assert.deepEqual(first, { ...report, totalProfiles: 7, recordCount: null });
  const second = afterReport(first, { ...report, jobId: 'k', jobType: 'AO', reportedAt: epochMs(6), recordCount: 9 });
  assert.deepEqual(second, { jobId: 'k', jobType: 'AO', reportedAt: 6, totalProfiles: 7, recordCount: 9 });
  assert.equal(afterReport(second, { ...report, totalProfiles: 0 }).totalProfiles, 0);
});
