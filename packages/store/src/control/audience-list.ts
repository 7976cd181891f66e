/**
 * Lists of audiences: which ids, and how many.
 *
 * A page in the order of an index costs its own length as long as matches are frequent; where they are rare, looking for
 * them first and sorting what was found is faster. Which of the two holds is found out by looking for the first matches.
 * What was found is remembered, and later only what has changed since is looked at.
 */
import { type AudienceId, audienceId, type Scope } from '@muster/audience';
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AudienceCondition, AudienceQuery, Listed, Page } from '../ports/control-store.ts';
import { findChangeCount } from './audience-changes.ts';
import {
  allConditions,
  allOf,
  commonConditions,
  onCondition,
  orderOf,
  selectiveConditions,
  storedAudiences,
} from './audience-conditions.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { bringUp, type ListKnowledge } from './list-changes.ts';
import { listKey } from './list-key.ts';
import type { KeptCount, ListMemory } from './list-memory.ts';
import { aroundPage, cutWindow, type ListWindow, pageOf } from './list-window.ts';
import { numberOf, textOf, textOrNullOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** Matches that are sorted, and remembered, rather than met on a walk along an index. */
const sortedMatchesMax = 1_000;
/** Matches that are remembered together; more than are sorted, so that a list at the border is not sorted each time. */
const keptMatchesMax = 2_000;

/** A page of a tenant's list. */
interface ListRequest {
  readonly scope: Scope;
  readonly query: AudienceQuery;
  readonly page: Page;
}

function decodeIds(rows: readonly unknown[]): readonly AudienceId[] {
  return rows.map((row) => audienceId(textOf(row, 'id')));
}

const conditionsOf = (dialect: ControlDialect, { scope, query }: ListRequest): RawBuilder<SqlBool> =>
  allConditions({ dialect, scope, rows: storedAudiences }, query);

/** The count of changes as a value of a query, so that it is of the same moment as the rest of it. */
function changeCount(scope: Scope): RawBuilder<number> {
  return sql`coalesce((
    select audience_changes.total from audience_changes where ${inTenant(scope, 'audience_changes')}
  ), 0)`;
}

/**
 * The selective conditions for a walk along the index of the sort: what is not about its column is hidden from the
 * planner (`is true`), which would rather collect all matches by the index of a condition, and sort them.
 */
function walkConditions(dialect: ControlDialect, { scope, query }: ListRequest): readonly Expression<SqlBool>[] {
  const context = { dialect, scope, rows: storedAudiences };
  const [first] = query.sort;
  const isOfSort = (condition: AudienceCondition): boolean =>
    'attribute' in condition && condition.attribute === first?.key && condition.attribute !== 'name';
  const conditions = query.conditions ?? [];
  const hidden = selectiveConditions(context, { ...query, conditions: conditions.filter((it) => !isOfSort(it)) });
  return [
    ...conditions.filter(isOfSort).map((condition) => onCondition(context, condition)),
    ...hidden.map((condition) => sql<SqlBool>`(${condition}) is true`),
  ];
}

/** A window around a page, along the index of the sort column; null when nothing is there. */
async function walkWindow(dialect: ControlDialect, request: ListRequest): Promise<ListWindow | null> {
  const { scope, query, page } = request;
  const around = aroundPage(page);
  const conditions = [inTenant(scope, 'audiences'), ...walkConditions(dialect, request), ...commonConditions(query)];
  const { rows } = await sql<unknown>`
    select audiences.id, ${changeCount(scope)} as changes from audiences where ${allOf(conditions)}
    order by ${orderOf(query)} limit ${around.limit} offset ${around.offset}
  `.execute(dialect.database);
  if (rows.length === 0) return null;
  const isEnd = rows.length < around.limit;
  return { changes: numberOf(rows[0], 'changes'), start: around.offset, ids: decodeIds(rows), isEnd };
}

async function countMatches(dialect: ControlDialect, request: ListRequest): Promise<KeptCount> {
  const { rows } = await sql<unknown>`
    select count(*) as total, ${changeCount(request.scope)} as changes
    from audiences where ${conditionsOf(dialect, request)}
  `.execute(dialect.database);
  return { total: numberOf(rows[0], 'total'), changes: numberOf(rows[0], 'changes') };
}

/** All matches in their order where they are few: found, then sorted. Null for more than `sortedMatchesMax`. */
async function sortMatches(dialect: ControlDialect, request: ListRequest): Promise<ListWindow | null> {
  const { scope, query } = request;
  // `cross join` keeps SQLite from walking all audiences in their order and asking of each whether it matched.
  const { rows } = await sql<unknown>`
    with matches as materialized (
      select audiences.id from audiences where ${conditionsOf(dialect, request)} limit ${sortedMatchesMax + 1}
    )
    select found.id, counted.total, ${changeCount(scope)} as changes
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
  const ids = decodeIds(rows.filter((row) => textOrNullOf(row, 'id') !== null));
  return { changes: numberOf(rows[0], 'changes'), start: 0, ids, isEnd: true };
}

/** What is found out about a list by looking at the audiences themselves, given the count where it is known. */
async function findOut(dialect: ControlDialect, request: ListRequest, known: KeptCount | null): Promise<ListKnowledge> {
  const { scope, query, page } = request;
  const isSelective = selectiveConditions({ dialect, scope, rows: storedAudiences }, query).length > 0;
  if (isSelective && (known === null || known.total <= sortedMatchesMax)) {
    const window = await sortMatches(dialect, request);
    if (window !== null) return { count: { changes: window.changes, total: window.ids.length }, window };
  }
  const count = known ?? (await countMatches(dialect, request));
  return { count, window: page.offset < count.total ? await walkWindow(dialect, request) : null };
}

/** What the memory knows of lists by: tenant and conditions, the order besides, the page besides. */
function keysOf({ scope, query, page }: ListRequest) {
  const { sort, ...conditions } = query;
  const count = listKey(scope, conditions);
  return { count, all: JSON.stringify([count, sort]), page: JSON.stringify([count, sort, page]) };
}

function remember(memory: ListMemory, request: ListRequest, { count, window }: ListKnowledge): void {
  const keys = keysOf(request);
  memory.counts.keep(keys.count, count);
  if (window === null) return;
  const isAll = window.start === 0 && window.isEnd && window.ids.length <= keptMatchesMax;
  if (isAll) memory.windows.keep(keys.all, window);
  else memory.windows.keep(keys.page, cutWindow(window, aroundPage(request.page)));
}

/** What is known of a list without looking at the audiences themselves. */
async function recall(
  dialect: ControlDialect,
  memory: ListMemory,
  request: ListRequest,
): Promise<ListKnowledge | null> {
  // Read before all else: what is found later is at least as new.
  const changes = await findChangeCount(dialect.database, request.scope);
  const keys = keysOf(request);
  const count = memory.counts.find(keys.count);
  if (count === undefined) return null;
  const windows = [memory.windows.find(keys.all), memory.windows.find(keys.page)];
  const window = windows.find((it) => it !== undefined && pageOf(it, request.page) !== null) ?? null;
  return bringUp(dialect, request, { count, window }, changes);
}

/** The ids of one page of a list, and how many audiences match over all pages. */
export async function listAudienceIds(
  dialect: ControlDialect,
  memory: ListMemory,
  request: ListRequest,
): Promise<Listed<AudienceId>> {
  const known = await recall(dialect, memory, request);
  const items = known?.window && pageOf(known.window, request.page);
  if (known && items) {
    remember(memory, request, known);
    return { items, totalCount: known.count.total };
  }
  const found = await findOut(dialect, request, known?.count ?? null);
  remember(memory, request, found);
  const page = found.window && pageOf(found.window, request.page);
  return { items: page ?? [], totalCount: found.count.total };
}
