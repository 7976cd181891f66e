/** A batch evaluation job, from definitions to stored members. */
import type { Clock, EvaluationJob, JobMetrics, Scope } from '@muster/audience';
import { epochMs } from '@muster/audience';
import type { RegexEngine } from '@muster/pql';
import { planBatch, renderScans } from '@muster/pql';
import type { ControlStore, DataStore, ProgressListener } from '@muster/store';
import { loadSandboxSchema } from '@muster/store';
import { checkAudiences } from './check-audiences.ts';

/** What a batch evaluation acts through. */
export interface BatchDependencies {
  readonly control: Pick<ControlStore, 'schemas' | 'withLock'>;
  readonly data: Pick<DataStore, 'layout' | 'runBatch'>;
  readonly regex: RegexEngine;
  readonly clock: Clock;
}

/**
 * Evaluates the audiences of a job at the job's `asOf` and stores their members. Repeating a job changes nothing.
 *
 * Throws `expressionInvalid` when a rule does not fit the sandbox's fields any more, and whatever the data plane throws.
 */
export async function evaluateBatch(
  { control, data, regex, clock }: BatchDependencies,
  scope: Scope,
  job: Pick<EvaluationJob, 'id' | 'asOf' | 'audiences'>,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<JobMetrics> {
  const startedAt = clock.now();
  const schema = await loadSandboxSchema(control, scope);
  const audiences = checkAudiences(job.audiences, schema, regex);
  // One run of a sandbox at a time, in all processes: each builds on the members that the one before stored.
  const outcome = await control.withLock(`evaluation ${scope.org} ${scope.sandbox}`, async () => {
    const plan = renderScans(planBatch(audiences, job.asOf), await data.layout(scope));
    return data.runBatch(scope, { runId: job.id, asOf: epochMs(job.asOf), plan }, options);
  });
  return { startedAt, endedAt: clock.now(), ...outcome };
}
