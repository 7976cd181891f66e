/** Operators, loosest first: `or`, `and`, `not`, comparisons, sums, products, sign. */
import type { ArithmeticOperator, Ast, WordOperator } from './ast.ts';
import { isCloser, type ParserState } from './parser-state.ts';
import { parsePostfix } from './postfix.ts';
import { parseOccurs } from './time.ts';
import { comparisonAt, isPathRoot, wordOperators } from './words.ts';

/** An expression as far as it goes. */
export function parseLogical(state: ParserState): Ast {
  return parseRun(state, 'or', (inner) => parseRun(inner, 'and', parseNot));
}

/** An expression up to a closing bracket, a comma or the end. What it cannot pass is reported and left out. */
export function parseEnclosed(state: ParserState): Ast {
  const { start } = state.token.span;
  let ast = parseLogical(state);
  while (state.token.kind !== 'end' && !isCloser(state.token) && !state.atSymbol(',')) {
    reportUnexpected(state);
    ast = resume(state, { ast, start });
  }
  return ast;
}

/** After a mistake: passes on to the next `and` or `or`, and joins what follows, so that its mistakes are found too. */
export function resume(state: ParserState, { ast, start }: { readonly ast: Ast; readonly start: number }): Ast {
  state.skipUntil(() => state.atWord('and') || state.atWord('or'));
  const operator = state.takeWord('and') ? 'and' : state.takeWord('or') ? 'or' : null;
  if (operator === null) return ast;
  const right = parseLogical(state);
  return state.built({ kind: 'logical', operator, left: ast, right, span: { start, end: state.previousEnd } });
}

const methodWords: ReadonlySet<string> = new Set([
  'contains',
  'doesnotcontain',
  'startswith',
  'doesnotstartwith',
  'endswith',
  'doesnotendwith',
  'equals',
  'notequalto',
  'intersects',
  'includes',
]);

/** Reports the next token as one that cannot stand there. */
export function reportUnexpected(state: ParserState): void {
  const { span } = state.token;
  const found = state.textOf(span);
  const isMethod = methodWords.has(state.wordAt() ?? '');
  const help = isMethod
    ? `it is a method, write \`.${found}(…)\``
    : state.wordAt() !== null && isPathRoot(state)
      ? 'conditions are joined by `and` or `or`'
      : null;
  const extra = help === null ? {} : { help };
  state.report('syntax/unexpected-token', span, { found }, extra);
}

function parseRun(state: ParserState, operator: 'and' | 'or', operand: (state: ParserState) => Ast): Ast {
  const { start } = state.token.span;
  let left = operand(state);
  while (state.takeWord(operator)) {
    const right = operand(state);
    left = state.built({ kind: 'logical', operator, left, right, span: { start, end: state.previousEnd } });
  }
  return left;
}

function parseNot(state: ParserState): Ast {
  const starts: number[] = [];
  while (state.atSymbol('!') || (state.atWord('not') && !isPathRoot(state))) starts.push(state.advance().span.start);
  let ast = parseComparison(state);
  for (const start of starts.reverse()) {
    ast = state.built({ kind: 'not', operand: ast, span: { start, end: state.previousEnd } });
  }
  return ast;
}

/** A left operand with the place it begins, which is before its opening bracket if it has one. */
interface LeftOperand {
  readonly left: Ast;
  readonly start: number;
}

function parseComparison(state: ParserState): Ast {
  const { start } = state.token.span;
  const first = parseSum(state);
  let left = parseTail(state, { left: first, start });
  while (left !== null) {
    const operator = state.token;
    const next = parseTail(state, { left, start });
    if (next === null) return left;
    state.report('syntax/chained-comparison', operator.span, { operator: state.textOf(operator.span) });
    left = next;
  }
  return first;
}

/** A comparison of `left` with what follows, null when none follows. */
function parseTail(state: ParserState, operand: LeftOperand): Ast | null {
  const { left, start } = operand;
  if (state.atWord('occurs')) return parseOccurs(state, operand);
  if (state.atWord('is')) return parseIsNull(state, operand);
  if (state.atWord('between') && left.kind !== 'comparison' && left.kind !== 'occurs')
    return parseBetween(state, operand);
  if (state.atWord('not')) return parseNegatedWord(state, operand);
  const symbol = comparisonAt(state);
  const operator = symbol ?? wordOperatorAt(state);
  if (operator === null) return null;
  state.advance();
  const right = operator === 'in' || operator === 'notIn' ? parseListOperand(state) : parseSum(state);
  return state.built({ kind: 'comparison', operator, left, right, span: { start, end: state.previousEnd } });
}

function wordOperatorAt(state: ParserState, distance = 0): WordOperator | null {
  const operator = wordOperators.get(state.wordAt(distance) ?? '') ?? null;
  return operator === 'in' && !state.isInOperator ? null : operator;
}

/** The right side of `in`; one literal in round brackets is meant as a list. */
function parseListOperand(state: ParserState): Ast {
  const item = state.peek(1);
  const isLiteral = item.kind === 'string' || item.kind === 'number';
  if (!state.atSymbol('(') || !isLiteral || !state.atSymbol(')', 2)) return parseSum(state);
  const span = { start: state.token.span.start, end: state.peek(2).span.end };
  const text = `[${state.textOf(item.span)}]`;
  state.report('syntax/parenthesised-list', span, {}, { help: `write \`${text}\``, fix: { span, text } });
  return state.built({ kind: 'list', items: [parseSum(state)], span });
}

