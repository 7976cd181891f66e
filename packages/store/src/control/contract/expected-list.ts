/** What lists of audiences should be, by sort and filter in plain JavaScript. */
import type { Audience } from '@muster/audience';
import type {
  AudienceComparison,
  AudienceCondition,
  AudienceQuery,
  AudienceSortKey,
} from '../../ports/control-store.ts';

const compare = (left: string | number, right: string | number): number => Number(left > right) - Number(left < right);

/** Order by bytes of UTF-8, which is the order of code points. */
function compareTexts(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

const methodOf = (audience: Audience, method: 'batch' | 'streaming' | 'edge'): number =>
  audience.kind === 'platform' && audience.evaluation[method] ? 1 : 0;

/** What is compared for each sort. */
const values: Record<AudienceSortKey, (audience: Audience) => string | number> = {
  id: ({ id }) => id,
  createdAt: ({ createdAt }) => createdAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  name: ({ name }) => name.toLowerCase(),
  description: ({ description }) => (description ?? '').toLowerCase(),
  totalProfiles: ({ metrics }) => metrics?.totalProfiles ?? -1,
  ttlInDays: ({ ttlInDays }) => ttlInDays ?? -1,
  batch: (audience) => methodOf(audience, 'batch'),
  streaming: (audience) => methodOf(audience, 'streaming'),
  edge: (audience) => methodOf(audience, 'edge'),
  kind: ({ kind }) => kind,
  externalId: ({ externalId }) => externalId,
  originName: ({ originName }) => originName,
  namespace: ({ namespace }) => namespace,
  lifecycleState: ({ lifecycleState }) => lifecycleState,
  schemaName: ({ schemaName }) => schemaName ?? '_xdm.context.profile',
  mergePolicyId: (audience) => (audience.kind === 'platform' ? audience.mergePolicyId : ''),
  datasetId: (audience) => (audience.kind === 'external' ? (audience.datasetId ?? '') : ''),
  createdBy: ({ createdBy }) => createdBy,
  lastModifiedBy: ({ lastModifiedBy }) => lastModifiedBy,
};

function compareValues(left: string | number, right: string | number): number {
  return typeof left === 'number' && typeof right === 'number'
    ? compare(left, right)
    : compareTexts(String(left), String(right));
}

const contains = (text: string | null, part: string | undefined): boolean =>
  part === undefined || (text ?? '').toLowerCase().includes(part.toLowerCase());
const equals = (value: string, wanted: string | undefined): boolean => wanted === undefined || value === wanted;

const holds: Record<AudienceComparison['operator'], (order: number) => boolean> = {
  equals: (order) => order === 0,
  differs: (order) => order !== 0,
  atLeast: (order) => order >= 0,
  above: (order) => order > 0,
  below: (order) => order < 0,
  atMost: (order) => order <= 0,
};

function compares(audience: Audience, { attribute, operator, value }: AudienceComparison): boolean {
  const found = attribute === 'name' ? audience.name : values[attribute](audience);
  return holds[operator](compareValues(found, value));
}

function meets(audience: Audience, condition: AudienceCondition): boolean {
  if ('anyOf' in condition) {
    return condition.anyOf.some((group) => group.every((comparison) => compares(audience, comparison)));
  }
  if (!('element' in condition)) return compares(audience, condition);
  const { element, operator, value } = condition;
  const hasIt = audience[element].some((each) => value === null || each === value);
  return hasIt === (operator === 'has');
}

function isMatch(audience: Audience, query: AudienceQuery): boolean {
  return (
    contains(audience.name, query.nameContains) &&
    contains(audience.description, query.descriptionContains) &&
    (query.ids?.includes(audience.id) ?? true) &&
    equals(audience.name, query.name) &&
    equals(audience.externalId, query.externalId) &&
    equals(audience.namespace, query.namespace) &&
    equals(audience.schemaName ?? '_xdm.context.profile', query.schemaName) &&
    (query.lifecycleStates?.includes(audience.lifecycleState) ?? true) &&
    (query.conditions ?? []).every((condition) => meets(audience, condition)) &&
    (query.check?.holds(audience, []) ?? true)
  );
}

/** What the list should be, by the plainest means. */
export function expectedList(audiences: readonly Audience[], query: AudienceQuery): readonly Audience[] {
  const terms = [...query.sort, { key: 'id', direction: query.sort.at(-1)?.direction ?? 'asc' } as const];
  return audiences
    .filter((audience) => isMatch(audience, query))
    .toSorted((left, right) => {
      for (const { key, direction } of terms) {
        const order = compareValues(values[key](left), values[key](right));
        if (order !== 0) return direction === 'asc' ? order : -order;
      }
      return 0;
    });
}
