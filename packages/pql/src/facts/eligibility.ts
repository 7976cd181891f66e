/**
 * Which ways of evaluation are open to an expression.
 *
 * The rules in force since 20 May 2025: docs/pql.md#eligibility. Whether the merge policy allows evaluation on the edge is
 * for the caller to decide.
 */

import type { Span } from '../syntax/span.ts';
import { fixedUnitMs } from '../types/calendar.ts';
import type { EventStep, ExpressionFacts } from './expression-facts.ts';

/** Whether a way of evaluation is open, and, if not, the clause that decides and why. */
export type Verdict =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly reason: string; readonly span: Span };

/** The verdicts for one expression. Every valid expression can be evaluated in batches. */
export interface Eligibility {
  readonly batch: true;
  readonly streaming: Verdict;
  readonly edge: Verdict;
}

/** What is known about other audiences. */
export interface EligibilityContext {
  /** Whether the rule of an audience uses no events, neither itself nor through audiences it refers to. */
  readonly isProfileOnly: (audienceId: string) => boolean;
}

/** Events may lie this long before now. */
const lookbackMsMax = fixedUnitMs.day;

/** The ways of evaluation that are open to an expression with these facts. */
export function decideEligibility(facts: ExpressionFacts, context: EligibilityContext): Eligibility {
  const verdict = decideImmediate(facts, context);
  return { batch: true, streaming: verdict, edge: verdict };
}

function decideImmediate(
  { ignoresYear, eventSteps, memberships }: ExpressionFacts,
  { isProfileOnly }: EligibilityContext,
): Verdict {
  if (ignoresYear !== null) return refused('a date is compared without its year', ignoresYear);
  const [first] = eventSteps;
  if (first === undefined) return { eligible: true };
  for (const step of eventSteps) {
    const reason = windowProblem(step);
    if (reason !== null) return refused(reason, step.span);
  }
  if (eventSteps.every(({ isPositive }) => !isPositive)) {
    return refused('no event can make it true: all event conditions are on the absence of events', first.span);
  }
  const mixed = memberships.find(({ audienceId }) => !isProfileOnly(audienceId));
  if (mixed === undefined) return { eligible: true };
  return refused(`events are combined with the audience \`${mixed.audienceId}\`, which uses events itself`, mixed.span);
}

function refused(reason: string, span: Span): Verdict {
  return { eligible: false, reason, span };
}

/** What is wrong with the window of a step; null when nothing is. */
function windowProblem({ window }: EventStep): string | null {
  if (window.kind === 'unbounded') return 'the events have no time window before now or today';
  if (window.kind === 'fixed') return 'the time window of the events is not relative to now or today';
  if (window.lookbackMs > lookbackMsMax) return 'the time window of the events is longer than 24 hours';
  return window.reachesNow ? null : 'the time window of the events does not end now or today';
}
