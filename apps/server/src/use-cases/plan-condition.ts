/** Conditions on resources as parts of the store's query, which has columns for most attributes. */
import { audienceId, lifecycleStates } from '@muster/audience';
import type { AudienceCondition, AudienceQuery } from '@muster/store';
import type { PropertyFilter } from '@muster/wire';

type Part = Partial<AudienceQuery>;

const textAttributes: ReadonlyMap<string, Extract<AudienceCondition, { readonly value: string }>['attribute']> =
  new Map([
    ['originName', 'originName'],
    ['createdBy', 'createdBy'],
    ['lastModifiedBy', 'lastModifiedBy'],
    ['mergePolicyId', 'mergePolicyId'],
    ['datasetId', 'datasetId'],
  ]);

const kinds: ReadonlyMap<string, string> = new Map([
  ['SegmentDefinition', 'platform'],
  ['ExternalSegment', 'external'],
]);

const methods: ReadonlyMap<string, 'batch' | 'streaming' | 'edge'> = new Map([
  ['evaluationInfo.batch.enabled', 'batch'],
  ['evaluationInfo.continuous.enabled', 'streaming'],
  ['evaluationInfo.synchronous.enabled', 'edge'],
]);

/** Times of resources, and how many milliseconds one of their units is. Resources show whole seconds. */
const times: ReadonlyMap<string, { readonly attribute: 'createdAt' | 'updatedAt'; readonly unitMs: number }> = new Map([
  ['creationTime', { attribute: 'createdAt', unitMs: 1 }],
  ['createEpoch', { attribute: 'createdAt', unitMs: 1000 }],
  ['updateTime', { attribute: 'updatedAt', unitMs: 1 }],
  ['updateEpoch', { attribute: 'updatedAt', unitMs: 1000 }],
]);

/** The conditions on a stored time whose whole seconds compare with `seconds`, which need not be whole. */
function timeConditions(
  attribute: 'createdAt' | 'updatedAt',
  operator: PropertyFilter['operator'],
  seconds: number,
): readonly AudienceCondition[] | null {
  const atLeast = (second: number): AudienceCondition => ({ attribute, operator: 'atLeast', value: second * 1000 });
  const below = (second: number): AudienceCondition => ({ attribute, operator: 'below', value: second * 1000 });
  switch (operator) {
    case 'atLeast':
      return [atLeast(Math.ceil(seconds))];
    case 'above':
      return [atLeast(Math.floor(seconds) + 1)];
    case 'below':
      return [below(Math.ceil(seconds))];
    case 'atMost':
      return [below(Math.floor(seconds) + 1)];
    default:
      return null;
  }
}

function planTime({ path, operator, value }: PropertyFilter): readonly AudienceCondition[] | null {
  const time = times.get(path.join('.'));
  // Bounded, so that every moment stays a whole number of milliseconds.
  if (time === undefined || !/^\d{1,13}$/.test(value)) return null;
  return timeConditions(time.attribute, operator, (Number(value) * time.unitMs) / 1000);
}

function planEquality(attribute: string, value: string): readonly AudienceCondition[] | null {
  const text = textAttributes.get(attribute);
  // The empty text stands for an absent value in columns, and equals none in resources.
  if (text !== undefined) return value === '' ? null : [{ attribute: text, operator: 'equals', value }];
  const kind = kinds.get(value);
  if (attribute === 'type' && kind !== undefined) return [{ attribute: 'kind', operator: 'equals', value: kind }];
  const method = methods.get(attribute);
  if (method !== undefined && value === 'true') return [{ attribute: method, operator: 'equals', value: 1 }];
  if (method !== undefined && value === 'false') {
    const isPlatform = { attribute: 'kind', operator: 'equals', value: 'platform' } as const;
    return [isPlatform, { attribute: method, operator: 'equals', value: 0 }];
  }
  if (attribute === 'ttlInDays' && /^[1-9]\d{0,8}$/.test(value)) {
    return [{ attribute: 'ttlInDays', operator: 'equals', value: Number(value) }];
  }
  return null;
}

/** The part of the query that an equality has a member for; null where it has none, or has it in use. */
function planMember(attribute: string, value: string, query: AudienceQuery): Part | null {
  switch (attribute) {
    case 'id':
      return query.id === undefined ? { id: audienceId(value) } : null;
    case 'audienceId':
      return query.externalId === undefined ? { externalId: value } : null;
    case 'name':
      return query.name === undefined ? { name: value } : null;
    case 'namespace':
      return query.namespace === undefined ? { namespace: value } : null;
    case 'lifecycleState': {
      const states = query.lifecycleStates ?? lifecycleStates;
      return { lifecycleStates: states.filter((state) => state === value) };
    }
    case 'isSystem':
      // No audience is of the system.
      return value === 'false' ? {} : { lifecycleStates: [] };
    default:
      return null;
  }
}

function planContained(attribute: string, value: string, query: AudienceQuery): Part | null {
  if (attribute === 'name' && query.nameContains === undefined) return { nameContains: value };
  // A resource without a description does not contain the empty text either.
  const isFree = attribute === 'description' && query.descriptionContains === undefined && value !== '';
  return isFree ? { descriptionContains: value } : null;
}

/** What a condition adds to the query, or null when it has to be checked on the resources. */
export function planCondition(filter: PropertyFilter, query: AudienceQuery): Part | null {
  if (filter.elementPath !== null) return null;
  const { operator, value } = filter;
  const attribute = filter.path.join('.');
  if (operator === 'contains') return planContained(attribute, value, query);
  const member = operator === 'equals' ? planMember(attribute, value, query) : null;
  if (member !== null) return member;
  const conditions = operator === 'equals' ? planEquality(attribute, value) : planTime(filter);
  return conditions === null ? null : { conditions: [...(query.conditions ?? []), ...conditions] };
}
