/** Makes checked expressions in the forms that later stages expect. */

import { isArray, isTrue } from '../functions/compare.ts';
import { functionRegistry } from '../functions/registry.ts';
import type { Span } from '../syntax/span.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { CheckContext } from './context.ts';
import type { Expression, ExpressionOf, Generator, Reducer, Variable } from './expression.ts';

/** A constant. */
export function constant(value: PqlValue, type: PqlType, span: Span): Expression {
  return { kind: 'constant', value, type, span };
}

/** The value of a variable. */
export function variablePath(variable: Variable, span: Span): Expression {
  return { kind: 'path', variable, steps: [], type: variable.type, span };
}

/** A call of a function of the registry. */
export function call(name: string, args: readonly Expression[], type: PqlType, span: Span): Expression {
  return { kind: 'call', name, arguments: args, type, span };
}

/** The conjunction; one operand stands for itself, none is true. */
export function allOf(operands: readonly Expression[], span: Span): Expression {
  return joined('and', operands, span);
}

/** The disjunction; one operand stands for itself, none is false. */
export function anyOf(operands: readonly Expression[], span: Span): Expression {
  return joined('or', operands, span);
}

function joined(kind: 'and' | 'or', operands: readonly Expression[], span: Span): Expression {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  const [single] = flat;
  if (single === undefined) return constant(kind === 'and', scalarTypes.boolean, span);
  return flat.length === 1 ? single : { kind, operands: flat, type: scalarTypes.boolean, span };
}

/** The negation; two cancel out. */
export function not(operand: Expression): Expression {
  if (operand.kind === 'not') return operand.operand;
  return { kind: 'not', operand, type: scalarTypes.boolean, span: operand.span };
}

/** A reduction of generators to a value. */
export function reduce(
  reducer: Reducer,
  generators: readonly [Generator, ...Generator[]],
  value: Expression | null,
  span: Span,
): Expression {
  return { kind: 'reduce', reducer, generators, value, type: reducerType(reducer, value), span };
}

function reducerType(reducer: Reducer, value: Expression | null): PqlType {
  if (reducer === 'exists') return scalarTypes.boolean;
  if (reducer === 'count') return scalarTypes.integer;
  return reducer === 'sum' || reducer === 'average' ? scalarTypes.number : (value?.type ?? scalarTypes.any);
}

/** An array taken apart: what to go through, and what each step gives. */
export interface Sequence {
  readonly generators: readonly [Generator, ...Generator[]];
  readonly item: Expression;
}

/** The items of an array-typed (or untyped) expression, one by one. */
export function itemsOf(array: Expression, context: CheckContext): Sequence {
  if (array.kind === 'collect') return { generators: array.generators, item: array.item };
  const element = array.type.kind === 'array' ? array.type.element : scalarTypes.any;
  const variable = context.newVariable('item', element);
  return { generators: [{ variable, array, where: null }], item: variablePath(variable, array.span) };
}

/** The sequence with one more condition on its items. */
export function narrowed({ generators, item }: Sequence, condition: Expression): Sequence {
  const last = generators[generators.length - 1] ?? generators[0];
  const where = last.where === null ? condition : allOf([last.where, condition], condition.span);
  const [first, ...rest] = [...generators.slice(0, -1), { ...last, where }];
  return { generators: first === undefined ? generators : [first, ...rest], item };
}

/** The sequence without steps that give nothing: a member that some items lack. */
export function presentOnly(sequence: Sequence): Sequence {
  const { item } = sequence;
  return item.kind === 'path' && item.steps.length === 0 ? sequence : narrowed(sequence, presence(item));
}

/** The sequence as an array. */
export function collect({ generators, item }: Sequence, span: Span): Expression {
  return { kind: 'collect', generators, item, type: { kind: 'array', element: item.type }, span };
}

/**
 * The value of the one step that a sequence can have, null when it has none. An array of no step is the empty one.
 *
 * The caller answers for there being one step at most.
 */
export function only({ generators, item }: Sequence, span: Span, context: CheckContext): Expression {
  if (item.type.kind === 'array') return flattened({ generators, item }, span, context);
  return reduce('only', generators, item, span);
}

/** The sequence as an array; of items that are arrays themselves, the items of those. */
export function flattened({ generators, item }: Sequence, span: Span, context: CheckContext): Expression {
  return collect(item.type.kind === 'array' ? nested(generators, itemsOf(item, context)) : { generators, item }, span);
}

/** The steps of `inner` for each step of the generators around it. */
export function nested([first, ...rest]: Sequence['generators'], inner: Sequence): Sequence {
  return { generators: [first, ...rest, ...inner.generators], item: inner.item };
}

/** Whether a value is there at all: also false, `""` and 0 are. */
export function presence(value: Expression): Expression {
  if (isContainer(value)) return truth(value);
  return not(call('isNull', [value], scalarTypes.boolean, value.span));
}

/** Whether a value that may be a container has items. */
function hasItems(array: Expression): Expression {
  if (array.kind === 'constant') {
    return constant(isArray(array.value) && array.value.length > 0, scalarTypes.boolean, array.span);
  }
  return { kind: 'truth', operand: array, type: scalarTypes.boolean, span: array.span };
}

/** A value in boolean position. Source: docs/pql.md#truth. */
export function truth(value: Expression): Expression {
  if (isNeverNullBoolean(value)) return value;
  if (value.kind === 'collect') {
    const { generators } = presentOnly(value);
    return reduce('exists', generators, null, value.span);
  }
  if (value.kind === 'slice') return hasFirst(value);
  if (value.kind === 'map') return reduce('exists', value.generators, null, value.span);
  if (value.kind === 'object') {
    return anyOf(
      value.members.map((member) => presence(member.value)),
      value.span,
    );
  }
  if (value.kind === 'reduce' && value.value !== null && isContainer(value.value)) {
    const { generators } = narrowed({ generators: value.generators, item: value.value }, truth(value.value));
    return reduce('exists', generators, null, value.span);
  }
  if (value.kind === 'constant') return constant(isTrue(value.value), scalarTypes.boolean, value.span);
  if (value.type.kind === 'array') return hasItems(value);
  return { kind: 'truth', operand: value, type: scalarTypes.boolean, span: value.span };
}

/** Whether a slice has an item. */
function hasFirst({ generators, item, order, count, span }: ExpressionOf<'slice'>): Expression {
  if (count === 0) return constant(false, scalarTypes.boolean, span);
  const sequence = order === null ? { generators, item } : narrowed({ generators, item }, presence(order.by));
  return reduce('exists', sequence.generators, null, span);
}

function isContainer({ type }: Expression): boolean {
  return type.kind === 'object' || type.kind === 'map' || type.kind === 'array';
}

/** Whether an expression gives true or false, whatever the data. */
function isNeverNullBoolean(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'not':
    case 'truth':
    case 'occurs':
    case 'within':
    case 'sequence':
    case 'membership':
      return true;
    case 'reduce':
      return expression.reducer === 'exists';
    case 'call':
      return expression.type.kind === 'boolean' && functionRegistry.get(expression.name)?.nullRule !== 'null';
    default:
      return false;
  }
}
