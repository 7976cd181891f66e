/** Which audiences are connected by references, and what else changes with one of them: read in the transaction that writes. */
import type { Audience, AudienceId, Scope } from '@muster/audience';
import type { RelatedAudiences, SettleAudiences } from '../ports/control-store.ts';
import { dependenciesOf, findDependents } from './audience-references.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { decodeAudience } from './rows/audience-row.ts';
import { inTenant } from './tenant.ts';

/** Those of `ids` that exist, in no order. */
export async function findAudiences(
  database: ControlDatabase,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<readonly Audience[]> {
  const found: Audience[] = [];
  for (const chunk of inChunks(ids)) {
    const rows: readonly unknown[] = await database
      .selectFrom('audience_documents')
      .select(['document', 'metrics'])
      .where(inTenant(scope, 'audience_documents'))
      .where('id', 'in', chunk.map(columnText))
      .execute();
    found.push(...rows.map(decodeAudience));
  }
  return found;
}

/** The ids of all audiences that are built on this one, over whatever others. */
async function findAllDependents(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
): Promise<readonly AudienceId[]> {
  const seen = new Set([id]);
  for (let found: readonly AudienceId[] = [id]; found.length > 0; ) {
    const dependents = [...(await findDependents(transaction, scope, found)).values()].flat();
    found = [...new Set(dependents)].filter((dependent) => !seen.has(dependent));
    for (const dependent of found) seen.add(dependent);
  }
  seen.delete(id);
  return [...seen];
}

async function findRelated(
  transaction: ControlTransaction,
  scope: Scope,
  audience: Audience,
): Promise<RelatedAudiences> {
  const dependents = await findAudiences(transaction, scope, await findAllDependents(transaction, scope, audience.id));
  const all = new Map<AudienceId, Audience>();
  for (let added: readonly Audience[] = [audience, ...dependents]; added.length > 0; ) {
    for (const one of added) all.set(one.id, one);
    const missing = new Set(added.flatMap(dependenciesOf).filter((id) => !all.has(id)));
    added = await findAudiences(transaction, scope, [...missing]);
  }
  return { audience, dependents, all };
}

/**
 * What is to be stored when `audience` is: it, and whatever else `settle` changes, by id. The transaction must have claimed
 * the tenant's references, so that what `settle` sees stays as it is.
 */
export async function settleAudiences(
  transaction: ControlTransaction,
  scope: Scope,
  audience: Audience,
  settle: SettleAudiences | undefined,
): Promise<ReadonlyMap<AudienceId, Audience>> {
  const changed = settle === undefined ? [] : settle(await findRelated(transaction, scope, audience));
  return new Map([audience, ...changed].map((one) => [one.id, one]));
}
