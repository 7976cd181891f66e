import { setImmediate } from 'node:timers/promises';
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
import type { FoundAudience } from './find-audience.ts';
import { planCondition } from './plan-condition.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/** Audiences read at a time when conditions have to be checked here. */
const scanSize = 500;

/** A list as it is carried out. */
interface Scan {
  readonly tenant: Tenant;
  readonly query: AudienceQuery;
  /** The conditions that the store cannot check. */
  readonly rest: readonly PropertyFilter[];
  readonly page: Page;
}

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

function encode(
  tenant: Tenant,
  { audience, dependents }: FoundAudience,
  metrics: 'shown' | 'hidden',
): AudienceResource {
  const { sandbox, scope } = tenant;
  return encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics });
}

/** The audiences among all that fulfil `query` whose resources fulfil `rest`: a page of them, and how many. */
async function scanAudiences(deps: Dependencies, { tenant, query, rest, page }: Scan): Promise<Listed<FoundAudience>> {
  const ids = await deps.control.audiences.listIds(tenant.scope, query);
  const items: FoundAudience[] = [];
  let totalCount = 0;
  for (let start = 0; start < ids.length; start += scanSize) {
    const audiences = await deps.control.audiences.findMany(tenant.scope, ids.slice(start, start + scanSize));
    for (const found of await withDependents(deps, tenant.scope, audiences)) {
      const resource = encode(tenant, found, 'shown');
      if (!rest.every((filter) => matchesPropertyFilter(resource, filter))) continue;
      if (totalCount >= page.offset && items.length < page.limit) items.push(found);
      totalCount += 1;
    }
    // The stores of one process may answer without waiting: other requests get their turn here.
    await setImmediate();
  }
  return { items, totalCount };
}

async function listPage(deps: Dependencies, { tenant, query, page }: Scan): Promise<Listed<FoundAudience>> {
  const { items, totalCount } = await deps.control.audiences.list(tenant.scope, query, page);
  return { items: await withDependents(deps, tenant.scope, items), totalCount };
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
  const { index, limit } = request.page;
  const scan: Scan = { tenant, query, rest, page: { offset: index * limit, limit } };
  const { items, totalCount } = await (rest.length === 0 ? listPage(deps, scan) : scanAudiences(deps, scan));
  return { items: items.map((found) => encode(tenant, found, request.metrics)), totalCount };
}
