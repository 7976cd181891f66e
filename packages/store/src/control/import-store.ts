/** Imports in SQL. */
import { type EpochMs, type ImportId, type ImportRun, Problem, type Scope } from '@muster/audience';
import type { ImportStore, Listed, Page } from '../ports/control-store.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect } from './dialect/control-dialect.ts';
import { decodeImport, encodeImport } from './rows/import-row.ts';
import { numberOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** The adapter of the port; what the calls promise is written there. */
export class SqlImportStore implements ImportStore {
  readonly #database: ControlDatabase;

  constructor(dialect: ControlDialect) {
    this.#database = dialect.database;
  }

  async create(scope: Scope, run: ImportRun): Promise<void> {
    await this.#database.insertInto('imports').values(encodeImport(scope, run)).execute();
  }

  async find(scope: Scope, id: ImportId): Promise<ImportRun | null> {
    const row: unknown = await this.#database
      .selectFrom('imports')
      .selectAll()
      .where(inTenant(scope, 'imports'))
      .where('id', '=', columnText(id))
      .executeTakeFirst();
    return row === undefined ? null : decodeImport(row);
  }

  async findByFingerprint(scope: Scope, fingerprint: string): Promise<ImportRun | null> {
    const row: unknown = await this.#database
      .selectFrom('imports')
      .selectAll()
      .where(inTenant(scope, 'imports'))
      .where('fingerprint', '=', columnText(fingerprint))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : decodeImport(row);
  }

  async list(scope: Scope, page: Page): Promise<Listed<ImportRun>> {
    const matches = this.#database.selectFrom('imports').where(inTenant(scope, 'imports'));
    const counted = await matches.select((eb) => eb.fn.countAll().as('total')).executeTakeFirstOrThrow();
    const rows: readonly unknown[] = await matches
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return { items: rows.map(decodeImport), totalCount: numberOf(counted, 'total') };
  }

  async replace(scope: Scope, run: ImportRun): Promise<void> {
    const { numUpdatedRows } = await this.#database
      .updateTable('imports')
      .set(encodeImport(scope, run))
      .where(inTenant(scope, 'imports'))
      .where('id', '=', columnText(run.id))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new Problem('importNotFound', [{ message: `no import \`${run.id}\`` }]);
  }

  async interruptAllEverywhere(at: EpochMs): Promise<void> {
    await this.#database
      .updateTable('imports')
      .set({ status: 'interrupted', updated_at: at })
      .where('status', '=', 'receiving')
      .execute();
  }
}
