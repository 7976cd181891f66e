import { analyzeExpression, excerptOf, type RegexEngine, referencedAudiences } from '@muster/pql';
import type { AnalyzeRule } from '../use-cases/ports.ts';

/** Analyses rules with the language itself. Patterns are compiled by `regex`, so that malformed ones are findings. */
export function createRuleAnalyzer(regex: RegexEngine): AnalyzeRule {
  return (text, schema) => {
    const { checked, diagnostics } = analyzeExpression(text, schema, { expect: 'condition', regex });
    return {
      referenced: checked === null ? [] : referencedAudiences(checked),
      findings: diagnostics.map(({ severity, message, help, span, fix }) => ({
        severity,
        message,
        span,
        excerpt: excerptOf(text, span),
        ...(help === undefined ? {} : { help }),
        ...(fix === undefined ? {} : { fix: fix.text }),
      })),
    };
  };
}
