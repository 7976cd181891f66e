/** Why an expression has its value for one profile. */
import { assertNever } from '../assert.ts';
import type { CheckedExpression, Expression, ExpressionOf, Query } from '../check/expression.ts';
import type { Evaluation } from '../closures/compile.ts';
import { momentOf } from '../functions/call-function.ts';
import { isTrue } from '../functions/compare.ts';
import { bindTime } from '../plan/bind-time.ts';
import { completionOf } from '../plan/sequence.ts';
import type { Span } from '../syntax/span.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import { explainItems } from './explain-items.ts';
import type { ExplainedStep, Explanation } from './explanation.ts';
import { evaluateIn, type Frame, rootFrame, takenBranch, windowIn } from './interpret.ts';
import { shownMoment, shownRange, shownValue } from './shown-value.ts';

/** How a part is explained; handed to the parts so that they need not import each other. */
export type Explain = (expression: Expression, frame: Frame) => Explanation;

/** What all explanations have. */
export type Outcome = Pick<Explanation, 'span' | 'text' | 'value' | 'truth'>;

/**
 * The value of an expression for one profile with the reasons, as a tree that mirrors the expression. `text` is what the
 * expression was checked from. The size of the tree is bounded by the expression, not by the data.
 */
export function explainExpression(
  checked: CheckedExpression,
  text: string,
  evaluation: Evaluation,
  profile: PqlObject,
): Explanation {
  const variables = new Map<number, PqlValue>([[checked.profile.id, profile]]);
  const root = bindTime(checked.root, evaluation.asOf);
  return explainAt(root, rootFrame(evaluation, variables), { text, itemDepth: 0 });
}

interface Place {
  readonly text: string;
  /** How many items of arrays are around: further inside, fewer items are shown. */
  readonly itemDepth: number;
}

function explainAt(expression: Expression, frame: Frame, place: Place): Explanation {
  const explain: Explain = (inner, innerFrame) => explainAt(inner, innerFrame, place);
  // A value in boolean position is explained by itself: every explanation says whether it counts as true.
  if (expression.kind === 'truth') return explain(expression.operand, frame);
  const outcome = outcomeOf(expression, frame, place.text);
  switch (expression.kind) {
    case 'constant':
      return { ...outcome, kind: 'value', isConstant: true };
    case 'path':
    case 'list':
    case 'entries':
    case 'object':
    case 'context':
    case 'slot':
      return { ...outcome, kind: 'value', isConstant: false };
    case 'membership':
      return { ...outcome, kind: 'membership', audienceId: expression.audienceId };
    case 'call':
      return explainCall(expression, outcome, frame, explain);
    case 'and':
    case 'or':
      return explainJunction(expression, outcome, frame, explain);
    case 'not':
      return explainNot(expression, outcome, frame, place, explain);
    case 'if': {
      const condition = explain(expression.condition, frame);
      return { ...outcome, kind: 'if', condition, taken: explain(takenBranch(expression, frame), frame) };
    }
    case 'occurs':
    case 'within':
      return explainTime(expression, outcome, frame, explain);
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return explainItemsAt(expression, outcome, frame, place);
    case 'sequence':
      return { ...outcome, kind: 'sequence', steps: explainSteps(expression, frame, explain) };
    default:
      return assertNever(expression);
  }
}

function outcomeOf(expression: Expression, frame: Frame, text: string): Outcome {
  const value = evaluateIn(expression, frame);
  const { span, type } = expression;
  return { span, text: text.slice(span.start, span.end), value: shownValue(value, type), truth: isTrue(value) };
}

function explainItemsAt(node: Query, outcome: Outcome, frame: Frame, place: Place): Explanation {
  const inside: Place = { ...place, itemDepth: place.itemDepth + 1 };
  return explainItems(node, outcome, frame, {
    itemsMax: itemsMaxAt(place.itemDepth),
    explain: (inner, innerFrame) => explainAt(inner, innerFrame, inside),
  });
}

/** Ten items outside, three inside of an item, then one: a tree of some thousand nodes at most for each question. */
function itemsMaxAt(depth: number): number {
  return [10, 3][depth] ?? 1;
}

function explainCall(
  { name, arguments: args }: ExpressionOf<'call'>,
  outcome: Outcome,
  frame: Frame,
  explain: Explain,
): Explanation {
  const [operand] = args;
  if (name === 'isNull' && operand !== undefined) {
    return { ...outcome, kind: 'presence', operand: explain(operand, frame), negated: true };
  }
  return { ...outcome, kind: 'call', name, arguments: args.map((argument) => explain(argument, frame)) };
}

function explainJunction(
  { kind, operands: nodes }: ExpressionOf<'and' | 'or'>,
  outcome: Outcome,
  frame: Frame,
  explain: Explain,
): Explanation {
  const operands = nodes.map((operand) => explain(operand, frame));
  const decidedBy = operands.flatMap(({ truth }, index) => (truth === outcome.truth ? [index] : []));
  return { ...outcome, kind, operands, decidedBy };
}

function explainNot(
  { operand, span }: ExpressionOf<'not'>,
  outcome: Outcome,
  frame: Frame,
  place: Place,
  explain: Explain,
): Explanation {
  const [value] = operand.kind === 'call' && operand.name === 'isNull' ? operand.arguments : [];
  if (value !== undefined) return { ...outcome, kind: 'presence', operand: explain(value, frame), negated: false };
  // What is written `not` is longer than its operand; a negation of the same length is the checker's, as in `forall`.
  const isWritten = !equalSpans(span, operand.span);
  if (isWritten || operand.kind !== 'reduce') return { ...outcome, kind: 'not', operand: explain(operand, frame) };
  const found = explainItemsAt(operand, outcome, frame, place);
  return found.kind === 'items' ? { ...found, question: 'none' } : found;
}

function equalSpans(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

function explainTime(
  node: ExpressionOf<'occurs' | 'within'>,
  outcome: Outcome,
  frame: Frame,
  explain: Explain,
): Explanation {
  const window = windowIn(node, frame);
  return {
    ...outcome,
    kind: 'time',
    subject: explain(node.subject, frame),
    moment: shownMoment(momentOf(evaluateIn(node.subject, frame))),
    ranges: window === null ? null : window.ranges.map(shownRange),
    negated: window?.negated ?? false,
  };
}

/** Each step takes the earliest moments it can, as `isPassable` does. */
function explainSteps({ steps }: ExpressionOf<'sequence'>, frame: Frame, explain: Explain): readonly ExplainedStep[] {
  let end: number | null = Number.NEGATIVE_INFINITY;
  const explained: ExplainedStep[] = [];
  for (const { moments, count } of steps) {
    end = end === null ? null : completionOf(evaluateIn(moments, frame), count, end);
    explained.push({ moments: explain(moments, frame), count, completeAt: shownMoment(end) });
  }
  return explained;
}
