/** From checked audiences to a batch plan: conditions are taken apart until each part fits one kind of scan. */
import { allOf, not as negation, reduce } from '../check/build.ts';
import { conjunctsOf, mapChildren, someNode } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf, Generator } from '../check/expression.ts';
import { compileClosure } from '../closures/compile.ts';
import { isEventArray } from '../sql/environment.ts';
import { scalarTypes } from '../types/type.ts';
import type { BatchPlan, EventAggregate, Leaf } from './batch-plan.ts';
import { bindTime } from './bind-time.ts';
import type { Formula } from './formula.ts';
import { expressionKey } from './leaf-key.ts';

/** An audience to evaluate. Its expressions were checked as conditions. */
export interface BatchAudience {
  readonly audienceId: string;
  readonly expression: CheckedExpression;
  /** Profiles that are never members, whatever the rule says. */
  readonly except?: CheckedExpression;
}

/**
 * The plan of evaluating `audiences` together at `asOf` (epoch milliseconds).
 *
 * Equal leaves are computed once, across audiences. An audience that refers to another of the batch uses its formula, one
 * outside the batch its stored members; audiences that refer to each other in a circle are a bug of the caller.
 */
export function planBatch(audiences: readonly BatchAudience[], asOf: number): BatchPlan {
  const planner = new BatchPlanner(new Map(audiences.map((audience) => [audience.audienceId, audience])), asOf);
  const planned = audiences.map(({ audienceId }) => ({ audienceId, formula: planner.formulaOf(audienceId) }));
  return { leaves: planner.leaves, audiences: planned };
}

class BatchPlanner {
  readonly leaves: Leaf[] = [];
  readonly #audiences: ReadonlyMap<string, BatchAudience>;
  readonly #asOf: number;
  readonly #formulas = new Map<string, Formula | 'in progress'>();
  readonly #leafNumbers = new Map<string, number>();

  constructor(audiences: ReadonlyMap<string, BatchAudience>, asOf: number) {
    this.#audiences = audiences;
    this.#asOf = asOf;
  }

  /** The members of an audience: algebra when it is part of the batch, else what is stored. */
  formulaOf(audienceId: string): Formula {
    const known = this.#formulas.get(audienceId);
    if (known === 'in progress') throw new Error(`audience ${audienceId} refers to itself`);
    if (known !== undefined) return known;
    const audience = this.#audiences.get(audienceId);
    if (audience === undefined) return { kind: 'audience', audienceId };
    this.#formulas.set(audienceId, 'in progress');
    const rule = this.#planRoot(audience.expression);
    const formula: Formula =
      audience.except === undefined
        ? rule
        : { kind: 'and', operands: [rule, this.#complement(this.#planRoot(audience.except))] };
    this.#formulas.set(audienceId, formula);
    return formula;
  }

  #planRoot({ root }: CheckedExpression): Formula {
    return this.#plan(bindTime(root, this.#asOf));
  }

  #plan(condition: Expression): Formula {
    switch (condition.kind) {
      case 'constant':
        return { kind: condition.value === true ? 'everyone' : 'nobody' };
      case 'membership':
        return this.formulaOf(condition.audienceId);
      case 'not':
        return this.#complement(this.#plan(condition.operand));
      case 'and':
      case 'or':
        return this.#planOperands(condition);
      case 'reduce':
        return this.#planReduce(condition);
      default:
        return this.#planLeaf(condition);
    }
  }

