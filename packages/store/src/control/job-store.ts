/** Evaluation jobs in SQL. */
import { type EvaluationJob, type JobId, type JobStatus, type Scope, unfinishedJobStatuses } from '@muster/audience';
import type { SelectQueryBuilder } from 'kysely';
import type { JobQuery, JobSortKey, JobStore, Listed, Page } from '../ports/control-store.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { insertJob } from './insert-job.ts';
import { decodeJob, encodeJobProgress } from './rows/job-row.ts';
import { numberOf } from './rows/row.ts';
import { decodeScope } from './rows/scope-row.ts';
import type { ControlTables } from './tables.ts';
import { inTenant, jobsClaim } from './tenant.ts';

const sortColumns = { createdAt: 'created_at', updatedAt: 'updated_at' } as const satisfies Record<JobSortKey, string>;

async function countUnfinished(database: ControlDatabase | ControlTransaction, scope: Scope): Promise<number> {
  const counted = await database
    .selectFrom('jobs')
    .select((eb) => eb.fn.countAll().as('total'))
    .where(inTenant(scope, 'jobs'))
    .where('status', 'in', unfinishedJobStatuses)
    .executeTakeFirstOrThrow();
  return numberOf(counted, 'total');
}

/** The adapter of the port; what the calls promise is written there. */
export class SqlJobStore implements JobStore {
  readonly #dialect: ControlDialect;
  readonly #database: ControlDatabase;

  constructor(dialect: ControlDialect) {
    this.#dialect = dialect;
    this.#database = dialect.database;
  }

  async create(scope: Scope, job: EvaluationJob): Promise<void> {
    await this.#database.transaction().execute((transaction) => insertJob(transaction, scope, job));
  }

  createWithin(scope: Scope, job: EvaluationJob, unfinishedMax: number): Promise<boolean> {
    return this.#database.transaction().execute(async (transaction) => {
      await this.#dialect.claim(transaction, jobsClaim(scope));
      if ((await countUnfinished(transaction, scope)) >= unfinishedMax) return false;
      await insertJob(transaction, scope, job);
      return true;
    });
  }

  async find(scope: Scope, id: JobId): Promise<EvaluationJob | null> {
    const row: unknown = await this.#database
      .selectFrom('jobs')
      .selectAll()
      .where(inTenant(scope, 'jobs'))
      .where('id', '=', columnText(id))
      .executeTakeFirst();
    return row === undefined ? null : decodeJob(row);
  }

  async findMany(scope: Scope, ids: readonly JobId[]): Promise<readonly EvaluationJob[]> {
    const found = new Map<JobId, EvaluationJob>();
    for (const chunk of inChunks(ids)) {
      const rows: readonly unknown[] = await this.#database
        .selectFrom('jobs')
        .selectAll()
        .where(inTenant(scope, 'jobs'))
        .where('id', 'in', chunk.map(columnText))
        .execute();
      for (const job of rows.map(decodeJob)) found.set(job.id, job);
    }
    return ids.map((id) => found.get(id)).filter((job) => job !== undefined);
  }

  async list(scope: Scope, query: JobQuery, page: Page): Promise<Listed<EvaluationJob>> {
    const matches = this.#matches(scope, query);
    const counted = await matches.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow();
    const { key, direction } = query.sort ?? { key: 'createdAt', direction: 'desc' };
    const rows: readonly unknown[] = await matches
      .selectAll()
      .orderBy(sortColumns[key], direction)
      .orderBy('id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return { items: rows.map(decodeJob), totalCount: numberOf(counted, 'total') };
  }

  countUnfinished(scope: Scope): Promise<number> {
    return countUnfinished(this.#database, scope);
  }

  async transition(scope: Scope, job: EvaluationJob, from: readonly JobStatus[]): Promise<boolean> {
    if (from.length === 0) return false;
    const { numUpdatedRows } = await this.#database
      .updateTable('jobs')
      .set(encodeJobProgress(job))
      .where(inTenant(scope, 'jobs'))
      .where('id', '=', columnText(job.id))
      .where('status', 'in', from)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  async listUnfinishedEverywhere(): Promise<readonly { readonly scope: Scope; readonly job: EvaluationJob }[]> {
    const rows: readonly unknown[] = await this.#database
      .selectFrom('jobs')
      .selectAll()
      .where('status', 'in', unfinishedJobStatuses)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => {
      const job = decodeJob(row);
      return { scope: decodeScope(row, job.createdBy), job };
    });
  }

  #matches(scope: Scope, query: JobQuery): SelectQueryBuilder<ControlTables, 'jobs', object> {
    const { status, scheduleId, audienceId } = query;
    let matches = this.#database.selectFrom('jobs').where(inTenant(scope, 'jobs'));
    if (status !== undefined) matches = matches.where('status', '=', status);
    if (scheduleId !== undefined) matches = matches.where('schedule_id', '=', columnText(scheduleId));
    if (audienceId === undefined) return matches;
    return matches.where('id', 'in', (eb) =>
      eb
        .selectFrom('job_audiences')
        .select('job_id')
        .where(inTenant(scope, 'job_audiences'))
        .where('audience_id', '=', columnText(audienceId)),
    );
  }
}
