/**
 * Conditions on resources as parts of the store's query, which has columns for most attributes.
 *
 * INVARIANT: a part holds of exactly the audiences whose resources fulfil the condition (`matchesPropertyFilter`). Where an
 * attribute has few values, that function itself says which of them do.
 */
import { audienceId, lifecycleStates } from '@muster/audience';
import type { AudienceComparison, AudienceQuery } from '@muster/store';
import { encodeConstants, isAudienceAttribute, matchesPropertyFilter, type PropertyFilter } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';

type Part = Partial<AudienceQuery>;
type Place = Pick<Tenant, 'scope' | 'sandbox'>;
type NumberAttribute = Extract<AudienceComparison, { readonly value: number }>['attribute'];

const textAttributes: ReadonlyMap<string, Extract<AudienceComparison, { readonly value: string }>['attribute']> =
  new Map([
    ['id', 'id'],
    ['audienceId', 'externalId'],
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['originName', 'originName'],
    ['createdBy', 'createdBy'],
    ['lastModifiedBy', 'lastModifiedBy'],
    ['mergePolicyId', 'mergePolicyId'],
    ['datasetId', 'datasetId'],
  ]);

const kinds = ['platform', 'external'] as const;

const methods: ReadonlyMap<string, 'batch' | 'streaming' | 'edge'> = new Map([
  ['evaluationInfo.batch.enabled', 'batch'],
  ['evaluationInfo.continuous.enabled', 'streaming'],
  ['evaluationInfo.synchronous.enabled', 'edge'],
]);

/** A number of resources: the stored one without its remainder by `grain`, in units of `unit`. */
interface ShownNumber {
  readonly attribute: NumberAttribute;
  readonly grain: number;
  readonly unit: number;
  /** Whether resources may be without it. */
  readonly isOptional: boolean;
}

const exact = { grain: 1, unit: 1, isOptional: true } as const;
/** Resources show whole seconds. */
const milliseconds = { grain: 1000, unit: 1, isOptional: false } as const;
const seconds = { grain: 1000, unit: 1000, isOptional: false } as const;

const numbers: ReadonlyMap<string, ShownNumber> = new Map([
  ['ttlInDays', { attribute: 'ttlInDays', ...exact }],
  ['metrics.data.totalProfiles', { attribute: 'totalProfiles', ...exact }],
  ['creationTime', { attribute: 'createdAt', ...milliseconds }],
  ['createEpoch', { attribute: 'createdAt', ...seconds }],
  ['updateTime', { attribute: 'updatedAt', ...milliseconds }],
  ['updateEpoch', { attribute: 'updatedAt', ...seconds }],
]);

const all: Part = {};
const none: Part = { lifecycleStates: [] };

/** The bound as a number that both engines take for an integer; no stored number lies beyond it. */
function boundedInteger(value: number): number {
  const greatest = 10 ** 15;
  return Math.min(Math.max(value, -greatest), greatest);
}

/** A part for an equality or its opposite, where only the text of a whole number can be equal. */
function planEqualNumber({ attribute, grain, unit }: ShownNumber, { operator, value }: PropertyFilter): Part {
  const isEquality = operator === 'equals';
  const stored = Number(value) * unit;
  const isPossible = String(Number(value)) === value && stored >= 0 && stored <= 10 ** 15 && stored % grain === 0;
  if (!isPossible) return isEquality ? none : all;
  const [from, to] = [stored, stored + grain];
  if (grain === 1) return { conditions: [{ attribute, operator: isEquality ? 'equals' : 'differs', value: from }] };
  const inside = [
    { attribute, operator: 'atLeast', value: from },
    { attribute, operator: 'below', value: to },
  ] as const;
  const outside = [
    [{ attribute, operator: 'below', value: from }],
    [{ attribute, operator: 'atLeast', value: to }],
  ] as const;
  return { conditions: isEquality ? inside : [{ anyOf: outside }] };
}

function planOrderedNumber({ attribute, grain, unit, isOptional }: ShownNumber, filter: PropertyFilter): Part | null {
  const value = Number(filter.value);
  if (filter.value.trim() === '' || Number.isNaN(value)) return none;
  // The first of the shown numbers that lie at or above the value, and the first above it, as they are stored.
  const atOrAbove = boundedInteger(Math.ceil((value * unit) / grain) * grain);
  const above = boundedInteger((Math.floor((value * unit) / grain) + 1) * grain);
  const present = isOptional ? [{ attribute, operator: 'atLeast', value: 0 } as const] : [];
  switch (filter.operator) {
    case 'atLeast':
      return {
        conditions: [{ attribute, operator: 'atLeast', value: isOptional ? Math.max(atOrAbove, 0) : atOrAbove }],
      };
    case 'above':
      return { conditions: [{ attribute, operator: 'atLeast', value: isOptional ? Math.max(above, 0) : above }] };
    case 'below':
      return { conditions: [...present, { attribute, operator: 'below', value: atOrAbove }] };
    case 'atMost':
      return { conditions: [...present, { attribute, operator: 'below', value: above }] };
    default:
      return null;
  }
}

