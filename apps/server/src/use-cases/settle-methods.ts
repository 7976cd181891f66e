/** Methods of evaluation stay true when the audiences that a rule is built on change. */
import type { Audience, AudienceId, EvaluationMethods, PlatformAudience, Scope } from '@muster/audience';
import type { RelatedAudiences, SettleAudiences } from '@muster/store';
import { chooseMethods, type FindFacts, type Inheritance, inheritanceOf, openFacts } from './choose-evaluation.ts';
import type { UseCaseDependencies } from './ports.ts';
import { changedServerFields } from './server-fields.ts';

type Dependencies = Pick<UseCaseDependencies, 'clock' | 'ids' | 'analyzeRule' | 'loadSchema'>;

/** What audiences are built on, over whatever others, among `all`. */
function foundationsOf(
  audiences: readonly PlatformAudience[],
  all: RelatedAudiences['all'],
): ReadonlyMap<AudienceId, Audience> {
  const found = new Map<AudienceId, Audience>();
  const waiting = audiences.flatMap(({ dependencies }) => dependencies);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const audience = all.get(id);
    if (audience === undefined || found.has(id)) continue;
    found.set(id, audience);
    if (audience.kind === 'platform') waiting.push(...audience.dependencies);
  }
  return found;
}

const isImmediate = ({ evaluation }: PlatformAudience): boolean => evaluation.streaming || evaluation.edge;

/** Whether an audience could lose a method by what it is built on. */
const canLose = (audience: Audience): audience is PlatformAudience =>
  audience.kind === 'platform' && isImmediate(audience) && audience.dependencies.length > 0;

/** The methods that an audience has left; null when its rule fits the fields no more, so that nothing is known. */
function methodsLeft(
  audience: PlatformAudience,
  findFacts: FindFacts,
  inheritance: Inheritance,
): EvaluationMethods | null {
  const facts = findFacts(audience);
  const { dependencies, evaluation } = audience;
  if (facts === null) return null;
  return chooseMethods({ facts, dependencies }, inheritance, { wanted: evaluation, before: evaluation });
}

/** Whether a change touches what other rules are built on. */
function isRuleChanged(before: PlatformAudience, after: PlatformAudience): boolean {
  return before.expression.value !== after.expression.value || before.expression.format !== after.expression.format;
}

/** Whether an audience, or one that is built on it, may have to move when `after` is stored in place of `before`. */
function canMove(before: Audience | null, after: Audience): boolean {
  if (after.kind !== 'platform') return false;
  if (before?.kind === 'platform' && isRuleChanged(before, after)) return true;
  return canLose(after);
}

/**
 * What changes together with an audience that is stored, in place of `before` where there is one; undefined where nothing
 * can. Those that are built on it move to batch evaluation where their rules no longer qualify for another method, as an
 * audience does whose own rule changes; and so does the audience itself where what it is built on was changed after its
 * methods had been chosen.
 */
export async function settlementOf(
  deps: Dependencies,
  scope: Scope,
  { before, after }: { readonly before: Audience | null; readonly after: Audience },
): Promise<SettleAudiences | undefined> {
  if (!canMove(before, after)) return undefined;
  const findFacts = await openFacts(deps, scope);
  return ({ audience, dependents, all }) => {
    const audiences = [audience, ...dependents].filter(canLose);
    const inheritance = inheritanceOf(foundationsOf(audiences, all), findFacts);
    return audiences.flatMap((one) => {
      const { evaluation: before } = one;
      const evaluation = methodsLeft(one, findFacts, inheritance) ?? before;
      if (evaluation.streaming === before.streaming && evaluation.edge === before.edge) return [];
      return [{ ...one, ...changedServerFields(deps, scope, one), evaluation }];
    });
  };
}
