/** Evaluation of audiences over the store ports. */
export type { BatchDependencies, BatchEvaluation } from './evaluate-batch.ts';
export { evaluateBatch } from './evaluate-batch.ts';
export type { PreviewDependencies } from './evaluate-preview.ts';
export { evaluatePreview } from './evaluate-preview.ts';
export type { JobLog } from './job-log.ts';
export type { EvaluateJob, JobRunner, JobRunnerOptions } from './job-runner.ts';
export { createJobRunner, jobErrorLimits } from './job-runner.ts';
export { patternLimits, re2Engine } from './regex.ts';
export type { ExportDependencies, ExportDraft } from './run-export.ts';
export { runExport } from './run-export.ts';
export type { RunTask, TaskRunner, TaskRunnerOptions } from './task-runner.ts';
export { createTaskRunner } from './task-runner.ts';
