import { Problem } from '@muster/audience';

/**
 * How often a change is tried while others write the same audience. Of the writers that meet, one gets through each
 * time, so that this many can meet at one audience.
 */
export const changeAttemptsMax = 100;

/** Whether a write met another one; the next attempt sees what that one left. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof Problem && error.problem === 'preconditionFailed';
}
