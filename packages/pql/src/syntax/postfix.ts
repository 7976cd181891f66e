/** Paths, calls and filters: what follows an operand without a space. */

import { parseArguments } from './arguments.ts';
import type { Ast } from './ast.ts';
import type { ParserState } from './parser-state.ts';
import { parsePrimary } from './primary.ts';

/** An operand with its fields, calls and filters. One level of nesting. */
export function parsePostfix(state: ParserState): Ast {
  return state.nested(() => {
    const { start } = state.token.span;
    let ast = parsePrimary(state);
    for (;;) {
      const next = parseSuffix(state, { ast, start });
      if (next === null) return ast;
      ast = next;
    }
  });
}

interface Base {
  readonly ast: Ast;
  readonly start: number;
}

function parseSuffix(state: ParserState, base: Base): Ast | null {
  if (state.atSymbol('.')) return parseMember(state, base);
  if (state.atSymbol('[')) return parseFilter(state, base);
  if (state.atSymbol('(')) {
    state.report('syntax/not-callable', state.token.span, {});
    parseArguments(state);
    return base.ast;
  }
  return state.atWord('exists') ? parsePostfixExists(state, base) : null;
}

function parseMember(state: ParserState, { ast, start }: Base): Ast {
  state.advance();
  const name = state.expectIdentifier('the name of a field or method');
  if (!state.atSymbol('(')) {
    return state.built({ kind: 'member', object: ast, member: name, span: { start, end: state.previousEnd } });
  }
  const given = parseArguments(state);
  return state.built({ kind: 'call', name, receiver: ast, arguments: given, span: { start, end: state.previousEnd } });
}

function parseFilter(state: ParserState, { ast, start }: Base): Ast {
  const open = state.advance();
  const condition = state.bracketed(() => state.grammar.enclosed(state));
  state.expectClose(open, ']');
  return state.built({ kind: 'filter', array: ast, condition, span: { start, end: state.previousEnd } });
}

/** `field exists`: reported, and taken for `field.isNotNull()`. */
function parsePostfixExists(state: ParserState, { ast, start }: Base): Ast {
  const { span } = state.token;
  const fix = { span: { start: state.previousEnd, end: span.end }, text: '.isNotNull()' };
  state.report('syntax/foreign-form', span, { found: state.textOf(span), instead: fix.text }, { fix });
  state.advance();
  const name = { text: 'isNotNull', span };
  return state.built({ kind: 'call', name, receiver: ast, arguments: [], span: { start, end: span.end } });
}
