/** What an expression is made of: literals, names, calls, brackets, and the forms that begin with a keyword. */
import { parseArguments } from './arguments.ts';
import type { Ast, Identifier, ObjectEntry } from './ast.ts';
import { parseChain } from './chain.ts';
import { renderString } from './literals.ts';
import { isCloser, type ParserState } from './parser-state.ts';
import { parseAggregate, parseLet, parseQuantifier, parseSelect } from './queries.ts';
import type { Token } from './token.ts';
import { beginsOperand, isContinuing, isPathRoot, isVariableName } from './words.ts';

/** An operand without what may follow it. */
export function parsePrimary(state: ParserState): Ast {
  const { token } = state;
  const { span } = token;
  switch (token.kind) {
    case 'string':
      state.advance();
      return { kind: 'string', value: token.value, span };
    case 'number':
      state.advance();
      return { kind: 'number', value: token.value, isInteger: token.isInteger, span };
    case 'parameter':
      state.advance();
      return { kind: 'parameter', position: token.position, span };
    case 'context':
      state.advance();
      return { kind: 'context', schema: token.schema, span };
    case 'outer':
      state.advance();
      return { kind: 'outer', levels: token.levels, span };
    case 'identifier':
      return parseWord(state, token);
    default:
      return parseBracketed(state);
  }
}

type WordToken = Extract<Token, { readonly kind: 'identifier' }>;

/** A form that begins with a keyword; null where the word is an ordinary name. */
type WordForm = (state: ParserState) => Ast | null;

const ifCalled =
  (parse: (state: ParserState) => Ast): WordForm =>
  (state) =>
    state.atSymbol('(', 1) ? parse(state) : null;
const ifDeclaring =
  (parse: (state: ParserState) => Ast): WordForm =>
  (state) =>
    isVariableName(state, 1) ? parse(state) : null;
const aggregate: WordForm = (state) => (beginsOperand(state, 1) ? parseAggregate(state) : null);

const wordForms: ReadonlyMap<string, WordForm> = new Map([
  ['if', ifCalled(parseIf)],
  ['chain', ifCalled(parseChain)],
  ['select', ifDeclaring(parseSelect)],
  ['exists', ifDeclaring(parseExists)],
  ['forall', ifDeclaring(parseQuantifier)],
  ['let', ifDeclaring(parseLet)],
  ['sum', aggregate],
  ['average', aggregate],
  ['min', aggregate],
  ['max', aggregate],
  ['count', (state) => (isVariableName(state, 1) && state.atWord('from', 2) ? parseCountOver(state) : null)],
  ['not', parseMisplacedNot],
]);

function parseWord(state: ParserState, token: WordToken): Ast {
  const { span, text, word } = token;
  if (word === 'true' || word === 'false') {
    state.advance();
    return { kind: 'boolean', value: word === 'true', span };
  }
  if (word === 'null') {
    state.advance();
    return { kind: 'null', span };
  }
  if (isPathRoot(state)) return parseName(state, token);
  if (isContinuing(state)) return state.missing();
  const form = wordForms.get(word)?.(state) ?? null;
  if (form !== null) return form;
  if (state.atSymbol('=>', 1)) return parseBareLambda(state, token);
  if (!state.atSymbol('(', 1)) return parseName(state, token);
  state.advance();
  const given = parseArguments(state);
  const name = { text, span };
  return state.built({
    kind: 'call',
    name,
    receiver: null,
    arguments: given,
    span: { start: span.start, end: state.previousEnd },
  });
}

function parseName(state: ParserState, { text, span }: WordToken): Ast {
  state.advance();
  return { kind: 'name', name: text, span };
}

/** `exists V from …`; `exists a.b` is reported, and taken for `a.b.isNotNull()`. */
function parseExists(state: ParserState): Ast {
  if (!state.atSymbol('.', 2)) return parseQuantifier(state);
  const { span: word } = state.advance();
  const path = state.grammar.postfix(state);
  const span = { start: word.start, end: state.previousEnd };
  const text = `${state.textOf({ start: path.span.start, end: span.end })}.isNotNull()`;
  state.report('syntax/foreign-form', word, { found: state.textOf(span), instead: text }, { fix: { span, text } });
  return state.built({ kind: 'call', name: { text: 'isNotNull', span: word }, receiver: path, arguments: [], span });
}

/** `count V from a where c`: reported, and taken for `(select V from a where c).count()`. */
function parseCountOver(state: ParserState): Ast {
  const { span: word } = state.token;
  const query = parseSelect(state);
  const span = { start: word.start, end: state.previousEnd };
  const text = `(select${state.textOf({ start: word.end, end: span.end })}).count()`;
  state.report('syntax/foreign-form', word, { found: state.textOf(span), instead: text }, { fix: { span, text } });
  return state.built({ kind: 'call', name: { text: 'count', span: word }, receiver: query, arguments: [], span });
}

