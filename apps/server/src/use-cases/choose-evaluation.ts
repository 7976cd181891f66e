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

/** The audiences among `foundations` that use events, themselves or through others. */
function eventUsersAmong(foundations: ReadonlyMap<AudienceId, Audience>, findFacts: FindFacts): ReadonlySet<string> {
  const users = new Set<string>();
  for (const audience of foundations.values()) {
    // A rule that no longer fits the fields is taken to use events: what is not known is not promised.
    if (audience.kind === 'platform' && (findFacts(audience)?.usesEvents ?? true)) users.add(audience.id);
  }
  for (let size = -1; size !== users.size; ) {
    size = users.size;
    for (const audience of foundations.values()) {
      if (audience.kind === 'platform' && audience.dependencies.some((id) => users.has(id))) users.add(audience.id);
    }
  }
  return users;
}

function verdictOf(verdict: RuleVerdict): ImmediateVerdict {
  return verdict.eligible ? verdict : { ...verdict, clause: placeOfClause(verdict.clause) };
}

/** The refusal that a foundation from Audience Manager is, or null. */
function objectionTo(foundations: ReadonlyMap<AudienceId, Audience>): ImmediateVerdict | null {
  const foreign = [...foundations.values()].find(({ namespace }) => audienceManagerNamespaces.has(namespace));
  if (foreign === undefined) return null;
  const reason = `the audience \`${foreign.id}\` comes from Audience Manager`;
  return { eligible: false, reason, clause: { field: '/expression/value' } };
}

/** Methods that are asked for, and those that the audience had. */
interface MethodChoice {
  readonly wanted: EvaluationMethods;
  readonly before: EvaluationMethods | null;
}

/**
 * The methods of an audience with a rule of these facts that is built on `foundations`, over whatever others. Throws
 * `audienceInvalid` with the clause that keeps a newly wanted method from it.
 */
export function chooseMethods(
  facts: RuleFacts,
  foundations: ReadonlyMap<AudienceId, Audience>,
  findFacts: FindFacts,
  { wanted, before }: MethodChoice,
): EvaluationMethods {
  const eventUsers = facts.usesEvents ? eventUsersAmong(foundations, findFacts) : new Set<string>();
  const { streaming, edge } = facts.decideMethods((id) => !eventUsers.has(id));
  const objection = objectionTo(foundations);
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
  { dependencies, facts }: CheckedRule,
  choice: MethodChoice,
): Promise<EvaluationMethods> {
  if (!choice.wanted.streaming && !choice.wanted.edge) return choice.wanted;
  const foundations = await findFoundations(deps, scope, dependencies);
  return chooseMethods(facts, foundations, await openFacts(deps, scope), choice);
}
