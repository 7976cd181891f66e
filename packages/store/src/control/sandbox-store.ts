/** Sandboxes in SQL. */
import { actorId, type EpochMs, type IdSource, type Sandbox, type SandboxName, type Scope } from '@muster/audience';
import { type SqlBool, sql } from 'kysely';
import type { SandboxRemoval, SandboxStore } from '../ports/control-store.ts';
import { countChange } from './audience-changes.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect } from './dialect/control-dialect.ts';
import { decodeSandbox } from './rows/sandbox-row.ts';
import { decodeScope } from './rows/scope-row.ts';
import type { TenantTable } from './tables.ts';
import { inTenant } from './tenant.ts';

/** The sandbox every organisation starts with. */
const defaultSandboxName = 'prod';

/** In whose name a removal goes on that was interrupted. */
const janitor = actorId('janitor');

/** The tables that a removal empties, in this order: what refers to audiences goes before them. */
const emptiedTables = [
  'audience_dependencies',
  'audience_documents',
  'audience_elements',
  'changed_audiences',
  'audiences',
  'once_requests',
  'job_audiences',
  'jobs',
  'imports',
  'schedules',
  'tasks',
  'schemas',
] as const satisfies readonly TenantTable[];

/** The count of changes goes on: what was remembered at a number must not come true again at the same one. */
const keptTable = 'audience_changes';

/** A table of tenants that is missing above; with one this file does not compile. */
type ForgottenTable = Exclude<TenantTable, (typeof emptiedTables)[number] | typeof keptTable>;
const tenantTables: [ForgottenTable] extends [never] ? readonly TenantTable[] : ForgottenTable = emptiedTables;

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

  async create(scope: Scope, at: EpochMs, title: string | null = null): Promise<Sandbox | null> {
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
        title: title === null ? null : columnText(title),
        state: 'active',
        version: 1,
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

  async rename(scope: Scope, title: string, at: EpochMs): Promise<Sandbox | null> {
    const row: unknown = await this.#database
      .updateTable('sandboxes')
      .set(({ eb }) => ({
        title: columnText(title),
        modified_at: at,
        modified_by: columnText(scope.actor),
        version: eb('version', '+', 1),
      }))
      .where('org', '=', scope.org)
      .where('name', '=', scope.sandbox)
      .where('state', '=', 'active')
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : decodeSandbox(row);
  }

  async beginRemoval(scope: Scope, state: SandboxRemoval): Promise<Sandbox | null> {
    const row: unknown = await this.#database
      .updateTable('sandboxes')
      .set(({ eb, ref }) => ({ state: eb.case().when('state', '=', 'deleting').then(ref('state')).else(state).end() }))
      .where('org', '=', scope.org)
      .where('name', '=', scope.sandbox)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : decodeSandbox(row);
  }

  finishRemoval(scope: Scope): Promise<void> {
    return this.#database.transaction().execute(async (transaction) => {
      const found = await transaction
        .selectFrom('sandboxes')
        .select('state')
        .where('org', '=', scope.org)
        .where('name', '=', scope.sandbox)
        .executeTakeFirst();
      if (found === undefined || found.state === 'active') return;
      for (const table of tenantTables) {
        await transaction.deleteFrom(table).where(inTenant(scope, table)).execute();
      }
      const isScope = sql<SqlBool>`org = ${scope.org} and name = ${scope.sandbox}`;
      if (found.state === 'deleting') await transaction.deleteFrom('sandboxes').where(isScope).execute();
      else await transaction.updateTable('sandboxes').set({ state: 'active' }).where(isScope).execute();
      await countChange(transaction, scope);
    });
  }

  async listRemovalsEverywhere(): Promise<readonly { readonly scope: Scope; readonly sandbox: Sandbox }[]> {
    const rows: readonly unknown[] = await this.#database
      .selectFrom('sandboxes')
      .selectAll()
      .select('name as sandbox')
      .where('state', '!=', 'active')
      .orderBy('org')
      .orderBy('name')
      .execute();
    return rows.map((row) => ({ scope: decodeScope(row, janitor), sandbox: decodeSandbox(row) }));
  }
}
