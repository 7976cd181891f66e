import type { Audience, Scope } from '@muster/audience';
import type { AudienceQuery, Listed, Page } from '@muster/store';
import {
  type AudienceListRequest,
  type AudienceResource,
  encodeAudience,
  matchesPropertyFilter,
  type PropertyFilter,
} from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { withDependents } from './bulk-find-audiences.ts';
import { planCondition } from './plan-condition.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/** Audiences read at a time when conditions have to be checked here. */
const scanPageSize = 500;

/** The query for the store, and the conditions that are left to check on the resources. */
function planQuery(request: AudienceListRequest): { query: AudienceQuery; rest: readonly PropertyFilter[] } {
  let query: AudienceQuery = {
    sort: request.sort,
    lifecycleStates: request.lifecycleStates,
    ...(request.nameContains === null ? {} : { nameContains: request.nameContains }),
    ...(request.descriptionContains === null ? {} : { descriptionContains: request.descriptionContains }),
    ...(request.entityType === null ? {} : { schemaName: request.entityType }),
  };
  const rest: PropertyFilter[] = [];
  for (const filter of request.filters) {
    const part = planCondition(filter, query);
    if (part === null) rest.push(filter);
    else query = { ...query, ...part };
  }
  return { query, rest };
}

async function encodeAll(
  deps: Dependencies,
  tenant: Tenant,
  audiences: readonly Audience[],
  metrics: 'shown' | 'hidden',
): Promise<readonly AudienceResource[]> {
  const { sandbox, scope } = tenant;
  const found = await withDependents(deps, scope, audiences);
  return found.map(({ audience, dependents }) =>
    encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics }),
  );
}

/** A state that no audience has matches none; a store may read an empty list of states as no condition. */
const listNothing = (query: AudienceQuery): boolean => query.lifecycleStates?.length === 0;

async function listPage(deps: Dependencies, scope: Scope, query: AudienceQuery, page: Page): Promise<Listed<Audience>> {
  return listNothing(query) ? { items: [], totalCount: 0 } : deps.control.audiences.list(scope, query, page);
}

/**
 * A page of audiences, and how many match over all pages.
 *
 * Conditions that the store knows cost an index look-up. Any other condition is checked on every audience that fulfils
 * the rest: right for every attribute, and as slow as the sandbox is large.
 */
export async function listAudiences(
  deps: Dependencies,
  tenant: Tenant,
  request: AudienceListRequest,
): Promise<Listed<AudienceResource>> {
  const { query, rest } = planQuery(request);
  const { limit } = request.page;
  const first = request.page.index * limit;
  if (rest.length === 0) {
    const listed = await listPage(deps, tenant.scope, query, { offset: first, limit });
    return { items: await encodeAll(deps, tenant, listed.items, request.metrics), totalCount: listed.totalCount };
  }
  const items: AudienceResource[] = [];
  let totalCount = 0;
  for (let offset = 0; ; offset += scanPageSize) {
    const listed = await listPage(deps, tenant.scope, query, { offset, limit: scanPageSize });
    for (const resource of await encodeAll(deps, tenant, listed.items, request.metrics)) {
      if (!rest.every((filter) => matchesPropertyFilter(resource, filter))) continue;
      if (totalCount >= first && items.length < limit) items.push(resource);
      totalCount += 1;
    }
    if (offset + scanPageSize >= listed.totalCount) return { items, totalCount };
  }
}