/** `a is null`, `a is not null`: reported, and taken for the method it means. */
function parseIsNull(state: ParserState, { left, start }: LeftOperand): Ast | null {
  const isNegated = state.atWord('not', 1);
  const length = isNegated ? 3 : 2;
  if (!state.atWord('null', length - 1)) return null;
  const words = { start: state.token.span.start, end: state.peek(length - 1).span.end };
  const method = isNegated ? 'isNotNull' : 'isNull';
  const fix = { span: { start: state.previousEnd, end: words.end }, text: `.${method}()` };
  state.report('syntax/foreign-form', words, { found: state.textOf(words), instead: fix.text }, { fix });
  for (let count = 0; count < length; count++) state.advance();
  const name = { text: method, span: words };
  return state.built({ kind: 'call', name, receiver: left, arguments: [], span: { start, end: words.end } });
}

/** `a between b and c`: reported, and taken for `a >= b and a <= c`. */
function parseBetween(state: ParserState, { left, start }: LeftOperand): Ast {
  const subject = state.textOf({ start, end: state.previousEnd });
  const { span: word } = state.advance();
  const low = parseSum(state);
  const lowText = state.textOf({ start: word.end, end: state.previousEnd }).trim();
  if (!state.takeWord('and')) {
    state.report('syntax/unexpected-token', word, { found: state.textOf(word) });
    return left;
  }
  const highStart = state.token.span.start;
  const high = parseSum(state);
  const span = { start, end: state.previousEnd };
  const text = `(${subject} >= ${lowText} and ${subject} <= ${state.textOf({ start: highStart, end: span.end })})`;
  state.report('syntax/foreign-form', word, { found: state.textOf(span), instead: text }, { fix: { span, text } });
  const lower = state.built({ kind: 'comparison', operator: '>=', left, right: low, span });
  const upper = state.built({ kind: 'comparison', operator: '<=', left, right: high, span });
  return state.built({ kind: 'logical', operator: 'and', left: lower, right: upper, span });
}

/** `a not in b`: reported, and taken for `a notIn b`; `a not like b` for `not (a like b)`. */
function parseNegatedWord(state: ParserState, { left, start }: LeftOperand): Ast | null {
  if (state.atWord('exists', 1)) return parseNotExists(state, { left, start });
  const operator = wordOperatorAt(state, 1);
  if (operator === null || operator === 'notIn') return null;
  const words = { start: state.token.span.start, end: state.peek(1).span.end };
  const found = state.textOf(words);
  const isIn = operator === 'in';
  const instead = isIn ? 'notIn' : `not (… ${operator} …)`;
  state.report('syntax/foreign-form', words, { found, instead }, isIn ? { fix: { span: words, text: instead } } : {});
  state.advance();
  state.advance();
  const right = isIn ? parseListOperand(state) : parseSum(state);
  const span = { start, end: state.previousEnd };
  if (isIn) return state.built({ kind: 'comparison', operator: 'notIn', left, right, span });
  return state.built({ kind: 'not', operand: state.built({ kind: 'comparison', operator, left, right, span }), span });
}

/** `a not exists`: reported, and taken for `a.isNull()`. */
function parseNotExists(state: ParserState, { left, start }: LeftOperand): Ast {
  const words = { start: state.token.span.start, end: state.peek(1).span.end };
  const fix = { span: { start: state.previousEnd, end: words.end }, text: '.isNull()' };
  state.report('syntax/foreign-form', words, { found: state.textOf(words), instead: fix.text }, { fix });
  state.advance();
  state.advance();
  const name = { text: 'isNull', span: words };
  return state.built({ kind: 'call', name, receiver: left, arguments: [], span: { start, end: words.end } });
}

/** A sum, or what binds tighter. */
export function parseSum(state: ParserState): Ast {
  return parseArithmetic(state, { operators: ['+', '-'], operand: parseProduct });
}

function parseProduct(state: ParserState): Ast {
  return parseArithmetic(state, { operators: ['*', '/', '%'], operand: parseSigned });
}

function parseArithmetic(
  state: ParserState,
  level: { readonly operators: readonly ArithmeticOperator[]; readonly operand: (state: ParserState) => Ast },
): Ast {
  const { start } = state.token.span;
  let left = level.operand(state);
  for (;;) {
    const operator = level.operators.find((symbol) => state.takeSymbol(symbol));
    if (operator === undefined) return left;
    const right = level.operand(state);
    left = state.built({ kind: 'arithmetic', operator, left, right, span: { start, end: state.previousEnd } });
  }
}

function parseSigned(state: ParserState): Ast {
  const starts: number[] = [];
  while (state.atSymbol('-')) starts.push(state.advance().span.start);
  let ast = parsePostfix(state);
  for (const start of starts.reverse()) {
    ast = state.built({ kind: 'negate', operand: ast, span: { start, end: state.previousEnd } });
  }
  return ast;
}
