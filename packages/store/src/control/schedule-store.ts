/** Schedules in SQL. */
import {
  type EpochMs,
  type EvaluationJob,
  Problem,
  type Schedule,
  type ScheduleId,
  type Scope,
} from '@muster/audience';
import type { DueSchedule, Listed, Page, ScheduleStore } from '../ports/control-store.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { insertJob } from './insert-job.ts';
import { decodeSchedule, encodeSchedule } from './rows/schedule-row.ts';
import { decodeScope } from './rows/scope-row.ts';
import { inTenant, schedulesClaim } from './tenant.ts';

function notFound(id: ScheduleId): Problem {
  return new Problem('scheduleNotFound', [{ message: `no schedule \`${id}\`` }]);
}

/** All schedules of a tenant, newest first: few, by their limit. */
async function readAll(database: ControlDatabase | ControlTransaction, scope: Scope): Promise<readonly Schedule[]> {
  const rows: readonly unknown[] = await database
    .selectFrom('schedules')
    .selectAll()
    .where(inTenant(scope, 'schedules'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(decodeSchedule);
}

/** The adapter of the port; what the calls promise is written there. */
export class SqlScheduleStore implements ScheduleStore {
  readonly #dialect: ControlDialect;
  readonly #database: ControlDatabase;

  constructor(dialect: ControlDialect) {
    this.#dialect = dialect;
    this.#database = dialect.database;
  }

  create(scope: Scope, make: (others: readonly Schedule[]) => Schedule): Promise<Schedule> {
    return this.#inTurn(scope, async (transaction) => {
      const schedule = make(await readAll(transaction, scope));
      await transaction.insertInto('schedules').values(encodeSchedule(scope, schedule)).execute();
      return schedule;
    });
  }

  async find(scope: Scope, id: ScheduleId): Promise<Schedule | null> {
    const row: unknown = await this.#database
      .selectFrom('schedules')
      .selectAll()
      .where(inTenant(scope, 'schedules'))
      .where('id', '=', columnText(id))
      .executeTakeFirst();
    return row === undefined ? null : decodeSchedule(row);
  }

  async list(scope: Scope, page: Page): Promise<Listed<Schedule>> {
    const all = await readAll(this.#database, scope);
    return { items: all.slice(page.offset, page.offset + page.limit), totalCount: all.length };
  }

  listAll(scope: Scope): Promise<readonly Schedule[]> {
    return readAll(this.#database, scope);
  }

  update(
    scope: Scope,
    id: ScheduleId,
    change: (stored: Schedule, others: readonly Schedule[]) => Schedule,
  ): Promise<Schedule> {
    return this.#inTurn(scope, async (transaction) => {
      const all = await readAll(transaction, scope);
      const stored = all.find((schedule) => schedule.id === id);
      if (stored === undefined) throw notFound(id);
      const others = all.filter((schedule) => schedule !== stored);
      const changed = change(stored, others);
      await transaction
        .updateTable('schedules')
        .set(encodeSchedule(scope, changed))
        .where(inTenant(scope, 'schedules'))
        .where('id', '=', columnText(id))
        .execute();
      return changed;
    });
  }

  async delete(scope: Scope, id: ScheduleId): Promise<void> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('schedules')
      .where(inTenant(scope, 'schedules'))
      .where('id', '=', columnText(id))
      .executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) throw notFound(id);
  }

  async listDueEverywhere(at: EpochMs): Promise<readonly DueSchedule[]> {
    const rows: readonly unknown[] = await this.#database
      .selectFrom('schedules')
      .selectAll()
      .where('next_run_at', '<=', at)
      .orderBy('next_run_at')
      .orderBy('org')
      .orderBy('sandbox')
      .orderBy('id')
      .execute();
    return rows.map((row) => {
      const schedule = decodeSchedule(row);
      return { scope: decodeScope(row, schedule.createdBy), schedule };
    });
  }

  startRun(scope: Scope, schedule: Schedule, nextRunAt: EpochMs | null, job: EvaluationJob): Promise<boolean> {
    return this.#inTurn(scope, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('schedules')
        .set({ next_run_at: nextRunAt })
        .where(inTenant(scope, 'schedules'))
        .where('id', '=', columnText(schedule.id))
        .where('next_run_at', '=', schedule.nextRunAt)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await insertJob(transaction, scope, job);
      return true;
    });
  }

  /** A transaction that no other change of the tenant's schedules overlaps. */
  #inTurn<Result>(scope: Scope, work: (transaction: ControlTransaction) => Promise<Result>): Promise<Result> {
    return this.#database.transaction().execute(async (transaction) => {
      await this.#dialect.claim(transaction, schedulesClaim(scope));
      return work(transaction);
    });
  }
}
