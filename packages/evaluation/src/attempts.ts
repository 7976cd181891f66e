/** When work of a runner, a job or a task, that ended without a result is tried again. */
import { type JobError, Problem } from '@muster/audience';

/** Work is given up after so many attempts that ended without a result. */
export const attemptsMax = 3;

/** Whether another attempt may go better: the engine went away, and its successor takes the same statements. */
export function isWorthRepeating(error: unknown, attempts: number): boolean {
  return error instanceof Problem && error.problem === 'engineUnavailable' && attempts < attemptsMax;
}

/** What work ends with that is given up because its processes vanished; `name` is what such work is called. */
export const abandonedError = (name: string): JobError => ({
  code: 'MUSTER-100101-500',
  message: `the ${name} was started ${attemptsMax} times and the process ended each time before there was a result`,
});
