/** Sandboxes in SQL. */
import type { EpochMs, IdSource, Sandbox, SandboxName, Scope } from '@muster/audience';
import type { SandboxStore } from '../ports/control-store.ts';
import type { ControlDatabase, ControlDialect } from './dialect/control-dialect.ts';
import { decodeSandbox } from './rows/sandbox-row.ts';

/** The sandbox every organisation starts with. */
const defaultSandboxName = 'prod';

/** The adapter of the port; what the calls promise is written there. */
export class SqlSandboxStore implements SandboxStore {
  readonly #database: ControlDatabase;
  readonly #ids: IdSource;

  constructor(dialect: ControlDialect, ids: IdSource) {
    this.#database = dialect.database;
    this.#ids = ids;
  }

  async ensure(scope: Scope, at: EpochMs): Promise<Sandbox> {
    const found = await this.find(scope, scope.sandbox);
    if (found !== null) return found;
    const made = (await this.create(scope, at)) ?? (await this.find(scope, scope.sandbox));
    if (made === null) throw new Error('the sandbox is gone after it was made');
    return made;
  }

  async create(scope: Scope, at: EpochMs): Promise<Sandbox | null> {
    const isDefault = scope.sandbox === defaultSandboxName;
    const row: unknown = await this.#database
      .insertInto('sandboxes')
      .values({
        org: scope.org,
        name: scope.sandbox,
        id: this.#ids.uuid(),
        type: isDefault ? 'production' : 'development',
        is_default: isDefault ? 1 : 0,
        created_at: at,
      })
      .onConflict((conflict) => conflict.columns(['org', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : decodeSandbox(row);
  }

  async find(scope: Scope, name: SandboxName): Promise<Sandbox | null> {
    const row: unknown = await this.#database
      .selectFrom('sandboxes')
      .selectAll()
      .where('org', '=', scope.org)
      .where('name', '=', name)
      .executeTakeFirst();
    return row === undefined ? null : decodeSandbox(row);
  }

  async list(scope: Scope): Promise<readonly Sandbox[]> {
    const rows: readonly unknown[] = await this.#database
      .selectFrom('sandboxes')
      .selectAll()
      .where('org', '=', scope.org)
      .orderBy('name')
      .execute();
    return rows.map(decodeSandbox);
  }
}
