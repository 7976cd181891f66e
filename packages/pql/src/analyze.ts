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
  const diagnostics = [...parsed.diagnostics, ...result.diagnostics].sort((a, b) => a.span.start - b.span.start);
  const isSound = diagnostics.every(({ severity }) => severity !== 'error');
  return { checked: isSound ? result.checked : null, diagnostics };
}