  #complement(formula: Formula): Formula {
    if (formula.kind === 'not') return formula.operand;
    if (formula.kind === 'everyone') return { kind: 'nobody' };
    return formula.kind === 'nobody' ? { kind: 'everyone' } : { kind: 'not', operand: formula };
  }

  /** Operands that look at attributes only stay together: one condition in a scan beats algebra over bitmaps. */
  #planOperands({ kind, operands, span }: ExpressionOf<'and' | 'or'>): Formula {
    const onAttributes = operands.filter(isOnAttributes);
    const others = operands.filter((operand) => !isOnAttributes(operand));
    const joined =
      onAttributes.length === 0
        ? []
        : [this.#leaf({ kind: 'profile', condition: joinConditions(kind, onAttributes, span) })];
    const [first, ...rest] = [...joined, ...others.map((operand) => this.#plan(operand))];
    if (first === undefined) return { kind: kind === 'and' ? 'everyone' : 'nobody' };
    return rest.length === 0 ? first : { kind, operands: [first, ...rest] };
  }

  /** What an `exists` demands of the profile rather than of the item is asked outside. */
  #planReduce(node: ExpressionOf<'reduce'>): Formula {
    const [first, ...rest] = node.generators;
    if (node.reducer !== 'exists' || first.where === null) return this.#planLeaf(node);
    const demands = conjunctsOf(first.where);
    const outside = demands.filter((demand) => !mentions(demand, first.variable.id));
    if (outside.length === 0) return this.#planLeaf(node);
    const inside = demands.filter((demand) => mentions(demand, first.variable.id));
    const where = inside.length === 0 ? null : allOf(inside, first.where.span);
    const narrower = reduce('exists', [{ ...first, where }, ...rest], null, node.span);
    return this.#plan(allOf([...outside, narrower], node.span));
  }

  #planLeaf(condition: Expression): Formula {
    if (isOnAttributes(condition)) return this.#leaf({ kind: 'profile', condition });
    const event = eventLeaf(condition);
    if (event !== null) return this.#leaf(event);
    const group = groupLeaf(condition);
    if (group?.kind !== 'eventGroup') return this.#leaf({ kind: 'general', condition });
    // Profiles without events are in no group. Where they pass, the scan looks for those that do not.
    if (!this.#holdsWithoutEvents(condition)) return this.#leaf(group);
    return this.#complement(this.#leaf({ ...group, condition: negation(group.condition) }));
  }

  #holdsWithoutEvents(condition: Expression): boolean {
    const profile = { id: 0, name: 'profile', type: scalarTypes.any };
    const checked: CheckedExpression = { root: condition, type: scalarTypes.boolean, profile, variableCount: 1 };
    const evaluate = compileClosure(checked, { asOf: this.#asOf, regex: noPatterns });
    return evaluate({}) === true;
  }

  #leaf(leaf: Leaf): Formula {
    const { condition } = leaf;
    if (condition?.kind === 'constant') return { kind: condition.value === true ? 'everyone' : 'nobody' };
    const key = leafKey(leaf);
    const known = this.#leafNumbers.get(key);
    if (known !== undefined) return { kind: 'leaf', leaf: known };
    const number = this.leaves.push(leaf) - 1;
    this.#leafNumbers.set(key, number);
    return { kind: 'leaf', leaf: number };
  }
}

/** A pattern never decides without data: there is no text to match. */
const noPatterns = { compile: () => ({ pattern: { test: () => false, group: () => null, groupCount: 0 } }) };

function joinConditions(kind: 'and' | 'or', operands: readonly Expression[], span: Expression['span']): Expression {
  const [single] = operands;
  return operands.length === 1 && single !== undefined ? single : { kind, operands, type: scalarTypes.boolean, span };
}

function leafKey(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'event':
      return `event ${leaf.condition === null ? '' : expressionKey(renumbered(leaf.variable.id, leaf.condition))}`;
    case 'eventGroup':
      return `eventGroup ${leaf.aggregates.map(aggregateKey).join(' ')} ${expressionKey(leaf.condition)}`;
    default:
      return `${leaf.kind} ${expressionKey(leaf.condition)}`;
  }
}

/** Equal for aggregates that compute the same. */
export function aggregateKey({ reducer, variable, where, value }: EventAggregate): string {
  const parts = [where, value].map((part) => (part === null ? '-' : expressionKey(renumbered(variable.id, part))));
  return `${reducer}(${parts.join(', ')})`;
}

/** Gives the event of a scan one number, whatever its declaration had. */
function renumbered(id: number, expression: Expression): Expression {
  const eventNumber = -1;
  const change = (node: Expression): Expression =>
    node.kind === 'path' && node.variable.id === id
      ? { ...node, variable: { ...node.variable, id: eventNumber } }
      : mapChildren(node, change);
  return change(expression);
}

/** Whether a condition needs no event and no other audience. */
function isOnAttributes(condition: Expression): boolean {
  return !someNode(condition, (node) => isEventArray(node) || node.kind === 'membership');
}

