import { type EvaluationJob, type JobId, Problem, type Scope } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/** Those of the jobs that exist, in the order asked for. Throws `entitiesNotFound` when none does. */
export async function bulkFindJobs(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  ids: readonly JobId[],
): Promise<readonly EvaluationJob[]> {
  const jobs = await control.jobs.findMany(scope, ids);
  if (jobs.length > 0) return jobs;
  throw new Problem('entitiesNotFound', [{ message: `The entity ${ids.join(',')} is not found.` }]);
}
