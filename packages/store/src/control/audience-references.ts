/** Which audiences refer to which: kept in one table, checked in the transaction that writes. */
import {
  type Audience,
  type AudienceId,
  audienceId,
  decideTransition,
  type LifecycleOrigin,
  type LifecycleState,
  type LifecycleTarget,
  lifecycleStates,
  Problem,
  type Scope,
} from '@muster/audience';
import { sql } from 'kysely';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { oneOf, textOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** The audiences the rule of `audience` refers to, each once. */
export function dependenciesOf(audience: Audience): readonly AudienceId[] {
  return audience.kind === 'platform' ? [...new Set(audience.dependencies)] : [];
}

const listIds = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(', ');

async function assertAllExist(
  transaction: ControlTransaction,
  scope: Scope,
  dependencies: readonly AudienceId[],
): Promise<void> {
  const found = new Set<string>();
  for (const chunk of inChunks(dependencies)) {
    const rows: readonly unknown[] = await transaction
      .selectFrom('audiences')
      .select('id')
      .where(inTenant(scope, 'audiences'))
      .where('id', 'in', chunk.map(columnText))
      .execute();
    for (const row of rows) found.add(textOf(row, 'id'));
  }
  const missing = dependencies.filter((id) => !found.has(id));
  if (missing.length === 0) return;
  throw new Problem('audienceInvalid', [
    {
      message: `The expression refers to audiences that do not exist: ${listIds(missing)}`,
      field: '/expression/value',
    },
  ]);
}

/** Follows references from the audience itself; `union` drops what was seen, so that even an old circle ends. */
async function assertNoCircle(transaction: ControlTransaction, scope: Scope, id: AudienceId): Promise<void> {
  const own = columnText(id);
  const { rows } = await sql<unknown>`
    with recursive reached (id) as (
      select dependency_id from audience_dependencies
      where ${inTenant(scope, 'audience_dependencies')} and audience_id = ${own}
      union
      select dependency_id from audience_dependencies
      join reached on audience_dependencies.audience_id = reached.id
      where ${inTenant(scope, 'audience_dependencies')}
    )
    select id from reached where id = ${own}
  `.execute(transaction);
  if (rows.length === 0) return;
  throw new Problem('audienceInvalid', [
    { message: `The expression refers to the audience \`${id}\` itself`, field: '/expression/value' },
  ]);
}

/** The audiences that the stored rule of `id` refers to. */
async function findReferences(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
): Promise<ReadonlySet<string>> {
  const rows: readonly unknown[] = await transaction
    .selectFrom('audience_dependencies')
    .select('dependency_id')
    .where(inTenant(scope, 'audience_dependencies'))
    .where('audience_id', '=', columnText(id))
    .execute();
  return new Set(rows.map((row) => textOf(row, 'dependency_id')));
}

/**
 * Stores the references of an audience whose row exists. Throws `audienceInvalid` naming those that do not exist, or when
 * they lead back to the audience. The transaction must have claimed the tenant's references.
 */
export async function writeReferences(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
  dependencies: readonly AudienceId[],
): Promise<void> {
  const before = await findReferences(transaction, scope, id);
  // Those that are stored exist, since what is referred to is not deleted, and make no circle. To find none takes a walk
  // over all that the audience is built on.
  if (before.size === dependencies.length && dependencies.every((one) => before.has(columnText(one)))) return;
  await transaction
    .deleteFrom('audience_dependencies')
    .where(inTenant(scope, 'audience_dependencies'))
    .where('audience_id', '=', columnText(id))
    .execute();
  if (dependencies.length === 0) return;
  await assertAllExist(transaction, scope, dependencies);
  for (const chunk of inChunks(dependencies)) {
    const rows = chunk.map((dependency) => ({
      org: scope.org,
      sandbox: scope.sandbox,
      audience_id: columnText(id),
      dependency_id: columnText(dependency),
    }));
    await transaction.insertInto('audience_dependencies').values(rows).execute();
  }
  await assertNoCircle(transaction, scope, id);
}

/** The audiences that refer to each of `ids`, by id; an empty list for those that none refers to. */
export async function findDependents(
  database: ControlDatabase,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<ReadonlyMap<AudienceId, readonly AudienceId[]>> {
  const dependents = new Map<AudienceId, AudienceId[]>(ids.map((id) => [id, []]));
  for (const chunk of inChunks([...dependents.keys()])) {
    const rows: readonly unknown[] = await database
      .selectFrom('audience_dependencies')
      .select(['dependency_id', 'audience_id'])
      .where(inTenant(scope, 'audience_dependencies'))
      .where('dependency_id', 'in', chunk.map(columnText))
      .orderBy('audience_id')
      .execute();
    for (const row of rows) {
      dependents.get(audienceId(textOf(row, 'dependency_id')))?.push(audienceId(textOf(row, 'audience_id')));
    }
  }
  return dependents;
}

/** The states of the audiences at one end of the references at whose other end `id` is. */
async function findNeighbours(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
  ends: { readonly own: 'audience_id' | 'dependency_id'; readonly other: 'audience_id' | 'dependency_id' },
): Promise<ReadonlyMap<AudienceId, LifecycleState>> {
  const rows: readonly unknown[] = await transaction
    .selectFrom('audience_dependencies')
    .innerJoin('audiences', (join) =>
      join
        .onRef('audiences.org', '=', 'audience_dependencies.org')
        .onRef('audiences.sandbox', '=', 'audience_dependencies.sandbox')
        .onRef('audiences.id', '=', `audience_dependencies.${ends.other}`),
    )
    .select(['audiences.id', 'audiences.lifecycle'])
    .where(inTenant(scope, 'audience_dependencies'))
    .where(`audience_dependencies.${ends.own}`, '=', columnText(id))
    // Not by the audience's own id: SQLite would walk all audiences in that order.
    .orderBy(`audience_dependencies.${ends.other}`)
    .execute();
  return new Map(rows.map((row) => [audienceId(textOf(row, 'id')), oneOf(lifecycleStates, row, 'lifecycle')]));
}

/**
 * Throws the refusal when an audience may not go from one state to another beside its neighbours, whose references are
 * as they will be stored. The transaction must have claimed the tenant's references, so that no neighbour changes.
 */
export async function assertTransition(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
  move: { readonly from: LifecycleOrigin; readonly to: LifecycleTarget },
): Promise<void> {
  const dependents = await findNeighbours(transaction, scope, id, { own: 'dependency_id', other: 'audience_id' });
  const dependencies = await findNeighbours(transaction, scope, id, { own: 'audience_id', other: 'dependency_id' });
  const refusal = decideTransition(move.from, move.to, { dependents, dependencies });
  if (refusal !== null) throw refusal;
}
