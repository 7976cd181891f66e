/** Checked expressions as JavaScript closures: for one profile at a time. */
import { assertNever } from '../assert.ts';
import { referencesOf } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf } from '../check/expression.ts';
import { isArray } from '../functions/compare.ts';
import { functionRecord } from '../functions/registry.ts';
import { bindTime } from '../plan/bind-time.ts';
import type { Interval } from '../plan/time-window.ts';
import { instant, isWithin, namedInterval, timeWindow, unitAround } from '../plan/time-window.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { Closure, Condition, Frame, RegexEngine } from './closure.ts';
import { compilePath } from './path.ts';
import { compileCollect, compileReduce } from './reduce.ts';

/** What an evaluation may depend on besides the profile. */
export interface Evaluation {
  /** `now`, epoch milliseconds. */
  readonly asOf: number;
  readonly regex: RegexEngine;
  /** Whether the profile is a member of another audience; without it nobody is. */
  readonly isMember?: (audienceId: string) => boolean;
}

/**
 * The expression as a function of one decoded profile, whose `xEvent` holds its events in order of time.
 *
 * The function is not re-entrant: it keeps its variables in one frame between calls, so that calls allocate nothing.
 */
export function compileClosure(checked: CheckedExpression, evaluation: Evaluation): (profile: PqlObject) => PqlValue {
  const closure = compile(bindTime(checked.root, evaluation.asOf), { evaluation, compile, compileCondition });
  const frame: Frame = Array.from({ length: checked.variableCount }, () => null);
  return (profile) => {
    frame[0] = profile;
    return closure(frame);
  };
}

/** What compiling needs; the functions are here so that the parts need not import each other. */
export interface Compilation {
  readonly evaluation: Evaluation;
  readonly compile: (expression: Expression, compilation: Compilation) => Closure;
  readonly compileCondition: (expression: Expression, compilation: Compilation) => Condition;
}

function compile(expression: Expression, compilation: Compilation): Closure {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'path':
      return compilePath(expression);
    case 'list': {
      const items = expression.items.map((item) => compile(item, compilation));
      return (frame) => items.map((item) => item(frame)).filter((value) => value !== null);
    }
    case 'call':
      return compileCall(expression, compilation);
    case 'if':
      return compileIf(expression, compilation);
    case 'reduce':
      return compileReduce(expression, compilation);
    case 'collect':
      return compileCollect(expression, compilation);
    case 'and':
    case 'or':
    case 'not':
    case 'truth':
    case 'occurs':
    case 'within':
    case 'membership':
      return compileLogic(expression, compilation);
    case 'slot':
      throw new Error('a slot has a value in scans only');
    default:
      return assertNever(expression);
  }
}

/** A condition without the detour over values: what most of an audience's rule consists of. */
function compileCondition(expression: Expression, compilation: Compilation): Condition {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'not':
    case 'truth':
    case 'occurs':
    case 'within':
    case 'membership':
      return compileLogic(expression, compilation);
    default: {
      const closure = compile(expression, compilation);
      return (frame) => closure(frame) === true;
    }
  }
}

type Logic = ExpressionOf<'and' | 'or' | 'not' | 'truth' | 'occurs' | 'within' | 'membership'>;

function compileLogic(expression: Logic, compilation: Compilation): Condition {
  switch (expression.kind) {
    case 'and':
      return conjunction(expression.operands.map((operand) => compileCondition(operand, compilation)));
    case 'or':
      return disjunction(expression.operands.map((operand) => compileCondition(operand, compilation)));
    case 'not': {
      const operand = compileCondition(expression.operand, compilation);
      return (frame) => !operand(frame);
    }
    case 'truth': {
      const operand = compile(expression.operand, compilation);
      return (frame) => isTrue(operand(frame));
    }
    case 'within':
      return compileWithin(expression, compilation);
    case 'occurs':
      return compileOccurs(expression, compilation);
    case 'membership': {
      const { audienceId } = expression;
      const { isMember } = compilation.evaluation;
      return () => isMember?.(audienceId) ?? false;
    }
    default:
      return assertNever(expression);
  }
}

/** Whether a value counts as true. Source: docs/pql.md#truth. */
function isTrue(value: PqlValue): boolean {
  if (value === null || value === false) return false;
  return !isArray(value) || value.length > 0;
}

function conjunction(operands: readonly Condition[]): Condition {
  const [first, second] = operands;
  if (first !== undefined && second !== undefined && operands.length === 2)
    return (frame) => first(frame) && second(frame);
  return (frame) => {
    for (const operand of operands) if (!operand(frame)) return false;
    return true;
  };
}

function disjunction(operands: readonly Condition[]): Condition {
  const [first, second] = operands;
  if (first !== undefined && second !== undefined && operands.length === 2)
    return (frame) => first(frame) || second(frame);
  return (frame) => {
    for (const operand of operands) if (operand(frame)) return true;
    return false;
  };
}

function compileIf(node: ExpressionOf<'if'>, compilation: Compilation): Closure {
  const test = compileCondition(node.condition, compilation);
  const whenTrue = compile(node.whenTrue, compilation);
  const whenFalse = compile(node.whenFalse, compilation);
  return (frame) => (test(frame) ? whenTrue(frame) : whenFalse(frame));
}

function compileCall(node: ExpressionOf<'call'>, compilation: Compilation): Closure {
  const args = node.arguments.map((argument) => compile(argument, compilation));
  const constants = node.arguments.map((argument) => (argument.kind === 'constant' ? argument.value : undefined));
  return functionRecord(node.name).closure(args, { regex: compilation.evaluation.regex, constants });
}

function compileWithin(node: ExpressionOf<'within'>, compilation: Compilation): Condition {
  const subject = compile(node.subject, compilation);
  const [only] = node.ranges;
  if (only !== undefined && node.ranges.length === 1 && !node.negated) {
    const { from, to } = only;
    return (frame) => {
      const moment = subject(frame);
      return typeof moment === 'number' && moment >= from && moment <= to;
    };
  }
  return (frame) => {
    const moment = subject(frame);
    return typeof moment === 'number' && isWithin(moment, node);
  };
}

/** `occurs` against a time that only the profile knows. */
function compileOccurs(node: ExpressionOf<'occurs'>, compilation: Compilation): Condition {
  const subject = compile(node.subject, compilation);
  const [first, second] = referencesOf(node.test).map((reference) => compileReference(reference, compilation));
  if (first === undefined) throw new Error('an occurs has no reference');
  return (frame) => {
    const moment = subject(frame);
    const from = first(frame);
    const to = second === undefined ? from : second(frame);
    if (typeof moment !== 'number' || from === null || to === null) return false;
    return isWithin(moment, timeWindow(node.test, from, to));
  };
}

type Reference = ReturnType<typeof referencesOf>[number];

function compileReference(reference: Reference, compilation: Compilation): (frame: Frame) => Interval | null {
  if (reference.kind === 'instant') {
    const moment = compile(reference.expression, compilation);
    return (frame) => {
      const value = moment(frame);
      return typeof value === 'number' ? instant(value) : null;
    };
  }
  if (reference.kind === 'day') {
    const parts = [reference.year, reference.month, reference.day].map((part) => compile(part, compilation));
    const date = functionRecord('date').closure(parts, { regex: compilation.evaluation.regex, constants: [] });
    return (frame) => {
      const moment = date(frame);
      return typeof moment === 'number' ? unitAround(moment, 'day') : null;
    };
  }
  const interval = namedInterval(reference, compilation.evaluation.asOf);
  return () => interval;
}
