import { type Audience, type AudienceId, Problem, type Scope } from '@muster/audience';
import type { UseCaseDependencies } from './ports.ts';

/** An audience and the audiences whose rules refer to it. */
export interface FoundAudience {
  readonly audience: Audience;
  readonly dependents: readonly AudienceId[];
}

/** An audience of the scope. Throws `audienceNotFound`. */
export async function findAudience(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  id: AudienceId,
): Promise<FoundAudience> {
  const audience = await control.audiences.find(scope, id);
  if (audience === null) throw new Problem('audienceNotFound');
  const dependents = await control.audiences.dependentsOf(scope, [id]);
  return { audience, dependents: dependents.get(id) ?? [] };
}
