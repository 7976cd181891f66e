/** Labels and tags of audiences as rows, so that they are found by an index. */
import type { Audience, Scope } from '@muster/audience';
import { columnText } from './column-text.ts';
import type { ControlTransaction } from './dialect/control-dialect.ts';
import { inChunks } from './in-chunks.ts';
import { inTenant } from './tenant.ts';

/** Stores the labels and tags of a new audience. */
export async function insertElements(
  transaction: ControlTransaction,
  { org, sandbox }: Scope,
  audience: Audience,
): Promise<void> {
  const rows = (['labels', 'tags'] as const).flatMap((element) =>
    [...new Set(audience[element].map(columnText))].map((value) => ({
      org,
      sandbox,
      audience_id: columnText(audience.id),
      element,
      value,
    })),
  );
  for (const chunk of inChunks(rows))
    await transaction
      .insertInto('audience_elements')
      .values([...chunk])
      .execute();
}

/** Stores the labels and tags of an audience in place of those it had. */
export async function replaceElements(
  transaction: ControlTransaction,
  scope: Scope,
  audience: Audience,
): Promise<void> {
  await transaction
    .deleteFrom('audience_elements')
    .where(inTenant(scope, 'audience_elements'))
    .where('audience_id', '=', columnText(audience.id))
    .execute();
  await insertElements(transaction, scope, audience);
}
