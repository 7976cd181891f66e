/** Custom fields of sandboxes in SQL. */
import type { JsonObject, Scope } from '@muster/audience';
import type { SchemaClass, SchemaStore } from '../ports/control-store.ts';
import type { ControlDatabase, ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { parsedObjectOf, renderJson } from './rows/row.ts';
import { inTenant, schemasClaim } from './tenant.ts';

/** The adapter of the port; what the calls promise is written there. */
export class SqlSchemaStore implements SchemaStore {
  readonly #dialect: ControlDialect;

  constructor(dialect: ControlDialect) {
    this.#dialect = dialect;
  }

  async find(scope: Scope): Promise<Readonly<Record<SchemaClass, JsonObject | null>>> {
    const { database } = this.#dialect;
    return {
      '_xdm.context.profile': await this.#read(database, scope, '_xdm.context.profile'),
      '_xdm.context.experienceevent': await this.#read(database, scope, '_xdm.context.experienceevent'),
    };
  }

  update(
    scope: Scope,
    schemaClass: SchemaClass,
    change: (stored: JsonObject | null) => JsonObject,
  ): Promise<JsonObject> {
    return this.#dialect.database.transaction().execute(async (transaction) => {
      await this.#dialect.claim(transaction, schemasClaim(scope));
      const changed = change(await this.#read(transaction, scope, schemaClass));
      const document = renderJson(changed);
      await transaction
        .insertInto('schemas')
        .values({ org: scope.org, sandbox: scope.sandbox, class: schemaClass, document })
        .onConflict((conflict) => conflict.columns(['org', 'sandbox', 'class']).doUpdateSet({ document }))
        .execute();
      return changed;
    });
  }

  async #read(
    database: ControlDatabase | ControlTransaction,
    scope: Scope,
    schemaClass: SchemaClass,
  ): Promise<JsonObject | null> {
    const row: unknown = await database
      .selectFrom('schemas')
      .select('document')
      .where(inTenant(scope, 'schemas'))
      .where('class', '=', schemaClass)
      .executeTakeFirst();
    return row === undefined ? null : parsedObjectOf(row, 'document');
  }
}
