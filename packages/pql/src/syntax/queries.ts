/** Forms that declare variables: `select`, `exists`, `forall`, the aggregate operators, `let`. */
import type { AggregateOperator, Ast, VariableDeclaration } from './ast.ts';
import type { ParserState } from './parser-state.ts';
import { isVariableName } from './words.ts';

/** `select V from a where c, …`; the keyword comes next. */
export function parseSelect(state: ParserState): Ast {
  const { start } = state.advance().span;
  const variables = parseDeclarations(state);
  return state.built({ kind: 'select', variables, span: { start, end: state.previousEnd } });
}

/** `exists V from a where c, …` or `forall …`; the keyword comes next. */
export function parseQuantifier(state: ParserState): Ast {
  const quantifier = state.atWord('exists') ? 'exists' : 'forall';
  const { start } = state.advance().span;
  const variables = parseDeclarations(state);
  return state.built({ kind: 'quantifier', quantifier, variables, span: { start, end: state.previousEnd } });
}

const aggregateOperators: ReadonlyMap<string, AggregateOperator> = new Map([
  ['sum', 'sum'],
  ['average', 'average'],
  ['min', 'min'],
  ['max', 'max'],
]);

const aggregateHelp = 'an aggregate is written `sum e over V from array where c` or `array.sum(e)`';

/** `sum e over V from a where c, …` or `sum V from a where c`; the operator comes next. */
export function parseAggregate(state: ParserState): Ast {
  const operator = aggregateOperators.get(state.wordAt() ?? '') ?? 'sum';
  const { start } = state.advance().span;
  const isShort = isVariableName(state) && state.atWord('from', 1);
  const expression = isShort ? null : state.grammar.expression(state);
  const hasVariables = isShort || state.expectWord('over', aggregateHelp);
  const variables = hasVariables ? parseDeclarations(state) : [];
  return state.built({ kind: 'aggregate', operator, expression, variables, span: { start, end: state.previousEnd } });
}

/** `let name = value in body`; the keyword comes next. An `in` of the value needs brackets. */
export function parseLet(state: ParserState): Ast {
  const { start } = state.advance().span;
  const name = state.expectIdentifier('the name of a variable');
  state.expectSymbol('=');
  const value = state.withInOperator(false, () => state.grammar.expression(state));
  state.expectWord('in');
  const body = state.grammar.expression(state);
  return state.built({ kind: 'let', name, value, body, span: { start, end: state.previousEnd } });
}

/** A comma goes on with the variables only where `name from` follows; else it belongs to what is around the query. */
function parseDeclarations(state: ParserState): readonly VariableDeclaration[] {
  const declarations = [parseDeclaration(state)];
  while (state.atSymbol(',') && state.wordAt(1) !== null && state.atWord('from', 2)) {
    state.advance();
    declarations.push(parseDeclaration(state));
  }
  return declarations;
}

function parseDeclaration(state: ParserState): VariableDeclaration {
  const { start } = state.token.span;
  const name = state.expectIdentifier('the name of a variable');
  expectFrom(state);
  const array = state.grammar.postfix(state);
  const hasCondition = state.takeWord('where') || state.takeSymbol(':');
  const where = hasCondition ? state.grammar.expression(state) : null;
  return { name, array, where, span: { start, end: state.previousEnd } };
}

/** `from`; an `in` in its place is reported and taken for it. */
function expectFrom(state: ParserState): void {
  const { span } = state.token;
  if (!state.atWord('in')) state.expectWord('from');
  else {
    const fix = { span, text: 'from' };
    state.report('syntax/foreign-form', span, { found: state.textOf(span), instead: fix.text }, { fix });
    state.advance();
  }
}
