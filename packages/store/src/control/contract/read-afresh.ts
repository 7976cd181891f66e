import type { AudienceId, Scope } from '@muster/audience';
import type { AudienceQuery, ControlStore } from '../../ports/control-store.ts';

let readings = 0;

/** The ids of all that a query matches, in its order, by a list that nobody can remember: it is another one each time. */
export async function readAfresh(
  store: ControlStore,
  scope: Scope,
  query: AudienceQuery,
): Promise<readonly AudienceId[]> {
  readings += 1;
  const always = { attribute: 'createdAt', operator: 'above', value: -readings } as const;
  const conditions = [...(query.conditions ?? []), always];
  const { items } = await store.audiences.list(scope, { ...query, conditions }, { offset: 0, limit: 100_000 });
  return items.map(({ id }) => id);
}
