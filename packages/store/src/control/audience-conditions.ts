/** What a list asks of an audience, as conditions on columns: of the stored audiences, or of images of changed ones. */
import type { AudienceId, Scope } from '@muster/audience';
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type {
  AudienceComparison,
  AudienceCondition,
  AudienceElementCondition,
  AudienceQuery,
  AudienceSortKey,
} from '../ports/control-store.ts';
import { elementPart } from './audience-elements.ts';
import { columnText, foldedText, sortKeyText } from './column-text.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import type { ControlTables } from './tables.ts';
import { inTenant } from './tenant.ts';

/** The column that each sort looks at. */
export const sortColumns = {
  id: 'id',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  name: 'name_key',
  description: 'description_folded',
  totalProfiles: 'total_profiles',
  ttlInDays: 'ttl_in_days',
  batch: 'batch',
  streaming: 'streaming',
  edge: 'edge',
  kind: 'kind',
  externalId: 'external_id',
  originName: 'origin_name',
  namespace: 'namespace',
  lifecycleState: 'lifecycle',
  schemaName: 'schema_name',
  mergePolicyId: 'merge_policy_id',
  datasetId: 'dataset_id',
  createdBy: 'created_by',
  lastModifiedBy: 'last_modified_by',
} as const satisfies Record<AudienceSortKey, keyof ControlTables['audiences']>;

type Condition = Expression<SqlBool>;
type FilterColumn = 'id' | 'name' | 'name_key' | 'external_id' | 'namespace' | 'lifecycle' | 'schema_name';

/** Where the conditions of a query are asked. */
export interface ConditionContext {
  readonly dialect: ControlDialect;
  readonly scope: Scope;
  readonly rows: AudienceRows;
}

/** Rows with the columns of audiences, which conditions call `audiences` wherever they come from. */
interface AudienceRows {
  readonly table: RawBuilder<unknown>;
  /** True where a row has the label or tag, or any where `value` is null. */
  readonly hasElement: (
    context: Pick<ConditionContext, 'dialect' | 'scope'>,
    element: AudienceElementCondition['element'],
    value: string | null,
  ) => Condition;
}

/** The audiences as they are; a list of ids for the engine to look up, since few have an element, or few lack it. */
export const storedAudiences: AudienceRows = {
  table: sql`audiences`,
  hasElement: ({ scope }, element, value) => {
    const ofValue = value === null ? sql`true` : sql`audience_elements.value = ${value}`;
    return sql`audiences.id in (
      select audience_elements.audience_id from audience_elements
      where ${inTenant(scope, 'audience_elements')} and audience_elements.element = ${element} and ${ofValue}
    )`;
  },
};

/** What audiences were before and after their last changes. */
export const changedAudiences: AudienceRows = {
  table: sql`changed_audiences as audiences`,
  hasElement: ({ dialect }, element, value) => dialect.containsText('elements', elementPart(element, value)),
};

const equals = (column: FilterColumn, text: string): Condition => sql`${sql.ref(`audiences.${column}`)} = ${text}`;

const comparisons = {
  equals: sql`=`,
  differs: sql`<>`,
  atLeast: sql`>=`,
  above: sql`>`,
  below: sql`<`,
  atMost: sql`<=`,
} as const;

/** The columns of conditions: those of sorts, but for the name, which is compared as it is written. */
const comparedColumns = { ...sortColumns, name: 'name' } as const;

/** A comparison of the column of an attribute. */
function onColumn({ attribute, operator, value }: AudienceComparison): Condition {
  const operand = typeof value === 'string' ? columnText(value) : value;
  return sql`${sql.ref(`audiences.${comparedColumns[attribute]}`)} ${comparisons[operator]} ${operand}`;
}

function onElement(context: ConditionContext, { element, operator, value }: AudienceElementCondition): Condition {
  const has = context.rows.hasElement(context, element, value === null ? null : columnText(value));
  return operator === 'has' ? has : sql`not (${has})`;
}

