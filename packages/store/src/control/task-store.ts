/** Tasks in SQL: one table for all kinds. */
import {
  actorId,
  decodeOrgId,
  decodeSandboxName,
  type NewTask,
  type Scope,
  type Task,
  type TaskId,
  type TaskStatus,
  unfinishedTaskStatuses,
} from '@muster/audience';
import type { SelectQueryBuilder } from 'kysely';
import type { TaskPage, TaskQuery, TaskStore } from '../ports/task-store.ts';
import { columnText } from './column-text.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { insertTask } from './insert-task.ts';
import { numberOf, textOf } from './rows/row.ts';
import { decodeTask, encodeTaskProgress, type TaskKind } from './rows/task-row.ts';
import type { ControlTables } from './tables.ts';
import { inTenant } from './tenant.ts';

function decodeScope(row: unknown): Scope {
  const org = decodeOrgId(textOf(row, 'org'));
  const sandbox = decodeSandboxName(textOf(row, 'sandbox'));
  if (org === null || sandbox === null) throw new Error('stored organisation or sandbox is malformed');
  return { org, sandbox, actor: actorId(textOf(row, 'created_by')) };
}

/** The adapter of the port for one kind; what the calls promise is written there. */
export class SqlTaskStore<Request, Outcome> implements TaskStore<Request, Outcome> {
  readonly #dialect: ControlDialect;
  readonly #kind: TaskKind<Request, Outcome>;

  constructor(dialect: ControlDialect, kind: TaskKind<Request, Outcome>) {
    this.#dialect = dialect;
    this.#kind = kind;
  }

  create(scope: Scope, made: NewTask<Request>): Promise<Task<Request, Outcome>> {
    const { kind } = this.#kind;
    return this.#dialect.database
      .transaction()
      .execute((transaction) => insertTask(this.#dialect, transaction, { scope, kind }, made));
  }

  async find(scope: Scope, id: TaskId): Promise<Task<Request, Outcome> | null> {
    const row: unknown = await this.#tasks(scope).selectAll().where('id', '=', columnText(id)).executeTakeFirst();
    return row === undefined ? null : decodeTask(this.#kind, row);
  }

  async findByNumber(scope: Scope, number: number): Promise<Task<Request, Outcome> | null> {
    const row: unknown = await this.#tasks(scope).selectAll().where('number', '=', number).executeTakeFirst();
    return row === undefined ? null : decodeTask(this.#kind, row);
  }

  async list(scope: Scope, query: TaskQuery, page: TaskPage): Promise<readonly Task<Request, Outcome>[]> {
    let matches = this.#matches(scope, query);
    if (page.before !== null) matches = matches.where('number', '<', page.before);
    const rows: readonly unknown[] = await matches.selectAll().orderBy('number', 'desc').limit(page.limit).execute();
    return rows.map((row) => decodeTask(this.#kind, row));
  }

  async count(scope: Scope, query: TaskQuery): Promise<number> {
    const counted = await this.#matches(scope, query)
      .select((eb) => eb.fn.countAll().as('total'))
      .executeTakeFirstOrThrow();
    return numberOf(counted, 'total');
  }

  async transition(scope: Scope, task: Task<Request, Outcome>, from: readonly TaskStatus[]): Promise<boolean> {
    if (from.length === 0) return false;
    const { numUpdatedRows } = await this.#dialect.database
      .updateTable('tasks')
      .set(encodeTaskProgress(task))
      .where(inTenant(scope, 'tasks'))
      .where('kind', '=', this.#kind.kind)
      .where('id', '=', columnText(task.id))
      .where('status', 'in', from)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async delete(scope: Scope, id: TaskId): Promise<void> {
    await this.#dialect.database
      .deleteFrom('tasks')
      .where(inTenant(scope, 'tasks'))
      .where('kind', '=', this.#kind.kind)
      .where('id', '=', columnText(id))
      .execute();
  }

  async listUnfinishedEverywhere(): Promise<
    readonly { readonly scope: Scope; readonly task: Task<Request, Outcome> }[]
  > {
    const rows: readonly unknown[] = await this.#dialect.database
      .selectFrom('tasks')
      .selectAll()
      .where('kind', '=', this.#kind.kind)
      .where('status', 'in', unfinishedTaskStatuses)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({ scope: decodeScope(row), task: decodeTask(this.#kind, row) }));
  }

  #tasks(scope: Scope): SelectQueryBuilder<ControlTables, 'tasks', object> {
    return this.#dialect.database
      .selectFrom('tasks')
      .where(inTenant(scope, 'tasks'))
      .where('kind', '=', this.#kind.kind);
  }

  #matches(scope: Scope, query: TaskQuery): SelectQueryBuilder<ControlTables, 'tasks', object> {
    let matches = this.#tasks(scope);
    if (query.statuses !== undefined) matches = matches.where('status', 'in', query.statuses);
    if (query.subject !== undefined) matches = matches.where('subject', '=', columnText(query.subject));
    if (query.createdSince !== undefined) matches = matches.where('created_at', '>=', query.createdSince);
    return matches;
  }
}
