/** A rule in either of its forms to a checked expression. */
import { type Analysis, analyzeExpression } from './analyze.ts';
import type { CheckOptions } from './check/check.ts';
import { diagnose } from './diagnostics/codes.ts';
import { noSpan } from './json/json-reader.ts';
import { type PqlJsonResult, readPqlJson } from './json/read.ts';
import { formatExpression } from './syntax/format.ts';
import type { Schema } from './types/type.ts';

/** A rule as it is stored: text, or the JSON form as a text of JSON. */
export interface RuleSource {
  readonly format: 'pql/text' | 'pql/json';
  readonly value: string;
}

/**
 * What is known about a rule. `text` is the rule as text, which the spans of the diagnostics are in. It is null when the
 * JSON form cannot be read: then the spans are empty and the messages name the place by a JSON pointer.
 */
export interface RuleAnalysis extends Analysis {
  readonly text: string | null;
}

/**
 * Reads and checks a rule against a schema. Never throws. A rule in the JSON form is checked as the text that says the
 * same, so that both forms have the same meaning and the same diagnostics.
 */
export function analyzeRule({ format, value }: RuleSource, schema: Schema, options: CheckOptions = {}): RuleAnalysis {
  if (format === 'pql/text') return { text: value, ...analyzeExpression(value, schema, options) };
  const { ast, diagnostics } = parseJsonForm(value);
  if (diagnostics.length > 0 || ast === null) return { text: null, checked: null, diagnostics };
  const text = formatExpression(ast);
  return { text, ...analyzeExpression(text, schema, options) };
}

/** The tree of a rule in the JSON form, given as a text of JSON; null when it is not even that. */
export function parseJsonForm(
  value: string,
): PqlJsonResult | { readonly ast: null; readonly diagnostics: PqlJsonResult['diagnostics'] } {
  try {
    return readPqlJson(JSON.parse(value));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ast: null, diagnostics: [diagnose('json/malformed', noSpan, {})] };
  }
}
