import { type EvaluationJob, type JobId, Problem, type Scope } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/** A job of the scope. Throws `jobNotFound`. */
export async function findJob(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  id: JobId,
): Promise<EvaluationJob> {
  const job = await control.jobs.find(scope, id);
  if (job === null) throw new Problem('jobNotFound');
  return job;
}
