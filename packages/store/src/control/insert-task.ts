import { type NewTask, type Scope, startTask, type Task } from '@muster/audience';
import { sql } from 'kysely';
import type { ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { numberOf } from './rows/row.ts';
import { encodeNewTask, encodeTaskProgress } from './rows/task-row.ts';
import { inTenant, tasksClaim } from './tenant.ts';

/** Stores a new task of a kind, as part of a transaction; gives it with its number. */
export async function insertTask<Request>(
  dialect: ControlDialect,
  transaction: ControlTransaction,
  { scope, kind }: { readonly scope: Scope; readonly kind: string },
  made: NewTask<Request>,
): Promise<Task<Request, never>> {
  await dialect.claim(transaction, tasksClaim(scope, kind));
  const row: unknown = await transaction
    .selectFrom('tasks')
    .select((eb) => eb.fn.coalesce(eb.fn.max('number'), sql<number>`0`).as('latest'))
    .where(inTenant(scope, 'tasks'))
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  const task = startTask(made, numberOf(row, 'latest') + 1);
  await transaction
    .insertInto('tasks')
    .values({ ...encodeNewTask(scope, kind, made), number: task.number, ...encodeTaskProgress(task) })
    .execute();
  return task;
}
