/** Which ways of evaluation an audience gets, by its rule and by the audiences it is built on. */
import {
  type Audience,
  type AudienceId,
  decideEvaluation,
  type EvaluationMethods,
  type ImmediateVerdict,
  type PlatformAudience,
  Problem,
  type Scope,
} from '@muster/audience';
import { type CheckedRule, placeOfClause } from './check-rule.ts';
import type { RuleFacts, RuleVerdict, UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'analyzeRule' | 'loadSchema'>;

/** Namespaces of audiences that come from Audience Manager, whose members never change as data arrives here. */
const audienceManagerNamespaces: ReadonlySet<string> = new Set(['AAM', 'AAMSegments', 'AAMTraits']);

/** All audiences that a rule is built on, over whatever others. */
async function findFoundations(
  { control }: Dependencies,
  scope: Scope,
  dependencies: readonly AudienceId[],
): Promise<ReadonlyMap<AudienceId, Audience>> {
  const found = new Map<AudienceId, Audience>();
  for (let missing = dependencies; missing.length > 0; ) {
    const added = await control.audiences.findMany(scope, missing);
    for (const audience of added) found.set(audience.id, audience);
    const needed = new Set(added.flatMap((audience) => (audience.kind === 'platform' ? audience.dependencies : [])));
    missing = [...needed].filter((id) => !found.has(id));
  }
  return found;
}

/** The facts about the rules of audiences; null where a rule has errors. */
export type FindFacts = (audience: PlatformAudience) => RuleFacts | null;

/** The facts about rules by the fields of the scope, each found out once. */
export async function openFacts(
  { analyzeRule, loadSchema }: Pick<Dependencies, 'analyzeRule' | 'loadSchema'>,
  scope: Scope,
): Promise<FindFacts> {
  const schema = await loadSchema(scope);
  const known = new Map<string, RuleFacts | null>();
  return ({ expression }) => {
    const key = `${expression.format} ${expression.value}`;
    const facts = known.get(key);
    if (facts !== undefined) return facts;
    const found = analyzeRule(expression, schema).facts;
    known.set(key, found);
    return found;
  };
}

/** What rules inherit from the audiences that they are built on. */
export interface Inheritance {
  /** Whether an audience uses events, itself or through others. */
  usesEvents(id: string): boolean;
  /** The audience from Audience Manager that one of `ids` is or is built on; null when there is none. */
  findForeign(ids: readonly AudienceId[]): AudienceId | null;
}

/** The audiences that pass `isSource` or are built on one that does, over whatever others, each with such a one. */
function spread(
  audiences: ReadonlyMap<AudienceId, Audience>,
  isSource: (audience: Audience) => boolean,
): ReadonlyMap<string, AudienceId> {
  const users = new Map<AudienceId, AudienceId[]>();
  const sources = new Map<AudienceId, AudienceId>();
  for (const audience of audiences.values()) {
    if (isSource(audience)) sources.set(audience.id, audience.id);
    if (audience.kind !== 'platform') continue;
    for (const id of audience.dependencies) {
      const known = users.get(id);
      if (known === undefined) users.set(id, [audience.id]);
      else known.push(audience.id);
    }
  }
  // A map goes through what is added to it on the way.
  for (const [id, source] of sources) {
    for (const user of users.get(id) ?? []) if (!sources.has(user)) sources.set(user, source);
  }
  return sources;
}

/**
 * What rules inherit from `foundations`, which hold all that they are built on themselves. Linear in their references;
 * their rules are analysed when somebody first asks about events.
 */
export function inheritanceOf(foundations: ReadonlyMap<AudienceId, Audience>, findFacts: FindFacts): Inheritance {
  let eventUsers: ReadonlyMap<string, AudienceId> | null = null;
  const foreign = spread(foundations, ({ namespace }) => audienceManagerNamespaces.has(namespace));
  return {
    usesEvents(id) {
      // A rule that no longer fits the fields is taken to use events: what is not known is not promised.
      eventUsers ??= spread(foundations, (one) => one.kind === 'platform' && (findFacts(one)?.usesEvents ?? true));
      return eventUsers.has(id);
    },
    findForeign(ids) {
      const found = ids.find((id) => foreign.has(id));
      return (found === undefined ? undefined : foreign.get(found)) ?? null;
    },
  };
}

function verdictOf(verdict: RuleVerdict): ImmediateVerdict {
  return verdict.eligible ? verdict : { ...verdict, clause: placeOfClause(verdict.clause) };
}

/** The refusal that a foundation from Audience Manager is, or null. */
function objectionTo(foreign: AudienceId | null): ImmediateVerdict | null {
  if (foreign === null) return null;
  const reason = `the audience \`${foreign}\` comes from Audience Manager`;
  return { eligible: false, reason, clause: { field: '/expression/value' } };
}

/** Methods that are asked for, and those that the audience had. */
interface MethodChoice {
  readonly wanted: EvaluationMethods;
  readonly before: EvaluationMethods | null;
}

/** A rule and the audiences that it refers to. */
interface ReferringRule {
  readonly facts: RuleFacts;
  readonly dependencies: readonly AudienceId[];
}

/** The methods of an audience with such a rule. Throws `audienceInvalid` with the clause that keeps a newly wanted method from it. */
export function chooseMethods(
  { facts, dependencies }: ReferringRule,
  inheritance: Inheritance,
  { wanted, before }: MethodChoice,
): EvaluationMethods {
  const { streaming, edge } = facts.decideMethods((id) => !inheritance.usesEvents(id));
  const objection = objectionTo(inheritance.findForeign(dependencies));
  const decided = decideEvaluation(wanted, before, {
    streaming: objection ?? verdictOf(streaming),
    edge: objection ?? verdictOf(edge),
  });
  if (decided instanceof Problem) throw decided;
  return decided;
}

/**
 * The methods of an audience with this rule that asks for `wanted` and had those of `before`. Throws as `chooseMethods`
 * does. Rules that are evaluated in batches only cost nothing here.
 */
export async function chooseEvaluation(
  deps: Dependencies,
  scope: Scope,
  rule: CheckedRule,
  choice: MethodChoice,
): Promise<EvaluationMethods> {
  if (!choice.wanted.streaming && !choice.wanted.edge) return choice.wanted;
  const foundations = await findFoundations(deps, scope, rule.dependencies);
  return chooseMethods(rule, inheritanceOf(foundations, await openFacts(deps, scope)), choice);
}
