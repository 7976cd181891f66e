/** Whether a rule can be stored: it must be well formed, typed, and refer to audiences that it may use. */
import {
  type Audience,
  type AudienceId,
  audienceId,
  type Expression,
  type LifecycleState,
  Problem,
  type ProblemDetail,
  type Scope,
} from '@muster/audience';
import type { RuleClause, RuleFacts, RuleFinding, UseCaseDependencies } from './ports.ts';

/** A rule that can be stored. */
export interface CheckedRule {
  readonly dependencies: readonly AudienceId[];
  readonly facts: RuleFacts;
}

const field = '/expression/value';

/** A place in a rule, in terms of the request. */
export function placeOfClause({ span, excerpt }: RuleClause): Omit<ProblemDetail, 'message'> {
  return {
    field,
    ...(span === undefined ? {} : { position: { ...span } }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

/** A finding about the rule in the field at `place`. */
export function detailOf(finding: RuleFinding, place: string): ProblemDetail {
  const suggestion = suggestionOf(finding);
  return {
    message: finding.message,
    ...placeOfClause(finding),
    field: place,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** The help, with what to write unless it says so itself. */
function suggestionOf({ help, fix }: RuleFinding): string | undefined {
  if (fix === undefined || help?.includes(fix) === true) return help;
  return `${help ?? 'write'}: \`${fix}\``;
}

/** Where a rule names an audience. */
function placeOf(text: string, id: string): Pick<ProblemDetail, 'field' | 'position'> {
  const start = text.indexOf(id);
  return start < 0 ? { field } : { field, position: { start, end: start + id.length } };
}

/** Why a rule in this state must not refer to an audience; null when it may. One that is switched off may keep its rule. */
function objectionTo(used: Audience, state: LifecycleState): string | null {
  if (state === 'inactive') return null;
  if (used.lifecycleState === 'inactive') return `audience \`${used.id}\` is inactive, so that no rule can use it`;
  if (state === 'published' && used.lifecycleState === 'draft') {
    return `audience \`${used.id}\` is a draft, so that no published audience can use it`;
  }
  return null;
}

async function assertUsable(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  ids: readonly AudienceId[],
  rule: { readonly expression: Expression; readonly lifecycleState: LifecycleState },
): Promise<void> {
  if (ids.length === 0) return;
  const used = new Map((await control.audiences.findMany(scope, ids)).map((audience) => [audience.id, audience]));
  const details = ids.flatMap((id): readonly ProblemDetail[] => {
    const audience = used.get(id);
    const message =
      audience === undefined ? `audience \`${id}\` does not exist` : objectionTo(audience, rule.lifecycleState);
    const suggestion = 'refer to the `id` of a published audience';
    return message === null ? [] : [{ message, ...placeOf(rule.expression.value, id), suggestion }];
  });
  if (details.length > 0) throw new Problem('expressionInvalid', details);
}

/**
 * The audiences a rule refers to, and the facts about it. Throws `expressionInvalid` with everything that is wrong: all
 * errors of the rule, or all references that cannot be used.
 */
export async function checkRule(
  deps: Pick<UseCaseDependencies, 'control' | 'analyzeRule' | 'loadSchema'>,
  scope: Scope,
  rule: { readonly expression: Expression; readonly lifecycleState: LifecycleState },
): Promise<CheckedRule> {
  const { findings, facts } = deps.analyzeRule(rule.expression, await deps.loadSchema(scope));
  if (facts === null) {
    const errors = findings.filter((finding) => finding.severity === 'error');
    throw new Problem(
      'expressionInvalid',
      errors.map((finding) => detailOf(finding, field)),
    );
  }
  const dependencies = [...new Set(facts.referenced)].map(audienceId);
  await assertUsable(deps, scope, dependencies, rule);
  return { dependencies, facts };
}
