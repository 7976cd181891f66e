/** Labels and tags of audiences as rows, so that they are found by an index. */
import type { Audience, AudienceId, Scope } from '@muster/audience';
import { columnText } from './column-text.ts';
import type { ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { oneOf, textOf } from './rows/row.ts';
import { inTenant } from './tenant.ts';

const elementNames = ['labels', 'tags'] as const;

/** A label or tag, as columns hold it. */
export interface AudienceElement {
  readonly element: (typeof elementNames)[number];
  readonly value: string;
}

/** The labels and tags of an audience, each once. */
export function elementsOf(audience: Audience): readonly AudienceElement[] {
  return elementNames.flatMap((element) =>
    [...new Set(audience[element].map(columnText))].map((value) => ({ element, value })),
  );
}

/** The label or tag in a row. */
export function decodeElement(row: unknown): AudienceElement {
  return { element: oneOf(elementNames, row, 'element'), value: textOf(row, 'value') };
}

/** Labels and tags as one text, in which `elementPart` finds each of them. */
export function elementsText(elements: readonly AudienceElement[]): string {
  return JSON.stringify(elements.map(({ element, value }) => [element, value]));
}

/**
 * The part of `elementsText` that says that there is this element, or any of its kind where `value` is null. No value
 * can contain it: quotation marks inside values have a backslash before them.
 */
export function elementPart(element: AudienceElement['element'], value: string | null): string {
  return value === null ? `[${JSON.stringify(element)},` : JSON.stringify([element, value]);
}

/** Stores the labels and tags of a new audience. */
export async function insertElements(
  transaction: ControlTransaction,
  { org, sandbox }: Scope,
  audience: Audience,
): Promise<void> {
  const owner = { org, sandbox, audience_id: columnText(audience.id) };
  for (const chunk of inChunks(elementsOf(audience).map((element) => ({ ...owner, ...element }))))
    await transaction
      .insertInto('audience_elements')
      .values([...chunk])
      .execute();
}

/** Removes the labels and tags of an audience, and gives them. */
export async function takeElements(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
): Promise<readonly AudienceElement[]> {
  const rows: readonly unknown[] = await transaction
    .deleteFrom('audience_elements')
    .where(inTenant(scope, 'audience_elements'))
    .where('audience_id', '=', columnText(id))
    .returning(['element', 'value'])
    .execute();
  return rows.map(decodeElement);
}
