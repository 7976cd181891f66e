import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EvaluationJob, type JobStatus, jobStatuses } from './evaluation-job.ts';
import { actorId, epochMs, jobId } from './ids.ts';
import {
  decideCancellation,
  isFinalJobStatus,
  isJobTransition,
  jobStatusesBefore,
  unfinishedJobStatuses,
} from './job-rules.ts';
import { Problem } from './problem.ts';

const jobIn = (status: JobStatus): EvaluationJob => ({
  id: jobId('job'),
  source: 'api',
  requestId: 'request',
  scheduledRun: null,
  status,
  asOf: epochMs(0),
  audiences: [],
  createdBy: actorId('someone'),
  createdAt: epochMs(0),
  updatedAt: epochMs(0),
  attempts: 0,
  progress: 0,
  metrics: null,
  errors: [],
});

test('three states are final, and nothing follows them', () => {
  assert.deepEqual(jobStatuses.filter(isFinalJobStatus), ['CANCELLED', 'FAILED', 'SUCCEEDED']);
  assert.deepEqual(unfinishedJobStatuses, ['NEW', 'QUEUED', 'PROCESSING', 'CANCELLING']);
  for (const to of jobStatuses) assert.equal(isJobTransition('SUCCEEDED', to), false);
});

test('a job succeeds only after it was processed', () => {
  assert.deepEqual(jobStatusesBefore('SUCCEEDED'), ['PROCESSING', 'CANCELLING']);
});

test('a job that is being cancelled is not taken up again', () => {
  assert.equal(isJobTransition('CANCELLING', 'PROCESSING'), false);
  assert.equal(isJobTransition('CANCELLING', 'QUEUED'), false);
});

test('a job whose runner died is queued again', () => {
  assert.equal(isJobTransition('PROCESSING', 'QUEUED'), true);
});

test('a waiting job is cancelled at once and a running one is asked to stop', () => {
  assert.equal(decideCancellation(jobIn('NEW')), 'CANCELLED');
  assert.equal(decideCancellation(jobIn('QUEUED')), 'CANCELLED');
  assert.equal(decideCancellation(jobIn('PROCESSING')), 'CANCELLING');
  assert.equal(decideCancellation(jobIn('CANCELLING')), 'CANCELLING');
});

test('a job that has ended cannot be cancelled', () => {
  const decision = decideCancellation(jobIn('FAILED'));
  assert.ok(decision instanceof Problem);
  assert.equal(decision.problem, 'jobNotCancellable');
});
