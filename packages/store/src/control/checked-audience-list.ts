/**
 * Lists with a check (`AudienceCheck`): conditions that no column answers.
 *
 * Every audience that fulfils the rest of the query is read and asked once. The matches are remembered with all that
 * their order needs; later only the audiences that have changed are asked again.
 */
import { setImmediate } from 'node:timers/promises';
import { type AudienceId, audienceId, type Scope } from '@muster/audience';
import { type RawBuilder, sql } from 'kysely';
import type { AudienceCheck, AudienceQuery, Listed, Page } from '../ports/control-store.ts';
import { findChangeCount } from './audience-changes.ts';
import { allConditions, sortColumns, storedAudiences } from './audience-conditions.ts';
import { findDependents } from './audience-references.ts';
import { CheckedList, type CheckedMatch } from './checked-list.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';
import { changesSince, isRecent } from './list-changes.ts';
import { listKey } from './list-key.ts';
import type { ListMemory } from './list-memory.ts';
import { decodeAudience } from './rows/audience-row.ts';
import { memberOf, numberOf, textOf, textOrNullOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

/** Audiences read by one statement; between two statements other requests get their turn. */
const readAtOnce = 500;
/** How often all audiences are read again because too much changed while they were. */
const scansOfBusyMax = 3;

/** A list with a check, whatever the page. */
interface CheckedSubject {
  readonly scope: Scope;
  readonly query: AudienceQuery;
  readonly check: AudienceCheck;
}

/** The columns of `sort`, as `key_0` and so on: one may be there twice. */
function keyColumns({ sort }: AudienceQuery): RawBuilder<unknown> {
  const columns = sort.map(
    ({ key }, index) => sql`${sql.ref(`audiences.${sortColumns[key]}`)} as ${sql.ref(`key_${index}`)}`,
  );
  return sql.join([sql`audiences.id`, ...columns, sql`audience_documents.document`, sql`audience_documents.metrics`]);
}

function keysOf(row: unknown, { sort }: AudienceQuery): CheckedMatch['keys'] {
  return sort.map((_, index) => {
    const value = memberOf(row, `key_${index}`);
    return typeof value === 'string' ? value : numberOf(row, `key_${index}`);
  });
}

/** Those of the rows, which have `keyColumns`, whose audiences the check holds of. */
async function matchesOf(
  dialect: ControlDialect,
  { scope, query, check }: CheckedSubject,
  rows: readonly unknown[],
): Promise<readonly CheckedMatch[]> {
  const audiences = rows.map(decodeAudience);
  const ids = audiences.map(({ id }) => id);
  const dependents: ReadonlyMap<AudienceId, readonly AudienceId[]> = check.looksAtDependents
    ? await findDependents(dialect.database, scope, ids)
    : new Map();
  return rows
    .filter((_, index) => {
      const audience = audiences[index];
      return audience !== undefined && check.holds(audience, dependents.get(audience.id) ?? []);
    })
    .map((row) => ({ id: audienceId(textOf(row, 'id')), keys: keysOf(row, query) }));
}

/** All matches, read a part at a time in the order of ids. What changes meanwhile may be seen as it was or as it is. */
async function scan(dialect: ControlDialect, subject: CheckedSubject): Promise<CheckedList> {
  const { scope, query } = subject;
  const changes = await findChangeCount(dialect.database, scope);
  const conditions = allConditions({ dialect, scope, rows: storedAudiences }, query);
  const matches: CheckedMatch[] = [];
  for (let last = ''; ; ) {
    // Said of both tables, since PostgreSQL merges them and would read the documents from the first on.
    const { rows } = await sql<unknown>`
      select ${keyColumns(query)} from audiences
      join audience_documents on audience_documents.org = audiences.org
        and audience_documents.sandbox = audiences.sandbox and audience_documents.id = audiences.id
      where ${conditions} and audiences.id > ${last} and audience_documents.id > ${last}
      order by audiences.id limit ${readAtOnce}
    `.execute(dialect.database);
    matches.push(...(await matchesOf(dialect, subject, rows)));
    if (rows.length < readAtOnce) break;
    last = textOf(rows.at(-1), 'id');
    await setImmediate();
  }
  return new CheckedList(query.sort, { changes, matches });
}

/** Brings the list to the count `changes` or a later one; false when what has changed since cannot be told. */
async function bringUp(
  dialect: ControlDialect,
  subject: CheckedSubject,
  list: CheckedList,
  changes: number,
): Promise<boolean> {
  const { scope, query, check } = subject;
  const since = list.changes;
  if (since >= changes) return true;
  if (check.looksAtDependents || !isRecent(since, changes)) return false;
  // One statement, so that the count and the audiences are of one moment. `is true` hides the conditions from SQLite, which
  // would rather walk an index of one of them than look the changed audiences up.
  const { rows } = await sql<unknown>`
    select state.total, state.seen, changed.id as changed_id, ${keyColumns(query)}
    from (${changesSince(scope, since)}) as state
    left join (
      select distinct changed_audiences.id from changed_audiences
      where ${inTenant(scope, 'changed_audiences')} and changed_audiences.change > ${since}
    ) as changed on true
    left join audiences on ${inTenant(scope, 'audiences')} and audiences.id = changed.id
      and (${allConditions({ dialect, scope, rows: storedAudiences }, query)}) is true
    left join audience_documents
      on ${inTenant(scope, 'audience_documents')} and audience_documents.id = audiences.id
  `.execute(dialect.database);
  const total = numberOf(rows[0], 'total');
  if (numberOf(rows[0], 'seen') !== total - since) return false;
  const there = rows.filter((row) => textOrNullOf(row, 'id') !== null);
  list.move({
    changes: total,
    changed: rows.map((row) => audienceId(textOf(row, 'changed_id'))),
    matches: await matchesOf(dialect, subject, there),
  });
  return true;
}

/**
 * The list as it is when everything was read, or a little before: where it changes faster than it can be read, and where
 * each change means reading again.
 */
async function findOut(dialect: ControlDialect, subject: CheckedSubject): Promise<CheckedList> {
  const scansMax = subject.check.looksAtDependents ? 1 : scansOfBusyMax;
  for (let scans = 1; ; scans += 1) {
    const scanned = await scan(dialect, subject);
    const changes = await findChangeCount(dialect.database, subject.scope);
    if ((await bringUp(dialect, subject, scanned, changes)) || scans === scansMax) return scanned;
  }
}

async function findList(dialect: ControlDialect, memory: ListMemory, subject: CheckedSubject): Promise<CheckedList> {
  const { scope, query } = subject;
  const key = listKey(scope, query);
  // Read before all else: what is found later is at least as new.
  const changes = await findChangeCount(dialect.database, scope);
  const kept = memory.checked.find(key);
  if (kept !== undefined && (await bringUp(dialect, subject, kept, changes))) return kept;
  // Whoever asks for the same meanwhile waits for the one who reads, and reads again where that one began too early.
  const read = (): Promise<CheckedList> => memory.scans.run(key, () => findOut(dialect, subject));
  const first = await read();
  const list = (await bringUp(dialect, subject, first, changes)) ? first : await read();
  memory.checked.keep(key, list);
  return list;
}

/** The ids of one page of a list with a check, and how many audiences match over all pages. */
export async function listCheckedIds(
  dialect: ControlDialect,
  memory: ListMemory,
  subject: CheckedSubject,
  page: Page,
): Promise<Listed<AudienceId>> {
  const list = await findList(dialect, memory, subject);
  return { items: list.page(page), totalCount: list.size };
}
