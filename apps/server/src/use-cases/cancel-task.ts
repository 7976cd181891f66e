import { cancelledTaskStatus, type EpochMs, type Scope, type Task } from '@muster/audience';
import type { TaskStore } from '@muster/store';
import type { TaskDoor } from './ports.ts';

/**
 * The task after a wish to cancel it, as it was when there is nothing to do any more; null when it was taken up or ended
 * since it was read. A task passes through few states, so that asking again soon ends.
 */
export async function cancelTask<Request, Outcome>(
  store: TaskStore<Request, Outcome>,
  runner: TaskDoor,
  scope: Scope,
  task: Task<Request, Outcome>,
  at: EpochMs,
): Promise<Task<Request, Outcome> | null> {
  const status = cancelledTaskStatus(task.status);
  if (status === null) return task;
  const changed = { ...task, status, updatedAt: at, endedAt: status === 'CANCELLED' ? at : null };
  if (!(await store.transition(scope, changed, [task.status]))) return null;
  if (status === 'CANCELLING') runner.abort(task.id);
  return changed;
}
