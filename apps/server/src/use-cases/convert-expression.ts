import { type Expression, Problem, type ProblemDetail } from '@muster/audience';
import { convertRule, type Diagnostic, excerptOf } from '@muster/pql';

const field = '/expression/value';

/** A finding in terms of the request; the JSON form has no text for it to point into. */
function detailOf({ message, help, span }: Diagnostic, { format, value }: Expression): ProblemDetail {
  return {
    message,
    field,
    ...(format === 'pql/text' ? { position: { ...span }, excerpt: excerptOf(value, span) } : {}),
    ...(help === undefined ? {} : { suggestion: help }),
  };
}

/** The expression in its other form. Throws `expressionInvalid` with every error; names and types are not checked. */
export function convertExpression(expression: Expression): Expression {
  const { converted, diagnostics } = convertRule(expression);
  if (converted !== null) return { type: expression.type, ...converted };
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  throw new Problem(
    'expressionInvalid',
    errors.map((error) => detailOf(error, expression)),
  );
}
