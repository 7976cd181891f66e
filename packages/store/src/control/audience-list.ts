/**
 * Lists of audiences: which ids, and how many.
 *
 * A page in the order of an index costs its own length as long as matches are frequent; where they are rare, looking for
 * them first and sorting what was found is faster. Which of the two holds is found out by looking for the first matches.
 */
import { type AudienceId, audienceId, type Scope } from '@muster/audience';
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AudienceCondition, AudienceQuery, AudienceSortKey, Listed, Page } from '../ports/control-store.ts';
import { columnText, foldedText, sortKeyText } from './column-text.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { numberOf, textOf } from './rows/row.ts';
import type { ControlTables } from './tables.ts';
import { inTenant } from './tenant.ts';

/** Matches that are sorted rather than met on a walk along an index. */
const sortedMatchesMax = 1_000;

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

type Condition = Expression<SqlBool>;
type FilterColumn = 'id' | 'name' | 'name_key' | 'external_id' | 'namespace' | 'lifecycle' | 'schema_name';

const equals = (column: FilterColumn, text: string): Condition => sql`${sql.ref(`audiences.${column}`)} = ${text}`;

const comparisons = { equals: sql`=`, atLeast: sql`>=`, below: sql`<` } as const;

/** A condition on the column of an attribute. */
function onColumn({ attribute, operator, value }: AudienceCondition): Condition {
  const operand = typeof value === 'string' ? columnText(value) : value;
  return sql`${sql.ref(`audiences.${sortColumns[attribute]}`)} ${comparisons[operator]} ${operand}`;
}

/** What restricts a list much: parts of texts, and exact values. */
function selectiveConditions(dialect: ControlDialect, query: AudienceQuery): readonly Condition[] {
  const { id, name, externalId, namespace, nameContains, descriptionContains } = query;
  return [
    ...(id === undefined ? [] : [equals('id', columnText(id))]),
    // The key finds the row by an index, the name makes sure.
    ...(name === undefined ? [] : [equals('name_key', sortKeyText(name)), equals('name', columnText(name))]),
    ...(externalId === undefined ? [] : [equals('external_id', columnText(externalId))]),
    ...(namespace === undefined ? [] : [equals('namespace', columnText(namespace))]),
    ...(query.conditions ?? []).map(onColumn),
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

/** The ids of a page along the index of the sort column. */
async function walkPage(
  dialect: ControlDialect,
  query: AudienceQuery,
  where: RawBuilder<SqlBool>,
  page: Page,
): Promise<readonly AudienceId[]> {
  const { rows } = await sql<unknown>`
    select audiences.id from audiences where ${where}
    order by ${orderOf(query)} limit ${page.limit} offset ${page.offset}
  `.execute(dialect.database);
  return decodeIds(rows);
}

async function countMatches(dialect: ControlDialect, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<unknown>`select count(*) as total from audiences where ${where}`.execute(dialect.database);
  return numberOf(rows[0], 'total');
}

/** A page out of few matches: found, then sorted. Null when there are more than `sortedMatchesMax`. */
async function sortPage(
  dialect: ControlDialect,
  scope: Scope,
  query: AudienceQuery,
  where: RawBuilder<SqlBool>,
  page: Page,
): Promise<Listed<AudienceId> | null> {
  // `cross join` keeps SQLite from walking all audiences in their order and asking of each whether it matched.
  const { rows } = await sql<unknown>`
    with matches as materialized (select audiences.id from audiences where ${where} limit ${sortedMatchesMax + 1})
    select page.id, counted.total
    from (select count(*) as total from matches) as counted
    left join (
      select audiences.id, row_number() over (order by ${orderOf(query)}) as place
      from matches cross join audiences
      where ${inTenant(scope, 'audiences')} and audiences.id = matches.id
      order by ${orderOf(query)} limit ${page.limit} offset ${page.offset}
    ) as page on true
    order by page.place
  `.execute(dialect.database);
  const totalCount = numberOf(rows[0], 'total');
  if (totalCount > sortedMatchesMax) return null;
  // One row without an id stands for a page beyond the end.
  const hits = rows.filter((row) => typeof row === 'object' && row !== null && 'id' in row && row.id !== null);
  return { items: decodeIds(hits), totalCount };
}

/** The ids of all audiences of a list, in its order. */
export async function listAllAudienceIds(
  dialect: ControlDialect,
  scope: Scope,
  query: AudienceQuery,
): Promise<readonly AudienceId[]> {
  const conditions = [inTenant(scope, 'audiences'), ...selectiveConditions(dialect, query), ...commonConditions(query)];
  const { rows } = await sql<unknown>`
    select audiences.id from audiences where ${allOf(conditions)} order by ${orderOf(query)}
  `.execute(dialect.database);
  return decodeIds(rows);
}

/** The ids of one page of a list, and how many audiences match over all pages. */
export async function listAudienceIds(
  dialect: ControlDialect,
  scope: Scope,
  query: AudienceQuery,
  page: Page,
): Promise<Listed<AudienceId>> {
  const selective = selectiveConditions(dialect, query);
  const where = allOf([inTenant(scope, 'audiences'), ...selective, ...commonConditions(query)]);
  if (selective.length > 0) {
    const sorted = await sortPage(dialect, scope, query, where, page);
    if (sorted !== null) return sorted;
  }
  const totalCount = await countMatches(dialect, where);
  return { items: await walkPage(dialect, query, where, page), totalCount };
}