function parseIf(state: ParserState): Ast {
  const { span } = state.advance();
  const given = parseArguments(state);
  if (given.length !== 3) {
    state.report('check/wrong-arity', span, { name: state.textOf(span), expected: '3 arguments', got: given.length });
  }
  const absent: Ast = { kind: 'missing', span: { start: state.previousEnd, end: state.previousEnd } };
  const [condition = absent, then = absent, otherwise = absent] = given;
  return state.built({ kind: 'if', condition, then, otherwise, span: { start: span.start, end: state.previousEnd } });
}

/** `a = not b`: reported, and taken for `a = (not b)`. */
function parseMisplacedNot(state: ParserState): Ast {
  const { span } = state.advance();
  const help = 'put parentheses around `not` and what it negates';
  state.report('syntax/unexpected-token', span, { found: state.textOf(span) }, { help });
  const operand = state.grammar.postfix(state);
  return state.built({ kind: 'not', operand, span: { start: span.start, end: state.previousEnd } });
}

function parseBracketed(state: ParserState): Ast {
  if (state.atSymbol('!')) return parseMisplacedNot(state);
  if (state.atSymbol('[')) return parseList(state);
  if (state.atSymbol('{')) return parseObject(state);
  if (!state.atSymbol('(')) return state.missing();
  return parseLambda(state) ?? parseParentheses(state);
}

function parseList(state: ParserState): Ast {
  const open = state.advance();
  return state.bracketed(() => {
    const items = state.items(']', () => state.grammar.enclosed(state));
    state.expectClose(open, ']');
    return state.built({ kind: 'list', items, span: { start: open.span.start, end: state.previousEnd } });
  });
}

/** A parenthesised expression gives the expression itself; several are a list in the wrong brackets. */
function parseParentheses(state: ParserState): Ast {
  const open = state.advance();
  return state.bracketed(() => {
    const first = state.grammar.enclosed(state);
    const isList = state.takeSymbol(',');
    const rest = isList ? state.items(')', () => state.grammar.enclosed(state)) : [];
    const isClosed = state.expectClose(open, ')');
    if (!isList) return first;
    const span = { start: open.span.start, end: state.previousEnd };
    const fix = { span, text: `[${state.text.slice(span.start + 1, span.end - 1)}]` };
    state.report('syntax/parenthesised-list', span, {}, { help: 'write `[…]`', ...(isClosed ? { fix } : {}) });
    return state.built({ kind: 'list', items: [first, ...rest], span });
  });
}

function parseObject(state: ParserState): Ast {
  const open = state.advance();
  return state.bracketed(() => {
    const entries = state.items('}', () => parseEntry(state));
    state.expectClose(open, '}');
    return state.built({ kind: 'objectLiteral', entries, span: { start: open.span.start, end: state.previousEnd } });
  });
}

function parseEntry(state: ParserState): ObjectEntry {
  const { token } = state;
  const { start } = token.span;
  if (token.kind === 'string') state.advance();
  else if (token.kind === 'identifier') {
    const text = renderString(token.text);
    const fix = { span: token.span, text };
    state.report(
      'syntax/expected',
      token.span,
      { what: 'a key in quotes', found: token.text },
      { help: `write \`${text}\``, fix },
    );
    state.advance();
  } else state.reportExpected('a key in quotes');
  const key = token.kind === 'string' ? token.value : token.kind === 'identifier' ? token.text : '';
  state.expectSymbol(':');
  const value = state.grammar.enclosed(state);
  return { key, value, span: { start, end: state.previousEnd } };
}

/** `(K, G) => body`; null when the bracket is no parameter list. */
function parseLambda(state: ParserState): Ast | null {
  let distance = 1;
  while (state.wordAt(distance) !== null && state.atSymbol(',', distance + 1)) distance += 2;
  if (state.wordAt(distance) !== null) distance++;
  if (!state.atSymbol(')', distance) || !state.atSymbol('=>', distance + 1)) return null;
  const { start } = state.advance().span;
  const parameters: Identifier[] = [];
  while (!isCloser(state.token)) {
    parameters.push(state.expectIdentifier('the name of a parameter'));
    state.takeSymbol(',');
  }
  state.advance();
  return parseLambdaBody(state, { start, parameters });
}

/** `Profile => body`: reported, and taken for `(Profile) => body`. */
function parseBareLambda(state: ParserState, { text, span }: WordToken): Ast {
  const instead = `(${text})`;
  state.report(
    'syntax/foreign-form',
    span,
    { found: `${text} =>`, instead: `${instead} =>` },
    { fix: { span, text: instead } },
  );
  state.advance();
  return parseLambdaBody(state, { start: span.start, parameters: [{ text, span }] });
}

function parseLambdaBody(
  state: ParserState,
  { start, parameters }: { readonly start: number; readonly parameters: readonly Identifier[] },
): Ast {
  state.advance();
  const body = state.grammar.expression(state);
  return state.built({ kind: 'lambda', parameters, body, span: { start, end: state.previousEnd } });
}
