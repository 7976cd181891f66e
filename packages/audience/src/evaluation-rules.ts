/** Which ways of evaluation an audience gets, given what was asked for and what its rule allows. */
import type { EvaluationMethods } from './audience.ts';
import { Problem, type ProblemDetail } from './problem.ts';

/** Whether a rule can be evaluated as data arrives, and, if not, the clause that decides and why. */
export type ImmediateVerdict =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly reason: string; readonly clause: Omit<ProblemDetail, 'message'> };

/** What the rule allows at once: as data arrives, and on the edge. */
export interface MethodVerdicts {
  readonly streaming: ImmediateVerdict;
  readonly edge: ImmediateVerdict;
}

/** The ways of evaluation that need a verdict; the names of the wire are part of what clients are told. */
const immediateMethods = [
  { method: 'streaming', flag: 'continuous', name: 'streaming' },
  { method: 'edge', flag: 'synchronous', name: 'edge' },
] as const;

/**
 * The methods of an audience that asks for `wanted`, or the refusal that names the clause.
 *
 * A method that is newly asked for must be open to the rule. One that the audience had `before` and that its rule, as it
 * is now, no longer allows gives way to batch evaluation. Source: reference, evaluation §2.
 */
export function decideEvaluation(
  wanted: EvaluationMethods,
  before: EvaluationMethods | null,
  verdicts: MethodVerdicts,
): EvaluationMethods | Problem {
  const details: ProblemDetail[] = [];
  let methods = wanted;
  for (const { method, flag, name } of immediateMethods) {
    const verdict = verdicts[method];
    if (!wanted[method] || verdict.eligible) continue;
    if (before?.[method] === true) {
      methods = { ...methods, batch: true, [method]: false };
      continue;
    }
    details.push({
      suggestion: `leave out \`evaluationInfo.${flag}\` for batch evaluation, or change the clause`,
      ...verdict.clause,
      message: `The rule does not qualify for ${name} evaluation (\`evaluationInfo.${flag}\`): ${verdict.reason}`,
    });
  }
  return details.length === 0 ? methods : new Problem('audienceInvalid', details);
}
