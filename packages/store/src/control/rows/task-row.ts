/** Tasks as rows. What a task was made of is written once; what a run changes is apart. */
import {
  actorId,
  type EpochMs,
  type JobError,
  type NewTask,
  type Scope,
  type Task,
  taskId,
  taskStatuses,
} from '@muster/audience';
import type { Insertable } from 'kysely';
import { columnText } from '../column-text.ts';
import type { ControlTables } from '../tables.ts';
import { memberOf, numberOf, numberOrNullOf, oneOf, parsedOf, renderJson, textOf, timeOf } from './row.ts';

/** One kind of task: its name in the table, and how its documents are read. */
export interface TaskKind<Request, Outcome> {
  readonly kind: string;
  readonly decodeRequest: (value: unknown) => Request;
  readonly decodeOutcome: (value: unknown) => Outcome;
}

type TasksRow = Insertable<ControlTables['tasks']>;

/** What changes in the life of a task. */
export function encodeTaskProgress<Request, Outcome>(
  task: Task<Request, Outcome>,
): Pick<TasksRow, 'status' | 'updated_at' | 'outcome'> {
  const { outcome, error, progress, attempts, startedAt, endedAt } = task;
  return {
    status: task.status,
    updated_at: task.updatedAt,
    outcome: renderJson({ outcome, error, progress, attempts, startedAt, endedAt }),
  };
}

/** The columns of a new task that do not change. */
export function encodeNewTask<Request>(
  scope: Scope,
  kind: string,
  made: NewTask<Request>,
): Omit<TasksRow, 'number' | 'status' | 'updated_at' | 'outcome'> {
  return {
    org: scope.org,
    sandbox: scope.sandbox,
    kind,
    id: columnText(made.id),
    subject: columnText(made.subject),
    created_by: columnText(made.createdBy),
    created_at: made.createdAt,
    request: JSON.stringify(made.request),
  };
}

function timeOrNullOf(holder: unknown, name: string): EpochMs | null {
  return numberOrNullOf(holder, name) === null ? null : timeOf(holder, name);
}

function errorOf(value: unknown): JobError | null {
  return value === null ? null : { code: textOf(value, 'code'), message: textOf(value, 'message') };
}

/** The task in a row with all columns. */
export function decodeTask<Request, Outcome>(kind: TaskKind<Request, Outcome>, row: unknown): Task<Request, Outcome> {
  const document = parsedOf(row, 'outcome');
  const outcome = memberOf(document, 'outcome');
  return {
    id: taskId(textOf(row, 'id')),
    number: numberOf(row, 'number'),
    subject: textOf(row, 'subject'),
    status: oneOf(taskStatuses, row, 'status'),
    request: kind.decodeRequest(parsedOf(row, 'request')),
    outcome: outcome === null ? null : kind.decodeOutcome(outcome),
    error: errorOf(memberOf(document, 'error')),
    progress: numberOf(document, 'progress'),
    attempts: numberOf(document, 'attempts'),
    createdBy: actorId(textOf(row, 'created_by')),
    createdAt: timeOf(row, 'created_at'),
    updatedAt: timeOf(row, 'updated_at'),
    startedAt: timeOrNullOf(document, 'startedAt'),
    endedAt: timeOrNullOf(document, 'endedAt'),
  };
}