function planNumber(shown: ShownNumber, filter: PropertyFilter): Part | null {
  switch (filter.operator) {
    case 'present':
      return shown.isOptional ? { conditions: [{ attribute: shown.attribute, operator: 'atLeast', value: 0 }] } : all;
    case 'equals':
    case 'differs':
      return planEqualNumber(shown, filter);
    // Text alone contains something.
    case 'contains':
      return none;
    case 'lacks':
      return all;
    default:
      return planOrderedNumber(shown, filter);
  }
}

function planText(attribute: string, { operator, value }: PropertyFilter): Part | null {
  const column = textAttributes.get(attribute);
  if (column === undefined || operator === 'contains' || operator === 'lacks') return null;
  // The empty text stands for an absent value in columns, and has no order beside one.
  const isPresent = { attribute: column, operator: 'differs', value: '' } as const;
  if (operator === 'present') return { conditions: [isPresent] };
  if (operator === 'equals') return value === '' ? none : { conditions: [{ attribute: column, operator, value }] };
  if (operator === 'differs') return value === '' ? all : { conditions: [{ attribute: column, operator, value }] };
  return { conditions: [{ attribute: column, operator, value }, isPresent] };
}

/** Whether a resource with this value, or without one, fulfils the condition. */
function holdsOf(filter: PropertyFilter, value: string | boolean | undefined): boolean {
  return matchesPropertyFilter(value === undefined ? {} : { value }, { ...filter, path: ['value'] });
}

function planMethod(method: 'batch' | 'streaming' | 'edge', filter: PropertyFilter): Part {
  const isOn = { attribute: method, operator: 'equals', value: 1 } as const;
  const isOff = { attribute: method, operator: 'equals', value: 0 } as const;
  const ofKind = (value: string) => ({ attribute: 'kind', operator: 'equals', value }) as const;
  const cases: readonly (readonly [boolean | undefined, readonly AudienceComparison[]])[] = [
    [true, [isOn]],
    [false, [ofKind('platform'), isOff]],
    [undefined, [ofKind('external')]],
  ];
  const groups = cases.filter(([value]) => holdsOf(filter, value)).map(([, group]) => group);
  const [only] = groups;
  if (only === undefined) return none;
  if (groups.length === cases.length) return all;
  return { conditions: groups.length === 1 ? only : [{ anyOf: groups }] };
}

/** A part for what all resources of a kind have alike, or none has; null for other attributes. */
function planConstant(filter: PropertyFilter, { scope, sandbox }: Place): Part | null {
  const [attribute = ''] = filter.path;
  const constants = kinds.map((kind) => ({ kind, shown: encodeConstants(kind, { org: scope.org, sandbox }) }));
  const isConstant = constants.some(({ shown }) => Object.hasOwn(shown, attribute)) || !isAudienceAttribute(attribute);
  if (!isConstant) return null;
  const met = constants.filter(({ shown }) => matchesPropertyFilter(shown, filter));
  const [only] = met;
  if (only === undefined) return none;
  return met.length === kinds.length
    ? all
    : { conditions: [{ attribute: 'kind', operator: 'equals', value: only.kind }] };
}

function planStates(filter: PropertyFilter, query: AudienceQuery): Part {
  const states = query.lifecycleStates ?? lifecycleStates;
  return { lifecycleStates: states.filter((state) => holdsOf(filter, state)) };
}

function planElement(element: 'labels' | 'tags', { operator, value }: PropertyFilter): Part | null {
  switch (operator) {
    case 'equals':
      return { conditions: [{ element, operator: 'has', value }] };
    case 'differs':
      return { conditions: [{ element, operator: 'lacks', value }] };
    case 'present':
      return { conditions: [{ element, operator: 'has', value: null }] };
    default:
      return null;
  }
}

/** The part of the query that an equality has a member for; null where it has none, or has it in use. */
function planMember(attribute: string, value: string, query: AudienceQuery): Part | null {
  switch (attribute) {
    case 'id':
      return query.ids === undefined ? { ids: [audienceId(value)] } : null;
    case 'audienceId':
      return query.externalId === undefined ? { externalId: value } : null;
    case 'name':
      return query.name === undefined ? { name: value } : null;
    case 'namespace':
      return query.namespace === undefined ? { namespace: value } : null;
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

function planPart(filter: PropertyFilter, query: AudienceQuery): Part | null {
  const { operator, value } = filter;
  const attribute = filter.path.join('.');
  const contained = operator === 'contains' ? planContained(attribute, value, query) : null;
  const member = operator === 'equals' ? planMember(attribute, value, query) : contained;
  if (member !== null) return member;
  const method = methods.get(attribute);
  if (method !== undefined) return planMethod(method, filter);
  const number = numbers.get(attribute);
  if (number !== undefined) return planNumber(number, filter);
  switch (attribute) {
    case 'lifecycleState':
      return planStates(filter, query);
    case 'labels':
    case 'tags':
      return planElement(attribute, filter);
    default:
      return planText(attribute, filter);
  }
}

/** What a condition adds to the query, or null when it has to be checked on the resources. */
export function planCondition(filter: PropertyFilter, query: AudienceQuery, place: Place): Part | null {
  return planConstant(filter, place) ?? (filter.elementPath === null ? planPart(filter, query) : null);
}

/** The query with a part: whatever else a part has replaces, conditions are added. */
export function withPart(query: AudienceQuery, part: Part): AudienceQuery {
  if (part.conditions === undefined) return { ...query, ...part };
  return { ...query, ...part, conditions: [...(query.conditions ?? []), ...part.conditions] };
}
