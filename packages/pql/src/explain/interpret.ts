/**
 * The value of any part of an expression, step by step, so that it can stop anywhere. Queries, whose steps are as many as
 * the data, run as compiled programs.
 *
 * INVARIANT: gives what `compileClosure` gives; tests/differential/explain.test.ts compares the two.
 */
import { assertNever } from '../assert.ts';
import { freeVariables, referencesOf } from '../check/children.ts';
import type { Expression, ExpressionOf, Generator, Query, TimeTest } from '../check/expression.ts';
import type { ValueFunction } from '../closures/closure.ts';
import { compilePart, type Evaluation } from '../closures/compile.ts';
import { StepBudget } from '../closures/step-budget.ts';
import { callFunction, momentOf, momentsOf } from '../functions/call-function.ts';
import { isTrue } from '../functions/compare.ts';
import { makeObject, mapEntries, memberOrNull, partsOf } from '../functions/maps.ts';
import { isPassable } from '../plan/sequence.ts';
import { instant, isWithin, type TimeWindow, timeWindow } from '../plan/time-window.ts';
import type { PqlValue } from '../types/value.ts';

/** What a part of an expression is evaluated with. */
export interface Frame {
  readonly evaluation: Evaluation;
  /** The values of the variables in sight, by id. */
  readonly variables: ReadonlyMap<number, PqlValue>;
  /** The functions of calls and queries met so far: patterns and programs are compiled once. */
  readonly functions: Map<Expression, ValueFunction>;
  /** The values of queries met so far in this frame: asked for by all that is around them, they are computed once. */
  readonly values: Map<Expression, PqlValue>;
  /** Steps left for all programs together. */
  readonly budget: StepBudget;
}

/** The frame at the root of an expression; `profile` is the variable that holds it. */
export function rootFrame(evaluation: Evaluation, profile: ReadonlyMap<number, PqlValue>): Frame {
  const budget = new StepBudget(evaluation.stepsMax);
  return { evaluation, variables: profile, functions: new Map(), values: new Map(), budget };
}

/** The value of a bound expression (see `bindTime`) in a frame. */
export function evaluateIn(expression: Expression, frame: Frame): PqlValue {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'path':
      return pathValue(expression, frame);
    case 'list':
      return expression.items.map((item) => evaluateIn(item, frame)).filter((value) => value !== null);
    case 'call':
      return functionOf(expression, frame)(...expression.arguments.map((argument) => evaluateIn(argument, frame)));
    case 'and':
      return expression.operands.every((operand) => evaluateIn(operand, frame) === true);
    case 'or':
      return expression.operands.some((operand) => evaluateIn(operand, frame) === true);
    case 'not':
      return evaluateIn(expression.operand, frame) !== true;
    case 'truth':
      return isTrue(evaluateIn(expression.operand, frame));
    case 'if':
      return evaluateIn(takenBranch(expression, frame), frame);
    case 'occurs':
    case 'within':
      return isInWindow(expression, frame);
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return queryValue(expression, frame);
    case 'entries':
      return mapEntries(evaluateIn(expression.map, frame));
    case 'object':
      return makeObject(
        expression.members.map(({ name }) => name),
        expression.members.map(({ value }) => evaluateIn(value, frame)),
      );
    case 'context':
      return frame.evaluation.contextOf?.(expression.schema) ?? null;
    case 'sequence':
      return isPassable(
        expression.steps.map(({ moments }) => evaluateIn(moments, frame)),
        expression.steps.map(({ count }) => count),
      );
    case 'membership':
      return frame.evaluation.isMember?.(expression.audienceId) ?? false;
    case 'slot':
      throw new Error('a slot has a value in scans only');
    default:
      return assertNever(expression);
  }
}

/** The branch an `if` takes. */
export function takenBranch(node: ExpressionOf<'if'>, frame: Frame): Expression {
  return evaluateIn(node.condition, frame) === true ? node.whenTrue : node.whenFalse;
}

/** The frame inside a generator, at one of its items. */
export function withItem(frame: Frame, { variable }: Generator, item: PqlValue): Frame {
  return { ...frame, variables: new Map([...frame.variables, [variable.id, item]]), values: new Map() };
}

/** The items a generator goes through. */
export function itemsIn({ array }: Generator, frame: Frame): readonly PqlValue[] {
  return partsOf(evaluateIn(array, frame));
}

/** The stretches of time that an `occurs` accepts; null when a time it is compared with is missing. */
export function windowIn(node: ExpressionOf<'occurs' | 'within'>, frame: Frame): TimeWindow | null {
  if (node.kind === 'within') return { ranges: node.ranges, negated: node.negated };
  const [first, second = first] = referenceMoments(node.test, frame);
  if (typeof first !== 'number' || typeof second !== 'number') return null;
  return timeWindow(node.test, instant(first), instant(second));
}

function referenceMoments(test: TimeTest, frame: Frame): readonly PqlValue[] {
  return referencesOf(test).map((reference) =>
    reference.kind === 'instant' ? momentOf(evaluateIn(reference.expression, frame)) : null,
  );
}

function isInWindow(node: ExpressionOf<'occurs' | 'within'>, frame: Frame): boolean {
  const window = windowIn(node, frame);
  return window !== null && momentsOf(evaluateIn(node.subject, frame)).some((moment) => isWithin(moment, window));
}

function pathValue({ variable, steps, type }: ExpressionOf<'path'>, { variables }: Frame): PqlValue {
  const value = steps.reduce<PqlValue>(memberOrNull, variables.get(variable.id) ?? null);
  return value === null && type.kind === 'array' ? [] : value;
}

function queryValue(query: Query, frame: Frame): PqlValue {
  const known = frame.values.get(query);
  if (known !== undefined) return known;
  const value = computeQuery(query, frame);
  frame.values.set(query, value);
  return value;
}

function computeQuery(query: Query, frame: Frame): PqlValue {
  const { functions, evaluation, variables, budget } = frame;
  const outer = freeVariables(query);
  const run = functions.get(query) ?? compilePart(query, outer, evaluation, budget);
  functions.set(query, run);
  return run(...outer.map((id) => variables.get(id) ?? null));
}

function functionOf(node: ExpressionOf<'call'>, { functions, evaluation }: Frame): ValueFunction {
  const known = functions.get(node);
  if (known !== undefined) return known;
  const made = callFunction(node, evaluation.regex);
  functions.set(node, made);
  return made;
}
