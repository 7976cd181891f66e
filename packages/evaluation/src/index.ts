/** Evaluation of audiences over the store ports. */
export type { BatchDependencies } from './evaluate-batch.ts';
export { evaluateBatch } from './evaluate-batch.ts';
export type { EvaluateJob, JobLog, JobRunner, JobRunnerOptions } from './job-runner.ts';
export { createJobRunner } from './job-runner.ts';
export { re2Engine } from './regex.ts';
