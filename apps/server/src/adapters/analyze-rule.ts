import {
  analyzeRule,
  type Diagnostic,
  decideEligibility,
  excerptOf,
  factsOf,
  type RegexEngine,
  referencedAudiences,
  type Span,
  type Verdict,
} from '@muster/pql';
import { findJsonFault } from '../http/json-text.ts';
import type { AnalyzeRule, RuleClause, RuleFinding, RuleVerdict } from '../use-cases/ports.ts';

/** A place in a rule's text; offsets are given where clients have that text too. */
function clauseAt(text: string | null, span: Span, isSentText: boolean): RuleClause {
  if (text === null) return {};
  return { excerpt: excerptOf(text, span), ...(isSentText ? { span } : {}) };
}

function findingOf({ severity, message, help, fix }: Diagnostic, clause: RuleClause): RuleFinding {
  return {
    severity,
    message,
    ...clause,
    ...(help === undefined ? {} : { help }),
    ...(fix === undefined ? {} : { fix: fix.text }),
  };
}

/** Where a value that should be JSON is not, or null. */
function findingOfJson(value: string): RuleFinding | null {
  const fault = findJsonFault(value);
  if (fault === null) return null;
  const span = { start: fault.at, end: Math.min(fault.at + 1, value.length) };
  const message = `the value is not JSON at offset ${fault.at}: expected ${fault.expected}`;
  return { severity: 'error', message, span, excerpt: excerptOf(value, span) };
}

/** Analyses rules with the language itself. Patterns are compiled by `regex`, so that malformed ones are findings. */
export function createRuleAnalyzer(regex: RegexEngine): AnalyzeRule {
  return (rule, schema) => {
    const isSentText = rule.format === 'pql/text';
    const malformed = isSentText ? null : findingOfJson(rule.value);
    if (malformed !== null) return { findings: [malformed], facts: null };
    const { text, checked, diagnostics } = analyzeRule(rule, schema, { expect: 'condition', regex });
    const findings = diagnostics.map((diagnostic) =>
      findingOf(diagnostic, clauseAt(text, diagnostic.span, isSentText)),
    );
    if (checked === null) return { findings, facts: null };
    const facts = factsOf(checked);
    const verdictOf = (verdict: Verdict): RuleVerdict =>
      verdict.eligible
        ? verdict
        : { eligible: false, reason: verdict.reason, clause: clauseAt(text, verdict.span, isSentText) };
    return {
      findings,
      facts: {
        referenced: referencedAudiences(checked),
        usesEvents: facts.usesEvents,
        decideMethods(isProfileOnly) {
          const { streaming, edge } = decideEligibility(facts, { isProfileOnly });
          return { streaming: verdictOf(streaming), edge: verdictOf(edge) };
        },
      },
    };
  };
}
