/** Methods of evaluation stay true when the audiences that a rule is built on change. */
import {
  type Audience,
  type AudienceId,
  audienceLimits,
  type EvaluationMethods,
  type PlatformAudience,
  Problem,
  type Scope,
} from '@muster/audience';
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

/**
 * Throws `audienceInvalid` when there are more than may be settled at once: all of them are read, analysed and perhaps
 * written in one transaction, during which an embedded store serves nobody.
 */
function assertFew(audiences: readonly PlatformAudience[]): void {
  const { immediateDependentsMax } = audienceLimits;
  if (audiences.length <= immediateDependentsMax) return;
  throw new Problem('audienceInvalid', [
    {
      message: `${audiences.length} audiences with streaming or edge evaluation are built on this one: too many for a rule that takes this from them`,
      field: '/expression/value',
      expected: `at most ${immediateDependentsMax} (immediateDependentsMax)`,
      suggestion: 'move some of them to batch evaluation, or make a new audience with this rule',
    },
  ]);
}

/** A change of the rule of an audience. */
interface RuleChange {
  readonly before: PlatformAudience;
  readonly after: PlatformAudience;
}

/** The change of a rule that storing `after` in place of `before` is; null when it is none. */
function ruleChangeOf(before: Audience | null, after: Audience): RuleChange | null {
  if (before?.kind !== 'platform' || after.kind !== 'platform') return null;
  const { format, value } = after.expression;
  return before.expression.value === value && before.expression.format === format ? null : { before, after };
}

/**
 * Whether a change can take a method from what is built on the audience: when its rule begins to use events, itself or
 * through others, or is built on an audience that has no immediate evaluation. Whoever is built on a rule with events was
 * settled with that already.
 */
function canTake({ before, after }: RuleChange, all: RelatedAudiences['all'], findFacts: FindFacts): boolean {
  const family = new Map(foundationsOf([after], all)).set(after.id, after);
  const inheritance = inheritanceOf(family, findFacts);
  if (inheritance.findForeign(after.dependencies) !== null) return true;
  const surelyUsesEvents = (one: Audience): boolean => one.kind === 'platform' && findFacts(one)?.usesEvents === true;
  const usedEvents = [before, ...foundationsOf([before], all).values()].some(surelyUsesEvents);
  return !usedEvents && inheritance.usesEvents(after.id);
}

/**
 * What changes together with an audience that is stored, in place of `before` where there is one; undefined where nothing
 * can. Those that are built on it move to batch evaluation where their rules no longer qualify for another method, as an
 * audience does whose own rule changes; and so does the audience itself where what it is built on was changed after its
 * methods had been chosen. The settlement throws `audienceInvalid` when too many would have to be decided again.
 */
export async function settlementOf(
  deps: Dependencies,
  scope: Scope,
  { before, after }: { readonly before: Audience | null; readonly after: Audience },
): Promise<SettleAudiences | undefined> {
  const change = ruleChangeOf(before, after);
  if (change === null && !canLose(after)) return undefined;
  const findFacts = await openFacts(deps, scope);
  return ({ audience, dependents, all }) => {
    const affected = change !== null && canTake(change, all, findFacts) ? dependents.filter(canLose) : [];
    assertFew(affected);
    const audiences = [audience, ...affected].filter(canLose);
    const inheritance = inheritanceOf(foundationsOf(audiences, all), findFacts);
    return audiences.flatMap((one) => {
      const { evaluation: earlier } = one;
      const evaluation = methodsLeft(one, findFacts, inheritance) ?? earlier;
      if (evaluation.streaming === earlier.streaming && evaluation.edge === earlier.edge) return [];
      return [{ ...one, ...changedServerFields(deps, scope, one), evaluation }];
    });
  };
}
