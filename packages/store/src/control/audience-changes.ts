/**
 * How often the audiences of a tenant have changed: what was found out about them holds as long as that number does, in
 * every process.
 *
 * INVARIANT: every transaction that writes what lists look at counts itself, as the last thing it does. In PostgreSQL the
 * row stays locked to the end of the transaction; taken last, it closes no circle of those who wait.
 */
import type { Scope } from '@muster/audience';
import { sql } from 'kysely';
import type { ControlDatabase, ControlTransaction } from './dialect/control-dialect.ts';
import { numberOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** Counts a change of the tenant's audiences. */
export async function countChange(transaction: ControlTransaction, { org, sandbox }: Scope): Promise<void> {
  await sql`
    insert into audience_changes (org, sandbox, total) values (${org}, ${sandbox}, 1)
    on conflict (org, sandbox) do update set total = audience_changes.total + 1
  `.execute(transaction);
}

/** The number of changes so far. */
export async function findChangeCount(database: ControlDatabase, scope: Scope): Promise<number> {
  const { rows } = await sql<unknown>`
    select total from audience_changes where ${inTenant(scope, 'audience_changes')}
  `.execute(database);
  return rows.length === 0 ? 0 : numberOf(rows[0], 'total');
}
