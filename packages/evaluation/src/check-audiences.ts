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

/** Audiences whose rules fit the fields, and by id the problems of the others: `expressionInvalid`. */
export interface CheckedAudiences {
  readonly audiences: readonly BatchAudience[];
  readonly problems: ReadonlyMap<string, Problem>;
}

/** The audiences with their rules checked against the fields. People with a general opt-out are in none. */
export function checkAudiences(
  audiences: readonly JobAudience[],
  schema: Schema,
  regex: RegexEngine,
): CheckedAudiences {
  const except = analyzeExpression(generalOptOut, schema, { expect: 'condition' }).checked;
  const sound: BatchAudience[] = [];
  const problems = new Map<string, Problem>();
  for (const audience of audiences) {
    const checked = checkAudience(audience, schema, regex);
    if (checked instanceof Problem) problems.set(audience.audienceId, checked);
    else sound.push(except === null ? checked : { ...checked, except });
  }
  return { audiences: sound, problems };
}

function checkAudience(
  { audienceId, expression }: JobAudience,
  schema: Schema,
  regex: RegexEngine,
): BatchAudience | Problem {
  const { text, checked, diagnostics } = analyzeRule(expression, schema, { expect: 'condition', regex });
  if (checked !== null) return { audienceId, expression: checked };
  const details = diagnostics.map(({ message, span }): ProblemDetail => {
    const place = text === null ? {} : { position: { ...span }, excerpt: excerptOf(text, span) };
    return { message: `audience \`${audienceId}\`: ${message}`, ...place };
  });
  return new Problem('expressionInvalid', details);
}
