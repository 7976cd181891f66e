import type { AudienceId, Scope, VersionCondition } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/** Which audience to delete, and what is told of members that could not be removed. */
export interface AudienceDeletion {
  readonly id: AudienceId;
  readonly condition: VersionCondition;
  readonly onLeftover: (error: unknown) => void;
}

/**
 * Deletes an audience and forgets its members. Throws `audienceNotFound`, `preconditionFailed` when its version is not
 * what the condition demands, or `audienceNotDeletable` naming those that depend on it.
 *
 * The definition goes first: from then on nobody can reach the members. If the data engine fails after that, the
 * members stay behind, unreachable, and the caller is told through `onLeftover`.
 */
export async function deleteAudience(
  { control, data }: Pick<UseCaseDependencies, 'control' | 'data'>,
  scope: Scope,
  { id, condition, onLeftover }: AudienceDeletion,
): Promise<void> {
  await control.audiences.delete(scope, id, condition);
  try {
    await data.deleteAudience(scope, id);
  } catch (error) {
    onLeftover(error);
  }
}
