/** Walking and rebuilding checked expressions, exhaustively by kind. */
import { assertNever } from '../assert.ts';
import type { Expression, Generator, Query, SequenceStep, TimeReference, TimeTest } from './expression.ts';

/** The expressions directly inside an expression, in evaluation order. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'path':
    case 'membership':
    case 'context':
    case 'slot':
      return [];
    case 'list':
      return expression.items;
    case 'call':
      return expression.arguments;
    case 'and':
    case 'or':
      return expression.operands;
    case 'not':
    case 'truth':
      return [expression.operand];
    case 'if':
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'occurs':
      return [expression.subject, ...referencesOf(expression.test).flatMap(referenceChildren)];
    case 'within':
      return [expression.subject];
    case 'sequence':
      return expression.steps.map(({ moments }) => moments);
    case 'entries':
      return [expression.map];
    case 'object':
      return expression.members.map(({ value }) => value);
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return [...generatorChildren(expression.generators), ...bodyOf(expression)];
    default:
      return assertNever(expression);
  }
}

/** Whether an expression goes through arrays. */
export function isQuery(expression: Expression): expression is Query {
  const { kind } = expression;
  return kind === 'reduce' || kind === 'collect' || kind === 'slice' || kind === 'map';
}

/** What a query computes for each combination of its generators. */
export function bodyOf(query: Query): readonly Expression[] {
  switch (query.kind) {
    case 'reduce':
      return query.value === null ? [] : [query.value];
    case 'collect':
      return [query.item];
    case 'slice':
      return query.order === null ? [query.item] : [query.item, query.order.by];
    case 'map':
      return [query.key, query.value];
    default:
      return assertNever(query);
  }
}

/** The references of a time test, in order. */
export function referencesOf(test: TimeTest): readonly TimeReference[] {
  return test.kind === 'between' ? [test.from, test.to] : [test.reference];
}

function referenceChildren(reference: TimeReference): readonly Expression[] {
  if (reference.kind === 'instant') return [reference.expression];
  return reference.kind === 'day' ? [reference.year, reference.month, reference.day] : [];
}

function generatorChildren(generators: readonly Generator[]): readonly Expression[] {
  return generators.flatMap(({ array, where }) => (where === null ? [array] : [array, where]));
}

/** The expression with each direct child replaced by what `change` gives for it. */
export function mapChildren(expression: Expression, change: (child: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'constant':
    case 'path':
    case 'membership':
    case 'context':
    case 'slot':
      return expression;
    case 'list':
      return { ...expression, items: expression.items.map(change) };
    case 'call':
      return { ...expression, arguments: expression.arguments.map(change) };
    case 'and':
    case 'or':
      return { ...expression, operands: expression.operands.map(change) };
    case 'not':
    case 'truth':
      return { ...expression, operand: change(expression.operand) };
    case 'if':
      return {
        ...expression,
        condition: change(expression.condition),
        whenTrue: change(expression.whenTrue),
        whenFalse: change(expression.whenFalse),
      };
    case 'occurs':
      return { ...expression, subject: change(expression.subject), test: mapTest(expression.test, change) };
    case 'within':
      return { ...expression, subject: change(expression.subject) };
    case 'sequence': {
      const [first, ...rest] = expression.steps;
      const mapStep = (step: SequenceStep): SequenceStep => ({ ...step, moments: change(step.moments) });
      return { ...expression, steps: [mapStep(first), ...rest.map(mapStep)] };
    }
    case 'entries':
      return { ...expression, map: change(expression.map) };
    case 'object':
      return { ...expression, members: expression.members.map(({ name, value }) => ({ name, value: change(value) })) };
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return mapBody({ ...expression, generators: mapGenerators(expression.generators, change) }, change);
    default:
      return assertNever(expression);
  }
}

function mapBody(query: Query, change: (child: Expression) => Expression): Query {
  switch (query.kind) {
    case 'reduce':
      return { ...query, value: query.value === null ? null : change(query.value) };
    case 'collect':
      return { ...query, item: change(query.item) };
    case 'slice': {
      const { order } = query;
      const changed = order === null ? null : { ...order, by: change(order.by) };
      return { ...query, item: change(query.item), order: changed };
    }
    case 'map':
      return { ...query, key: change(query.key), value: change(query.value) };
    default:
      return assertNever(query);
  }
}

function mapGenerators(
  [first, ...rest]: readonly [Generator, ...Generator[]],
  change: (child: Expression) => Expression,
): readonly [Generator, ...Generator[]] {
  const mapOne = (generator: Generator): Generator => ({
    ...generator,
    array: change(generator.array),
    where: generator.where === null ? null : change(generator.where),
  });
  return [mapOne(first), ...rest.map(mapOne)];
}

function mapTest(test: TimeTest, change: (child: Expression) => Expression): TimeTest {
  return test.kind === 'between'
    ? { ...test, from: mapReference(test.from, change), to: mapReference(test.to, change) }
    : { ...test, reference: mapReference(test.reference, change) };
}

function mapReference(reference: TimeReference, change: (child: Expression) => Expression): TimeReference {
  if (reference.kind === 'instant') return { ...reference, expression: change(reference.expression) };
  if (reference.kind !== 'day') return reference;
  const { year, month, day } = reference;
  return { ...reference, year: change(year), month: change(month), day: change(day) };
}

/** Calls `visit` for the expression and everything inside it, outside first; once for a part that several places share. */
export function walkExpression(expression: Expression, visit: (node: Expression) => void): void {
  const seen = new Set<Expression>();
  const walk = (node: Expression): void => {
    if (seen.has(node)) return;
    seen.add(node);
    visit(node);
    childrenOf(node).forEach(walk);
  };
  walk(expression);
}

/** The conditions that must all hold for a condition to hold; none where there is no condition. */
export function conjunctsOf(condition: Expression | null): readonly Expression[] {
  if (condition === null) return [];
  return condition.kind === 'and' ? condition.operands : [condition];
}

/** The ids of variables that an expression uses and does not itself bring, in order. */
export function freeVariables(expression: Expression): readonly number[] {
  const used = new Set<number>();
  const own = new Set<number>();
  walkExpression(expression, (node) => {
    if (node.kind === 'path') used.add(node.variable.id);
    if (isQuery(node)) for (const { variable } of node.generators) own.add(variable.id);
  });
  return [...used].filter((id) => !own.has(id)).sort((a, b) => a - b);
}

/** Whether some node inside, or the expression itself, passes. */
export function someNode(expression: Expression, test: (node: Expression) => boolean): boolean {
  return test(expression) || childrenOf(expression).some((child) => someNode(child, test));
}
