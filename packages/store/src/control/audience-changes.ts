/**
 * How often the audiences of a tenant have changed, and what they were before and after each of the last changes: what
 * was found out about them at one count is brought to a later one by looking at the images between the two.
 *
 * INVARIANT: every transaction that writes what lists look at records its change itself, as the last thing it does. In
 * PostgreSQL the count stays locked to the end of the transaction, so that counts are committed in their order and no
 * change is seen before an earlier one; taken last, the lock closes no circle of those who wait.
 *
 * INVARIANT: the image before a change equals the one after the last change of that audience. Rows are locked when
 * they are read for it.
 *
 * A change that leaves no images (a very large one, or the removal of a sandbox) is a gap, and so is an old one, whose
 * images were dropped. Who finds fewer changes with images than the count has gone on by starts afresh.
 */
import type { Audience, AudienceId, Scope } from '@muster/audience';
import { type Selectable, sql } from 'kysely';
import { type AudienceElement, decodeElement, elementsOf, elementsText } from './audience-elements.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { encodeAudience } from './rows/audience-row.ts';
import { numberOf, textOf } from './rows/row.ts';
import type { ControlTables } from './tables.ts';
import { inTenant } from './tenant.ts';

/** Audiences of one change whose images are kept; a change of more is a gap. */
export const changedAudiencesMax = 500;
/** Images kept, at least; changes before them are gaps. */
export const keptImagesMax = 2_000;
/** Old images are dropped each time that the count is a multiple of this, and after every change with as many images. */
const dropInterval = 100;

/** The columns of an audience. */
export type AudienceRow = Selectable<ControlTables['audiences']>;

/** All that an audience is found and sorted by. */
export interface AudienceImage {
  readonly row: AudienceRow;
  readonly elements: readonly AudienceElement[];
}

/** What audiences were before a change, and what they are after it. */
export interface AudienceChange {
  readonly before: readonly AudienceImage[];
  readonly after: readonly AudienceImage[];
}

/** The image of an audience as it is stored when it is new. */
export function imageOf(scope: Scope, audience: Audience): AudienceImage {
  return { row: encodeAudience(scope, audience), elements: elementsOf(audience) };
}

/** Those of `ids` that exist, in the order of ids; nobody else changes them until the transaction ends. */
export async function lockRows(
  { rowLock }: ControlDialect,
  transaction: ControlTransaction,
  scope: Scope,
  ids: readonly AudienceId[],
): Promise<readonly AudienceRow[]> {
  const rows: AudienceRow[] = [];
  // In one order everywhere, so that no two transactions wait for each other.
  for (const chunk of inChunks(ids.map(columnText).toSorted())) {
    const found = await transaction
      .selectFrom('audiences')
      .selectAll()
      .where(inTenant(scope, 'audiences'))
      .where('id', 'in', chunk)
      .orderBy('id')
      .modifyEnd(rowLock)
      .execute();
    rows.push(...found);
  }
  return rows;
}

/** The images of audiences whose rows are locked. */
export async function imagesOf(
  transaction: ControlTransaction,
  scope: Scope,
  rows: readonly AudienceRow[],
): Promise<readonly AudienceImage[]> {
  const elements = new Map<string, AudienceElement[]>();
  for (const chunk of inChunks(rows)) {
    const found: readonly unknown[] = await transaction
      .selectFrom('audience_elements')
      .select(['audience_id', 'element', 'value'])
      .where(inTenant(scope, 'audience_elements'))
      .where(
        'audience_id',
        'in',
        chunk.map(({ id }) => id),
      )
      .execute();
    for (const row of found) {
      const id = textOf(row, 'audience_id');
      elements.set(id, [...(elements.get(id) ?? []), decodeElement(row)]);
    }
  }
  return rows.map((row) => ({ row, elements: elements.get(row.id) ?? [] }));
}

/** Counts a change of the tenant's audiences that leaves no images; gives the count. */
export async function countChange(transaction: ControlTransaction, { org, sandbox }: Scope): Promise<number> {
  const { rows } = await sql<unknown>`
    insert into audience_changes (org, sandbox, total) values (${org}, ${sandbox}, 1)
    on conflict (org, sandbox) do update set total = audience_changes.total + 1
    returning total
  `.execute(transaction);
  return numberOf(rows[0], 'total');
}

/**
 * Counts a change and keeps its images, unless it is one of more than `changedAudiencesMax`. Without images nothing has
 * changed, and nothing is counted.
 */
export async function recordChange(
  transaction: ControlTransaction,
  scope: Scope,
  { before, after }: AudienceChange,
): Promise<void> {
  const signed = [...before.map((image) => ({ ...image, sign: -1 })), ...after.map((image) => ({ ...image, sign: 1 }))];
  if (signed.length === 0) return;
  const change = await countChange(transaction, scope);
  if (Math.max(before.length, after.length) > changedAudiencesMax) return;
  const rows = signed.map(({ row, elements, sign }, place) => ({
    ...row,
    elements: elementsText(elements),
    change,
    place,
    sign,
  }));
  for (const chunk of inChunks(rows))
    await transaction
      .insertInto('changed_audiences')
      .values([...chunk])
      .execute();
  if (change % dropInterval === 0 || signed.length >= dropInterval) await dropImages(transaction, scope);
}

/** Drops the images of the changes before the newest `keptImagesMax` images. */
async function dropImages(transaction: ControlTransaction, scope: Scope): Promise<void> {
  const surplus: unknown = await transaction
    .selectFrom('changed_audiences')
    .select('change')
    .where(inTenant(scope, 'changed_audiences'))
    .orderBy('change', 'desc')
    .orderBy('place', 'desc')
    .offset(keptImagesMax)
    .limit(1)
    .executeTakeFirst();
  if (surplus === undefined) return;
  await transaction
    .deleteFrom('changed_audiences')
    .where(inTenant(scope, 'changed_audiences'))
    .where('change', '<=', numberOf(surplus, 'change'))
    .execute();
}

/** The number of changes so far. */
export async function findChangeCount(database: ControlDatabase, scope: Scope): Promise<number> {
  const { rows } = await sql<unknown>`
    select total from audience_changes where ${inTenant(scope, 'audience_changes')}
  `.execute(database);
  return rows.length === 0 ? 0 : numberOf(rows[0], 'total');
}
