/**
 * Lists of audiences: which ids, and how many.
 *
 * A page in the order of an index costs its own length as long as matches are frequent; where they are rare, looking for
 * them first and sorting what was found is faster. Which of the two holds is found out by looking for the first matches.
 */
import { type AudienceId, audienceId, type Scope } from '@muster/audience';
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type {
  AudienceComparison,
  AudienceCondition,
  AudienceElementCondition,
  AudienceQuery,
  AudienceSortKey,
  Listed,
  Page,
} from '../ports/control-store.ts';
import { findChangeCount } from './audience-changes.ts';
import { columnText, foldedText, sortKeyText } from './column-text.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { type ListMemory, sortedMatchesMax } from './list-memory.ts';
import { numberOf, textOf } from './rows/row.ts';
import type { ControlTables } from './tables.ts';
import { inTenant } from './tenant.ts';

const sortColumns = {
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

/** A page of a tenant's list. */
interface ListRequest {
  readonly scope: Scope;
  readonly query: AudienceQuery;
  readonly page: Page;
}

type Condition = Expression<SqlBool>;
type FilterColumn = 'id' | 'name' | 'name_key' | 'external_id' | 'namespace' | 'lifecycle' | 'schema_name';

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

/** A list of ids for the engine to look up: few have an element, or few lack it. */
function onElement(scope: Scope, { element, operator, value }: AudienceElementCondition): Condition {
  const ofValue = value === null ? sql`true` : sql`audience_elements.value = ${columnText(value)}`;
  return sql`audiences.id ${operator === 'has' ? sql`in` : sql`not in`} (
    select audience_elements.audience_id from audience_elements
    where ${inTenant(scope, 'audience_elements')} and audience_elements.element = ${element} and ${ofValue}
  )`;
}

function onCondition(scope: Scope, condition: AudienceCondition): Condition {
  if ('element' in condition) return onElement(scope, condition);
  if (!('anyOf' in condition)) return onColumn(condition);
  const groups = condition.anyOf.map((group) => sql`(${allOf(group.map(onColumn))})`);
  return sql`(${sql.join(groups, sql` or `)})`;
}

/** What restricts a list much: parts of texts, and exact values. */
function selectiveConditions(dialect: ControlDialect, scope: Scope, query: AudienceQuery): readonly Condition[] {
  const { id, name, externalId, namespace, nameContains, descriptionContains } = query;
  return [
    ...(id === undefined ? [] : [equals('id', columnText(id))]),
    // The key finds the row by an index, the name makes sure.
    ...(name === undefined ? [] : [equals('name_key', sortKeyText(name)), equals('name', columnText(name))]),
    ...(externalId === undefined ? [] : [equals('external_id', columnText(externalId))]),
    ...(namespace === undefined ? [] : [equals('namespace', columnText(namespace))]),
    ...(query.conditions ?? []).map((condition) => onCondition(scope, condition)),
    ...(nameContains === undefined ? [] : [dialect.containsText('name_folded', foldedText(nameContains))]),
    ...(descriptionContains === undefined
      ? []
      : [dialect.containsText('description_folded', foldedText(descriptionContains))]),
  ];
}

/** What most lists have and most rows meet; tested last, since it drops little. */
function commonConditions(query: AudienceQuery): readonly Condition[] {
  const { lifecycleStates, schemaName } = query;
  return [
    ...(lifecycleStates === undefined ? [] : [anyOf('lifecycle', lifecycleStates)]),
    ...(schemaName === undefined ? [] : [equals('schema_name', columnText(schemaName))]),
  ];
}

function anyOf(column: FilterColumn, values: readonly string[]): Condition {
  if (values.length === 0) return sql`1 = 0`;
  return sql`${sql.ref(`audiences.${column}`)} in (${sql.join(values)})`;
}

function allOf(conditions: readonly Condition[]): RawBuilder<SqlBool> {
  return sql`${sql.join([...conditions], sql` and `)}`;
}

const directions = { asc: sql`asc`, desc: sql`desc` } as const;

/** The id has the direction of the last sort column, so that an index of one column is read in one direction. */
function orderOf({ sort }: AudienceQuery): RawBuilder<unknown> {
  const columns = sort.map(({ key, direction }) => ({ column: sortColumns[key], direction }));
  const terms = [...columns, { column: sortColumns.id, direction: columns.at(-1)?.direction ?? 'asc' }];
  return sql.join(
    terms.map(({ column, direction }) => sql`${sql.ref(`audiences.${column}`)} ${directions[direction]}`),
  );
}

function decodeIds(rows: readonly unknown[]): readonly AudienceId[] {
  return rows.map((row) => audienceId(textOf(row, 'id')));
}

/**
 * The selective conditions for a walk along the index of the sort: what is not about its column is hidden from the planner
 * (`is true`), which would rather collect all matches by the index of a condition, and sort them.
 */
function walkConditions(dialect: ControlDialect, scope: Scope, query: AudienceQuery): readonly Condition[] {
  const [first] = query.sort;
  const isOfSort = (condition: AudienceCondition): boolean =>
    'attribute' in condition && condition.attribute === first?.key && condition.attribute !== 'name';
  const conditions = query.conditions ?? [];
  const hidden = selectiveConditions(dialect, scope, {
    ...query,
    conditions: conditions.filter((it) => !isOfSort(it)),
  });
  return [
    ...conditions.filter(isOfSort).map((condition) => onCondition(scope, condition)),
    ...hidden.map((condition) => sql<SqlBool>`(${condition}) is true`),
  ];
}

/** The ids of a page along the index of the sort column. */
async function walkPage(dialect: ControlDialect, { scope, query, page }: ListRequest): Promise<readonly AudienceId[]> {
  const conditions = [
    inTenant(scope, 'audiences'),
    ...walkConditions(dialect, scope, query),
    ...commonConditions(query),
  ];
  const { rows } = await sql<unknown>`
    select audiences.id from audiences where ${allOf(conditions)}
    order by ${orderOf(query)} limit ${page.limit} offset ${page.offset}
  `.execute(dialect.database);
  return decodeIds(rows);
}

async function countMatches(dialect: ControlDialect, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<unknown>`select count(*) as total from audiences where ${where}`.execute(dialect.database);
  return numberOf(rows[0], 'total');
}

/** All matches in their order where they are few: found, then sorted. Null when there are more than `sortedMatchesMax`. */
async function sortMatches(
  dialect: ControlDialect,
  { scope, query }: ListRequest,
  where: RawBuilder<SqlBool>,
): Promise<readonly AudienceId[] | null> {
  // `cross join` keeps SQLite from walking all audiences in their order and asking of each whether it matched.
  const { rows } = await sql<unknown>`
    with matches as materialized (select audiences.id from audiences where ${where} limit ${sortedMatchesMax + 1})
    select found.id, counted.total
    from (select count(*) as total from matches) as counted
    left join (
      select audiences.id, row_number() over (order by ${orderOf(query)}) as place
      from matches cross join audiences
      where ${inTenant(scope, 'audiences')} and audiences.id = matches.id
    ) as found on counted.total <= ${sortedMatchesMax}
    order by found.place
  `.execute(dialect.database);
  if (numberOf(rows[0], 'total') > sortedMatchesMax) return null;
  // One row without an id stands for no match at all.
  return decodeIds(rows.filter((row) => typeof row === 'object' && row !== null && 'id' in row && row.id !== null));
}

/** The ids of all audiences of a list, in its order. */
export async function listAllAudienceIds(
  dialect: ControlDialect,
  scope: Scope,
  query: AudienceQuery,
): Promise<readonly AudienceId[]> {
  const conditions = [
    inTenant(scope, 'audiences'),
    ...selectiveConditions(dialect, scope, query),
    ...commonConditions(query),
  ];
  const { rows } = await sql<unknown>`
    select audiences.id from audiences where ${allOf(conditions)} order by ${orderOf(query)}
  `.execute(dialect.database);
  return decodeIds(rows);
}

/** The ids of one page of a list, and how many audiences match over all pages. */
export async function listAudienceIds(
  dialect: ControlDialect,
  memory: ListMemory,
  request: ListRequest,
): Promise<Listed<AudienceId>> {
  const { scope, query, page } = request;
  const selective = selectiveConditions(dialect, scope, query);
  const where = allOf([inTenant(scope, 'audiences'), ...selective, ...commonConditions(query)]);
  // Read before all else: what is found later is at least as new as this count says.
  const changes = await findChangeCount(dialect.database, scope);
  const { sort, ...conditions } = query;
  const countKey = JSON.stringify([scope.org, scope.sandbox, conditions]);
  const known = memory.counts.find(countKey, changes);
  if (selective.length > 0 && (known === undefined || known <= sortedMatchesMax)) {
    const listKey = JSON.stringify([countKey, sort]);
    const matches = memory.lists.find(listKey, changes) ?? (await sortMatches(dialect, request, where));
    if (matches !== null) {
      memory.counts.keep(countKey, changes, matches.length);
      memory.lists.keep(listKey, changes, matches);
      return { items: matches.slice(page.offset, page.offset + page.limit), totalCount: matches.length };
    }
  }
  const totalCount = known ?? (await countMatches(dialect, where));
  memory.counts.keep(countKey, changes, totalCount);
  const pageKey = JSON.stringify([countKey, sort, page]);
  const items = memory.lists.find(pageKey, changes) ?? (await walkPage(dialect, request));
  memory.lists.keep(pageKey, changes, items);
  return { items, totalCount };
}
