import { Problem, type Schedule, type ScheduleId, type Scope } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/** A schedule of the scope. Throws `scheduleNotFound`. */
export async function findSchedule(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  id: ScheduleId,
): Promise<Schedule> {
  const schedule = await control.schedules.find(scope, id);
  if (schedule === null) throw new Problem('scheduleNotFound');
  return schedule;
}
