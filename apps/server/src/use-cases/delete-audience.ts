import type { AudienceId, Scope } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/**
 * Deletes an audience and forgets its members. Throws `audienceNotFound`, or `audienceNotDeletable` naming those that
 * depend on it.
 *
 * The definition goes first: from then on nobody can reach the members. If the data engine fails after that, the
 * members stay behind, unreachable, and the caller is told through `onLeftover`.
 */
export async function deleteAudience(
  { control, data }: Pick<UseCaseDependencies, 'control' | 'data'>,
  scope: Scope,
  id: AudienceId,
  onLeftover: (error: unknown) => void,
): Promise<void> {
  await control.audiences.delete(scope, id);
  try {
    await data.deleteAudience(scope, id);
  } catch (error) {
    onLeftover(error);
  }
}
