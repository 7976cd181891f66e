/** Brings what was found out about a list to the present, by what has changed since alone. */
import { audienceId, type Scope } from '@muster/audience';
import { type RawBuilder, sql } from 'kysely';
import type { AudienceQuery } from '../ports/control-store.ts';
import { keptImagesMax } from './audience-changes.ts';
import { allConditions, changedAudiences, orderColumnsOf, orderOf } from './audience-conditions.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import type { KeptCount } from './list-memory.ts';
import { type ListWindow, moveWindow, type Neighbour } from './list-window.ts';
import { numberOf, textOf, textOrNullOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** A list, whatever the page. */
export interface ListSubject {
  readonly scope: Scope;
  readonly query: AudienceQuery;
}

/** What is known of a list: how many audiences it has, and some of them in their order. */
export interface ListKnowledge {
  readonly count: KeptCount;
  readonly window: ListWindow | null;
}

/** What has changed in a list, all of it seen at one moment. */
interface ListChanges {
  /** The tenant's count of changes at that moment. */
  readonly changes: number;
  readonly neighbours: readonly Neighbour[];
}

/** The images of matches from changes after `since`, with the matches of the window. */
function neighboursQuery(
  dialect: ControlDialect,
  { scope, query }: ListSubject,
  since: number,
  window: ListWindow | null,
): RawBuilder<unknown> {
  const images = sql`
    select ${orderColumnsOf(query)}, audiences.sign, audiences.change from ${changedAudiences.table}
    where ${allConditions({ dialect, scope, rows: changedAudiences }, query)} and audiences.change > ${since}
  `;
  if (window === null || window.ids.length === 0) return images;
  // `cross join` keeps SQLite from walking all audiences in their order and asking of each whether it is wanted.
  return sql`${images} union all
    select ${orderColumnsOf(query)}, 0, 0 from ${dialect.wanted(window.ids)} cross join audiences
    where ${inTenant(scope, 'audiences')} and audiences.id = wanted.value
  `;
}

/** The tenant's count of changes as `total`, and as `seen` how many after `since` have left images: one row. */
export function changesSince(scope: Scope, since: number): RawBuilder<unknown> {
  return sql`
    select audience_changes.total, (
      select count(distinct changed_audiences.change) from changed_audiences
      where ${inTenant(scope, 'changed_audiences')} and changed_audiences.change > ${since}
    ) as seen
    from audience_changes where ${inTenant(scope, 'audience_changes')}
  `;
}

/** Whether what was true at the count `since` can be brought to `changes`: images before are dropped, or soon will be. */
export const isRecent = (since: number, changes: number): boolean => changes - since <= keptImagesMax;

/** What has changed after `since`; null when not every change since then has left images. */
async function readChanges(
  dialect: ControlDialect,
  subject: ListSubject,
  since: number,
  window: ListWindow | null,
): Promise<ListChanges | null> {
  const { scope, query } = subject;
  // One statement, so that count, images and audiences are of one moment.
  const { rows } = await sql<unknown>`
    select audiences.id, audiences.sign, audiences.change, state.total, state.seen
    from (${changesSince(scope, since)}) as state
    left join (${neighboursQuery(dialect, subject, since, window)}) as audiences on true
    order by ${orderOf(query)}
  `.execute(dialect.database);
  const changes = numberOf(rows[0], 'total');
  if (numberOf(rows[0], 'seen') !== changes - since) return null;
  const neighbours = rows
    // One row without an id stands for no neighbour at all.
    .filter((row) => textOrNullOf(row, 'id') !== null)
    .map((row) => ({
      id: audienceId(textOf(row, 'id')),
      sign: numberOf(row, 'sign'),
      change: numberOf(row, 'change'),
    }));
  return { changes, neighbours };
}

/**
 * What is known of a list, at the count `changes` or a later one; null where nothing is, or where it is too old to be
 * brought there.
 */
export async function bringUp(
  dialect: ControlDialect,
  subject: ListSubject,
  { count, window }: ListKnowledge,
  changes: number,
): Promise<ListKnowledge | null> {
  if (!isRecent(count.changes, changes)) return null;
  const moved = window !== null && isRecent(window.changes, changes) ? window : null;
  const since = Math.min(count.changes, moved?.changes ?? count.changes);
  if (since >= changes) return { count, window: moved };
  const found = await readChanges(dialect, subject, since, moved);
  if (found === null) {
    // The count may be newer than what cannot be looked through.
    return moved !== null && since < count.changes ? bringUp(dialect, subject, { count, window: null }, changes) : null;
  }
  const after = (from: number) => found.neighbours.filter(({ sign, change }) => sign === 0 || change > from);
  const total = after(count.changes).reduce((sum, { sign }) => sum + sign, count.total);
  return {
    count: { changes: found.changes, total },
    window: moved && moveWindow(moved, after(moved.changes), found.changes),
  };
}
