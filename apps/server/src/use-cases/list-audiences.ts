import { audienceId } from '@muster/audience';
import type { AudienceCheck, AudienceQuery, Listed } from '@muster/store';
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
import { planCondition, withPart } from './plan-condition.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

function encode(
  { scope, sandbox }: Tenant,
  { audience, dependents }: FoundAudience,
  metrics: 'shown' | 'hidden',
): AudienceResource {
  return encodeAudience(audience, { org: scope.org, sandbox, dependents, metrics });
}

/** A check of the conditions that the store has no columns for. */
function checkOf(tenant: Tenant, filters: readonly PropertyFilter[]): AudienceCheck {
  return {
    key: JSON.stringify([tenant.sandbox.id, filters]),
    looksAtDependents: filters.some(({ path }) => path[0] === 'dependents'),
    holds(audience, dependents) {
      const resource = encode(tenant, { audience, dependents }, 'shown');
      return filters.every((filter) => matchesPropertyFilter(resource, filter));
    },
  };
}

/** Resources of external audiences do not show who refers to them. */
const isPlatform = { attribute: 'kind', operator: 'equals', value: 'platform' } as const;

/** The audiences at the other end of the references that a condition is about; null for other conditions. */
async function findReferred(
  { control }: Dependencies,
  { scope }: Tenant,
  { path, elementPath, operator, value }: PropertyFilter,
): Promise<Pick<AudienceQuery, 'ids' | 'conditions'> | null> {
  if (path.length > 1 || elementPath !== null || operator !== 'equals') return null;
  const id = audienceId(value);
  switch (path[0]) {
    case 'dependencies':
      return { ids: (await control.audiences.dependentsOf(scope, [id])).get(id) ?? [] };
    case 'dependents': {
      const dependent = await control.audiences.find(scope, id);
      return { ids: dependent?.kind === 'platform' ? dependent.dependencies : [], conditions: [isPlatform] };
    }
    default:
      return null;
  }
}

/** The query for the store: conditions on columns where it has them, and a check for the rest. */
async function planQuery(deps: Dependencies, tenant: Tenant, request: AudienceListRequest): Promise<AudienceQuery> {
  let query: AudienceQuery = {
    sort: request.sort,
    lifecycleStates: request.lifecycleStates,
    ...(request.nameContains === null ? {} : { nameContains: request.nameContains }),
    ...(request.descriptionContains === null ? {} : { descriptionContains: request.descriptionContains }),
    ...(request.entityType === null ? {} : { schemaName: request.entityType }),
  };
  const rest: PropertyFilter[] = [];
  for (const filter of request.filters) {
    const referred = query.ids === undefined ? await findReferred(deps, tenant, filter) : null;
    const part = referred ?? planCondition(filter, query, tenant);
    if (part === null) rest.push(filter);
    else query = withPart(query, part);
  }
  return rest.length === 0 ? query : { ...query, check: checkOf(tenant, rest) };
}

/** A page of audiences, and how many match over all pages. */
export async function listAudiences(
  deps: Dependencies,
  tenant: Tenant,
  request: AudienceListRequest,
): Promise<Listed<AudienceResource>> {
  const query = await planQuery(deps, tenant, request);
  const { index, limit } = request.page;
  const { items, totalCount } = await deps.control.audiences.list(tenant.scope, query, {
    offset: index * limit,
    limit,
  });
  const found = await withDependents(deps, tenant.scope, items);
  return { items: found.map((one) => encode(tenant, one, request.metrics)), totalCount };
}
