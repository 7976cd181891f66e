/** Syntax trees made by chance, for tests. */
import fc from 'fast-check';
import {
  type Ast,
  type ChainStep,
  type Identifier,
  type OccursForm,
  type TimeReference,
  timeUnits,
  type VariableDeclaration,
} from '../ast.ts';
import { walkAst } from '../walk.ts';

const span = { start: 0, end: 0 };
const noSpan = fc.constant(span);

// Keywords among them, all of which are ordinary names where the grammar leaves no doubt.
const name = fc.constantFrom(
  ...[
    'a',
    'b1',
    'xEvent',
    '_tenant',
    'Straße',
    'a$b',
    'min',
    'sum',
    'select',
    'exists',
    'forall',
    'let',
    'if',
    'chain',
  ],
  ...['last', 'this', 'now', 'today', 'before', 'between', 'count', 'what', 'is', 'profile', 'E'],
);
const memberName = fc.oneof(name, fc.constantFrom('and', 'or', 'in', 'not', 'true', 'null', 'from', 'where', 'occurs'));
/** Methods of every kind, so that some calls mean something. */
const methodName = fc.constantFrom(
  ...[
    'count',
    'exists',
    'sum',
    'min',
    'filter',
    'isNull',
    'distinct',
    'intersects',
    'includes',
    'startsWith',
    'equals',
  ],
  ...['get', 'keys', 'values', 'groupBy', 'map', 'topN', 'bottomN', 'head', 'getMonth', 'like'],
);
const identifierOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Identifier> => fc.record({ text, span: noSpan });

const leaf: fc.Arbitrary<Ast> = fc.oneof(
  fc.string({ unit: 'binary' }).map((value): Ast => ({ kind: 'string', value, span })),
  fc.constantFrom('\\w', '"', "'", '\n\t\r', '\ud800', '“').map((value): Ast => ({ kind: 'string', value, span })),
  fc.nat().map((value): Ast => ({ kind: 'number', value, isInteger: true, span })),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value): Ast => ({ kind: 'number', value: Math.abs(value), isInteger: false, span })),
  fc.boolean().map((value): Ast => ({ kind: 'boolean', value, span })),
  fc.constant<Ast>({ kind: 'null', span }),
  name.map((text): Ast => ({ kind: 'name', name: text, span })),
  fc.integer({ min: 1, max: 3 }).map((levels): Ast => ({ kind: 'outer', levels, span })),
  fc.integer({ min: 1, max: 12 }).map((position): Ast => ({ kind: 'parameter', position, span })),
  fc.constantFrom('s;version=1', 'https://ns.example/x').map((schema): Ast => ({ kind: 'context', schema, span })),
);

const comparisonOperator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');

function formOf(inner: fc.Arbitrary<Ast>): fc.Arbitrary<OccursForm> {
  const reference: fc.Arbitrary<TimeReference> = fc.oneof(
    fc.record({
      kind: fc.constant('named'),
      name: fc.constantFrom('now', 'today', 'yesterday', 'tomorrow'),
      span: noSpan,
    }),
    fc.record({
      kind: fc.constant('calendar'),
      which: fc.constantFrom('this', 'last', 'next'),
      unit: fc.constantFrom(...timeUnits),
      span: noSpan,
    }),
    fc.record({ kind: fc.constant('expression'), expression: inner, span: noSpan }),
  );
  return fc.oneof(
    fc.record({
      kind: fc.constant('distance'),
      operator: comparisonOperator,
      amount: fc.nat(40).map((value): Ast => ({ kind: 'number', value, isInteger: true, span })),
      unit: fc.constantFrom(...timeUnits),
      direction: fc.constantFrom('before', 'after', 'from'),
      reference,
    }),
    fc.record({ kind: fc.constant('side'), direction: fc.constantFrom('before', 'after'), reference }),
    fc.record({ kind: fc.constant('on'), reference }),
    fc.record({ kind: fc.constant('between'), from: reference, to: reference }),
  );
}

function variablesOf(inner: fc.Arbitrary<Ast>): fc.Arbitrary<readonly VariableDeclaration[]> {
  const where = fc.option(inner);
  const declaration = fc.record({ name: identifierOf(name), array: inner, where, span: noSpan });
  return fc.array(declaration, { minLength: 1, maxLength: 3 });
}