/** A condition of a query. */
export function onCondition(context: ConditionContext, condition: AudienceCondition): Condition {
  if ('element' in condition) return onElement(context, condition);
  if (!('anyOf' in condition)) return onColumn(condition);
  const groups = condition.anyOf.map((group) => sql`(${allOf(group.map(onColumn))})`);
  return sql`(${sql.join(groups, sql` or `)})`;
}

/** What restricts a list much: parts of texts, and exact values. */
export function selectiveConditions(context: ConditionContext, query: AudienceQuery): readonly Condition[] {
  const { dialect } = context;
  const { ids, name, externalId, namespace, nameContains, descriptionContains } = query;
  return [
    ...(ids === undefined ? [] : [hasAnyId(dialect, ids)]),
    // The key finds the row by an index, the name makes sure.
    ...(name === undefined ? [] : [equals('name_key', sortKeyText(name)), equals('name', columnText(name))]),
    ...(externalId === undefined ? [] : [equals('external_id', columnText(externalId))]),
    ...(namespace === undefined ? [] : [equals('namespace', columnText(namespace))]),
    ...(query.conditions ?? []).map((condition) => onCondition(context, condition)),
    ...(nameContains === undefined ? [] : [dialect.containsText('name_folded', foldedText(nameContains))]),
    ...(descriptionContains === undefined
      ? []
      : [dialect.containsText('description_folded', foldedText(descriptionContains))]),
  ];
}

/** What most lists have and most rows meet; tested last, since it drops little. */
export function commonConditions(query: AudienceQuery): readonly Condition[] {
  const { lifecycleStates, schemaName } = query;
  return [
    ...(lifecycleStates === undefined ? [] : [anyOf('lifecycle', lifecycleStates)]),
    ...(schemaName === undefined ? [] : [equals('schema_name', columnText(schemaName))]),
  ];
}

/** All conditions of a query, and the tenant's. */
export function allConditions(context: ConditionContext, query: AudienceQuery): RawBuilder<SqlBool> {
  return allOf([
    inTenant(context.scope, 'audiences'),
    ...selectiveConditions(context, query),
    ...commonConditions(query),
  ]);
}

/** One parameter for all of them: an audience may have more dependents than a statement takes parameters. */
function hasAnyId({ wanted }: ControlDialect, ids: readonly AudienceId[]): Condition {
  const [first] = ids;
  if (first !== undefined && ids.length === 1) return equals('id', columnText(first));
  return sql`audiences.id in (select wanted.value from ${wanted(ids.map(columnText))})`;
}

function anyOf(column: FilterColumn, values: readonly string[]): Condition {
  if (values.length === 0) return sql`1 = 0`;
  return sql`${sql.ref(`audiences.${column}`)} in (${sql.join(values)})`;
}

/** True where all of `conditions` are. */
export function allOf(conditions: readonly Condition[]): RawBuilder<SqlBool> {
  return sql`${sql.join([...conditions], sql` and `)}`;
}

const directions = { asc: sql`asc`, desc: sql`desc` } as const;

/** The id has the direction of the last sort column, so that an index of one column is read in one direction. */
export function orderOf({ sort }: AudienceQuery): RawBuilder<unknown> {
  const columns = sort.map(({ key, direction }) => ({ column: sortColumns[key], direction }));
  const terms = [...columns, { column: sortColumns.id, direction: columns.at(-1)?.direction ?? 'asc' }];
  return sql.join(
    terms.map(({ column, direction }) => sql`${sql.ref(`audiences.${column}`)} ${directions[direction]}`),
  );
}

/** The columns that `orderOf` names, each once. */
export function orderColumnsOf({ sort }: AudienceQuery): RawBuilder<unknown> {
  const columns = new Set([...sort.map(({ key }) => sortColumns[key]), sortColumns.id]);
  return sql.join([...columns].map((column) => sql`${sql.ref(`audiences.${column}`)}`));
}
