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
import type { RuleFinding, UseCaseDependencies } from './ports.ts';

const field = '/expression/value';

function detailOf(finding: RuleFinding): ProblemDetail {
  const suggestion = finding.fix === undefined ? finding.help : `${finding.help ?? 'write'}: \`${finding.fix}\``;
  return {
    message: finding.message,
    field,
    position: { ...finding.span },
    excerpt: finding.excerpt,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Where a rule names an audience. */
function placeOf(text: string, id: string): Pick<ProblemDetail, 'field' | 'position'> {
  const start = text.indexOf(id);
  return start < 0 ? { field } : { field, position: { start, end: start + id.length } };
}

/** Why a rule in this state must not refer to an audience; null when it may. */
function objectionTo(used: Audience, state: LifecycleState): string | null {
  if (used.lifecycleState === 'inactive') return `audience \`${used.id}\` is inactive, so that no rule can use it`;
  if (state === 'published' && used.lifecycleState === 'draft') {
    return `audience \`${used.id}\` is a draft, so that no published audience can use it`;
  }
  return null;
}

/**
 * The audiences a rule refers to. Throws `expressionInvalid` with everything that is wrong: all errors of the text, or
 * all references that cannot be used.
 */
export async function checkRule(
  deps: Pick<UseCaseDependencies, 'control' | 'analyzeRule' | 'loadSchema'>,
  scope: Scope,
  rule: { readonly expression: Expression; readonly lifecycleState: LifecycleState },
): Promise<readonly AudienceId[]> {
  const { format, value } = rule.expression;
  if (format === 'pql/json') {
    throw new Problem('expressionInvalid', [
      { message: 'the format `pql/json` is not supported yet', field: '/expression/format', expected: '`pql/text`' },
    ]);
  }
  const analysis = deps.analyzeRule(value, await deps.loadSchema(scope));
  const errors = analysis.findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) throw new Problem('expressionInvalid', errors.map(detailOf));
  const ids = [...new Set(analysis.referenced)].map(audienceId);
  if (ids.length === 0) return ids;
  const used = new Map((await deps.control.audiences.findMany(scope, ids)).map((audience) => [audience.id, audience]));
  const details = ids.flatMap((id): readonly ProblemDetail[] => {
    const audience = used.get(id);
    const message =
      audience === undefined ? `audience \`${id}\` does not exist` : objectionTo(audience, rule.lifecycleState);
    return message === null
      ? []
      : [{ message, ...placeOf(value, id), suggestion: 'refer to the `id` of a published audience' }];
  });
  if (details.length > 0) throw new Problem('expressionInvalid', details);
  return ids;
}