function chainOf(inner: fc.Arbitrary<Ast>): fc.Arbitrary<Ast> {
  const step: fc.Arbitrary<ChainStep> = fc.record({
    label: identifierOf(name),
    what: inner,
    where: fc.option(inner),
    when: fc.option(formOf(inner)),
    count: fc.option(fc.record({ value: fc.nat(9), span: noSpan })),
    span: noSpan,
  });
  const steps = fc.array(step, { minLength: 1, maxLength: 3 });
  return fc.record({ kind: fc.constant('chain'), array: inner, time: inner, steps, span: noSpan });
}

function operatorsOf(inner: fc.Arbitrary<Ast>): readonly fc.Arbitrary<Ast>[] {
  const sides = { left: inner, right: inner, span: noSpan };
  const wordOperator = fc.constantFrom('in', 'notIn', 'like', 'matches');
  return [
    fc.record({ kind: fc.constantFrom('not', 'negate'), operand: inner, span: noSpan }),
    fc.record({ kind: fc.constant('logical'), operator: fc.constantFrom('and', 'or'), ...sides }),
    fc.record({ kind: fc.constant('comparison'), operator: fc.oneof(comparisonOperator, wordOperator), ...sides }),
    fc.record({ kind: fc.constant('arithmetic'), operator: fc.constantFrom('+', '-', '*', '/', '%'), ...sides }),
    fc.record({ kind: fc.constant('occurs'), subject: inner, form: formOf(inner), span: noSpan }),
  ];
}

function queriesOf(inner: fc.Arbitrary<Ast>): readonly fc.Arbitrary<Ast>[] {
  const variables = variablesOf(inner);
  const quantifier = fc.constantFrom('exists', 'forall');
  const operator = fc.constantFrom('sum', 'average', 'min', 'max');
  const expression: fc.Arbitrary<Ast | null> = fc.option(inner);
  const parameters = fc.array(identifierOf(name), { maxLength: 3 });
  return [
    fc.record({ kind: fc.constant('select'), variables, span: noSpan }),
    fc.record({ kind: fc.constant('quantifier'), quantifier, variables, span: noSpan }),
    fc.record({ kind: fc.constant('aggregate'), operator, expression, variables, span: noSpan }),
    fc.record({ kind: fc.constant('let'), name: identifierOf(name), value: inner, body: inner, span: noSpan }),
    fc.record({ kind: fc.constant('lambda'), parameters, body: inner, span: noSpan }),
    chainOf(inner),
  ];
}

function pathsOf(inner: fc.Arbitrary<Ast>): readonly fc.Arbitrary<Ast>[] {
  const few = fc.array(inner, { maxLength: 3 });
  const entry = fc.record({ key: fc.string(), value: inner, span: noSpan });
  const functionName = identifierOf(fc.constantFrom('date', 'inSegment', 'mapEntry', 'exists', 'now', 'last'));
  return [
    fc.record({ kind: fc.constant('member'), object: inner, member: identifierOf(memberName), span: noSpan }),
    fc.record({
      kind: fc.constant('call'),
      name: identifierOf(fc.oneof(memberName, methodName)),
      receiver: inner,
      arguments: few,
      span: noSpan,
    }),
    fc.record({
      kind: fc.constant('call'),
      name: functionName,
      receiver: fc.constant(null),
      arguments: few,
      span: noSpan,
    }),
    fc.record({ kind: fc.constant('filter'), array: inner, condition: inner, span: noSpan }),
    fc.record({ kind: fc.constant('list'), items: few, span: noSpan }),
    fc.record({ kind: fc.constant('objectLiteral'), entries: fc.array(entry, { maxLength: 2 }), span: noSpan }),
    fc
      .tuple(inner, inner, inner)
      .map(([condition, then, otherwise]): Ast => ({ kind: 'if', condition, then, otherwise, span })),
  ];
}

const { tree } = fc.letrec<{ tree: Ast }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    leaf,
    ...[...operatorsOf(tie('tree')), ...queriesOf(tie('tree')), ...pathsOf(tie('tree'))],
  ),
}));

/** Trees of a few levels, of every kind of node and without positions, whether they mean something or not. */
export const randomTree: fc.Arbitrary<Ast> = tree;

/** The tree and all trees inside it, which often mean something where the whole does not. */
export function partsOf(ast: Ast): readonly Ast[] {
  const parts: Ast[] = [];
  walkAst(ast, (part) => parts.push(part));
  return parts;
}
