/** Methods of evaluation stay true when the audiences that a rule is built on change. */
import { type Audience, type AudienceId, Problem, type Scope } from '@muster/audience';
import { chooseEvaluation } from './choose-evaluation.ts';
import { changeAttemptsMax, isOvertaken } from './overtaken.ts';
import type { UseCaseDependencies } from './ports.ts';
import { changedServerFields } from './server-fields.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** The audience with the methods that its rule still allows; null when it has no other. */
async function decideSettled(deps: Dependencies, scope: Scope, audience: Audience): Promise<Audience | null> {
  if (audience.kind !== 'platform' || audience.dependencies.length === 0) return null;
  const { expression, dependencies, evaluation: before } = audience;
  if (!before.streaming && !before.edge) return null;
  const { facts } = deps.analyzeRule(expression, await deps.loadSchema(scope));
  if (facts === null) return null;
  const evaluation = await chooseEvaluation(deps, scope, { dependencies, facts }, { wanted: before, before });
  if (evaluation.streaming === before.streaming && evaluation.edge === before.edge) return null;
  return { ...audience, ...changedServerFields(deps, scope, audience), evaluation };
}

/** Moves an audience that is stored to the methods that its rule still allows; what is stored then, null when it is gone. */
async function settleOne(deps: Dependencies, scope: Scope, id: AudienceId): Promise<Audience | null> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await deps.control.audiences.find(scope, id);
    const settled = stored === null ? null : await decideSettled(deps, scope, stored);
    if (stored === null || settled === null) return stored;
    try {
      await deps.control.audiences.replace(scope, settled, stored.etag);
      return settled;
    } catch (error) {
      if (error instanceof Problem && error.problem === 'audienceNotFound') return null;
      if (!isOvertaken(error) || attempt >= changeAttemptsMax) throw error;
    }
  }
}

/** All audiences that are built on this one, over whatever others. */
async function findUsers({ control }: Dependencies, scope: Scope, id: AudienceId): Promise<ReadonlySet<AudienceId>> {
  const users = new Set<AudienceId>();
  for (let found: readonly AudienceId[] = [id]; found.length > 0; ) {
    const dependents = [...(await control.audiences.dependentsOf(scope, found)).values()].flat();
    found = [...new Set(dependents)].filter((user) => !users.has(user));
    for (const user of found) users.add(user);
  }
  return users;
}

/** Whether a change touches what other rules are built on. */
function isRuleChanged(before: Audience, after: Audience): boolean {
  if (before.kind !== 'platform' || after.kind !== 'platform') return false;
  return before.expression.value !== after.expression.value || before.expression.format !== after.expression.format;
}

/**
 * Called after an audience was written, in place of `before` where there was one: those that are built on it move to
 * batch evaluation where their rules no longer qualify for another method, as an audience does whose own rule changes.
 * Gives the audience that was written as it is then.
 *
 * The audience itself is looked at again too: whoever changes what it is built on looks for it after that write, so that
 * of two writes that meet the later one sees the other.
 */
export async function settleMethods(
  deps: Dependencies,
  scope: Scope,
  { before, after }: { readonly before: Audience | null; readonly after: Audience },
): Promise<Audience> {
  if (before !== null && isRuleChanged(before, after)) {
    for (const id of await findUsers(deps, scope, after.id)) await settleOne(deps, scope, id);
  }
  if ((await decideSettled(deps, scope, after)) === null) return after;
  return (await settleOne(deps, scope, after.id)) ?? after;
}
