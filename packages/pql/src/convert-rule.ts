/** A rule in one of its forms to the other. */
import { parseJsonForm, type RuleSource } from './analyze-rule.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { writePqlJson } from './json/write.ts';
import { formatExpression } from './syntax/format.ts';
import { parseExpression } from './syntax/parser.ts';

/** A rule in the other form; null when it has errors, which `diagnostics` tell. Spans are into the text form only. */
export interface RuleConversion {
  readonly converted: RuleSource | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The same rule as `pql/json` when it is text, and as text when it is `pql/json`: converted twice, its tree is the same.
 * Names and types are not checked. Never throws.
 */
export function convertRule({ format, value }: RuleSource): RuleConversion {
  const { ast, diagnostics } = format === 'pql/text' ? parseExpression(value) : parseJsonForm(value);
  if (ast === null || diagnostics.some(({ severity }) => severity === 'error')) return { converted: null, diagnostics };
  const converted: RuleSource =
    format === 'pql/text'
      ? { format: 'pql/json', value: JSON.stringify(writePqlJson(ast)) }
      : { format: 'pql/text', value: formatExpression(ast) };
  return { converted, diagnostics };
}