/** Whether a variable occurs in an expression. */
function mentions(expression: Expression, id: number): boolean {
  return someNode(expression, (node) => node.kind === 'path' && node.variable.id === id);
}

/** Whether an expression looks at the profile, or at another audience. */
function needsProfile(expression: Expression): boolean {
  return someNode(expression, (node) => (node.kind === 'path' && node.variable.id === 0) || node.kind === 'membership');
}

/** `exists` over events that looks at one event at a time, or the array of all, as a leaf; null for anything else. */
function eventLeaf(condition: Expression): Leaf | null {
  if (condition.kind === 'truth' && isEventArray(condition.operand)) {
    return { kind: 'event', variable: { id: 1, name: 'event', type: scalarTypes.any }, condition: null };
  }
  if (condition.kind !== 'reduce' || condition.reducer !== 'exists') return null;
  const own = ownAggregate(condition);
  return own === null ? null : { kind: 'event', variable: own.variable, condition: own.where };
}

/** A reduction over events that looks at one event at a time, with what it does per event; null for anything else. */
function ownAggregate(node: ExpressionOf<'reduce'>): EventAggregate | null {
  const [first, ...rest] = node.generators;
  // The one value of a query is no aggregate: an event has its place among the others.
  if (node.reducer === 'only' || !isOwn(node.generators, node.value)) return null;
  const [next, ...more] = rest;
  if (next === undefined) {
    return { reducer: node.reducer, variable: first.variable, where: first.where, value: node.value };
  }
  return nestedAggregate(node, first, [next, ...more]);
}

/** Moments of a sequence that look at one event at a time, as an aggregate; null for anything else. */
function ownMoments(moments: Expression): EventAggregate | null {
  if (moments.kind !== 'collect' || moments.generators.length > 1) return null;
  const [{ variable, where }] = moments.generators;
  return isOwn(moments.generators, moments.item) ? { reducer: 'collect', variable, where, value: moments.item } : null;
}

/** Whether generators start at the events and look at nothing of the profile around them. */
function isOwn([first, ...rest]: readonly [Generator, ...Generator[]], value: Expression | null): boolean {
  const inside = [first.where, value, ...rest.flatMap(({ array, where }) => [array, where])];
  return isEventArray(first.array) && !inside.some((part) => part !== null && needsProfile(part));
}

/** The part per event of a reduction that goes on into each event's items. */
function nestedAggregate(
  node: ExpressionOf<'reduce'>,
  { variable, where }: Generator,
  rest: readonly [Generator, ...Generator[]],
): EventAggregate | null {
  const perEvent = reduce(node.reducer, rest, node.value, node.span);
  switch (node.reducer) {
    case 'exists':
      return {
        reducer: 'exists',
        variable,
        where: where === null ? perEvent : allOf([where, perEvent], node.span),
        value: null,
      };
    case 'count':
      return { reducer: 'sum', variable, where, value: perEvent };
    case 'sum':
    case 'min':
    case 'max':
      return { reducer: node.reducer, variable, where, value: perEvent };
    default:
      // An average of averages is not the average.
      return null;
  }
}

/** A condition over aggregates of events alone, as a leaf with the aggregates as slots; null for anything else. */
function groupLeaf(condition: Expression): Leaf | null {
  const aggregates: EventAggregate[] = [];
  const numbers = new Map<string, number>();
  const slotOf = (own: EventAggregate | null, { type, span }: Expression): Expression | null => {
    if (own === null) return null;
    const key = aggregateKey(own);
    const index = numbers.get(key) ?? aggregates.push(own) - 1;
    numbers.set(key, index);
    return { kind: 'slot', index, type, span };
  };
  const change = (node: Expression): Expression => {
    if (node.kind === 'sequence') {
      return mapChildren(node, (moments) => slotOf(ownMoments(moments), moments) ?? mapChildren(moments, change));
    }
    return slotOf(node.kind === 'reduce' ? ownAggregate(node) : null, node) ?? mapChildren(node, change);
  };
  const slotted = change(condition);
  return needsProfile(slotted) ? null : { kind: 'eventGroup', aggregates, condition: slotted };
}
