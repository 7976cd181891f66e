/** The rules of audiences, checked and ready to plan. */
import { type JobAudience, Problem, type ProblemDetail } from '@muster/audience';
import {
  analyzeExpression,
  analyzeRule,
  type BatchAudience,
  excerptOf,
  type RegexEngine,
  type Schema,
} from '@muster/pql';

/** People with a general opt-out are in no audience, without any rule. Source: reference, evaluation §15. */
const generalOptOut = 'privacyOptOuts[optOutType = "general_opt_out" and optOutValue = "out"]';

/**
 * The audiences with their rules checked against the fields. People with a general opt-out are in none.
 *
 * Throws `expressionInvalid` naming the audience when a rule does not fit the fields any more.
 */
export function checkAudiences(
  audiences: readonly JobAudience[],
  schema: Schema,
  regex: RegexEngine,
): readonly BatchAudience[] {
  const except = analyzeExpression(generalOptOut, schema, { expect: 'condition' }).checked;
  return audiences
    .map((audience) => checkAudience(audience, schema, regex))
    .map((audience) => (except === null ? audience : { ...audience, except }));
}

function checkAudience({ audienceId, expression }: JobAudience, schema: Schema, regex: RegexEngine): BatchAudience {
  const { text, checked, diagnostics } = analyzeRule(expression, schema, { expect: 'condition', regex });
  if (checked !== null) return { audienceId, expression: checked };
  const details = diagnostics.map(({ message, span }): ProblemDetail => {
    const place = text === null ? {} : { position: { ...span }, excerpt: excerptOf(text, span) };
    return { message: `audience \`${audienceId}\`: ${message}`, ...place };
  });
  throw new Problem('expressionInvalid', details);
}
