/** Sequences of events: each step is an array of moments. Source: docs/pql.md#sequences. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Ast, AstOf, ChainStep } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import { scalarTypes } from '../types/type.ts';
import type { Sequence } from './build.ts';
import { allOf, call, collect, constant, itemsOf, narrowed, reduce } from './build.ts';
import { asArray } from './check-queries.ts';
import type { CheckContext, NameScope } from './context.ts';
import { insideItem, reported } from './context.ts';
import type { Expression, SequenceStep } from './expression.ts';

/** `chain(array, time, [step, …])`. A single step is a question about one event, or about their number. */
export function checkChain(node: AstOf<'chain'>, scope: NameScope, context: CheckContext): Expression {
  if (!areLabelsDistinct(node, context)) return reported(node.span);
  if (node.steps.length === 0) return checkWithoutSteps(node, scope, context);
  const steps = node.steps.map((step) => checkStep(node, step, scope, context));
  const [first, ...rest] = steps.filter((step) => step !== null);
  if (first === undefined || rest.length + 1 < steps.length) return reported(node.span);
  if (rest.length > 0) {
    const moments = (step: CheckedStep): SequenceStep => ({
      moments: collect(step.moments, node.span),
      count: step.count,
    });
    return {
      kind: 'sequence',
      steps: [moments(first), ...rest.map(moments)],
      type: scalarTypes.boolean,
      span: node.span,
    };
  }
  const { generators } = first.events;
  if (first.count === 1) return reduce('exists', generators, null, node.span);
  const count = constant(first.count, scalarTypes.integer, node.span);
  return call('>=', [reduce('count', generators, null, node.span), count], scalarTypes.boolean, node.span);
}

/** The array and the time, which mean something even where the steps are still to be written. */
function checkWithoutSteps(node: AstOf<'chain'>, scope: NameScope, context: CheckContext): Expression {
  const array = asArray(context.check(node.array, scope), context);
  if (array !== null) context.check(node.time, insideItem(scope, itemsOf(array, context).item));
  return reported(node.span);
}

interface CheckedStep {
  readonly events: Sequence;
  readonly moments: Sequence;
  readonly count: number;
}

function areLabelsDistinct(node: AstOf<'chain'>, context: CheckContext): boolean {
  const seen = new Set<string>();
  for (const { label } of node.steps) {
    if (seen.has(label.text)) {
      context.report(diagnose('check/duplicate-variable', label.span, { name: label.text }));
      return false;
    }
    seen.add(label.text);
  }
  return true;
}

/** The events of a step and their moments. Each step goes through the array by itself, so it has variables of its own. */
function checkStep(node: AstOf<'chain'>, step: ChainStep, scope: NameScope, context: CheckContext): CheckedStep | null {
  const array = asArray(context.check(node.array, scope), context);
  if (array === null) return null;
  const sequence = itemsOf(array, context);
  const inside = insideItem(scope, sequence.item);
  const time = context.check(node.time, inside);
  const conditions = conditionsOf(node.time, step).map((condition) => context.checkCondition(condition, inside));
  const count = step.count?.value ?? 1;
  if (time.type.kind !== 'timestamp' && time.type.kind !== 'any') {
    reportMismatch('the second argument of `chain`', node.time, time, context);
    return null;
  }
  if (count < 1) {
    const why = 'a step needs at least one event';
    context.report(diagnose('check/unsupported', step.count?.span ?? step.span, { what: `\`COUNT(${count})\``, why }));
    return null;
  }
  const events = narrowed(sequence, allOf(conditions, step.span));
  return { events, moments: { generators: events.generators, item: time }, count };
}

/** What, where and when of a step; the time rule is an `occurs` of the chain's time. */
function conditionsOf(time: Ast, { what, where, when, span }: ChainStep): readonly Ast[] {
  const occurs: readonly Ast[] = when === null ? [] : [{ kind: 'occurs', subject: time, form: when, span }];
  return [what, ...(where === null ? [] : [where]), ...occurs];
}

function reportMismatch(what: string, node: Ast, got: Expression, context: CheckContext): void {
  const expected = describeType(scalarTypes.timestamp);
  context.report(diagnose('check/type-mismatch', node.span, { what, expected, got: describeType(got.type) }));
}
