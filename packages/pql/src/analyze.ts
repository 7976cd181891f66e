/** Text to checked expression in one step: what most callers want. */

import type { CheckOptions } from './check/check.ts';
import { checkExpression } from './check/check.ts';
import type { CheckedExpression } from './check/expression.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { parseExpression } from './syntax/parser.ts';
import type { Schema } from './types/type.ts';

/** What is known about a text. `checked` is null exactly when there is a diagnostic of severity `error`. */
export interface Analysis {
  readonly checked: CheckedExpression | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and checks a text against a schema. Never throws; all mistakes are reported, in order of the text. */
export function analyzeExpression(text: string, schema: Schema, options: CheckOptions = {}): Analysis {
  const parsed = parseExpression(text);
  const result = checkExpression(parsed.ast, schema, options);
  const found = [
    ...parsed.diagnostics,
    ...result.diagnostics.filter((finding) => isOwnMistake(finding, parsed.diagnostics)),
  ];
  const diagnostics = found.sort((a, b) => a.span.start - b.span.start);
  const isSound = diagnostics.every(({ severity }) => severity !== 'error');
  return { checked: isSound ? result.checked : null, diagnostics };
}

const nameCodes: ReadonlySet<string> = new Set([
  'check/unknown-field',
  'check/unknown-function',
  'check/unknown-method',
]);

/**
 * Whether a finding of the checker is more than an echo of a syntax error. Where the text is broken the tree is a guess:
 * wrong names elsewhere are still wrong, but types and numbers of arguments say nothing.
 */
function isOwnMistake({ code, span }: Diagnostic, syntax: readonly Diagnostic[]): boolean {
  const errors = syntax.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return true;
  return nameCodes.has(code) && errors.every((error) => error.span.end <= span.start || error.span.start >= span.end);
}
