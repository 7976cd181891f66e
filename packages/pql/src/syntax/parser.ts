/** Text to tree. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast } from './ast.ts';
import { parseEnclosed, parseLogical, parseSum, reportUnexpected, resume } from './expressions.ts';
import { lexText } from './lexer.ts';
import { defaultParseLimits, type ParseLimits } from './limits.ts';
import { type Grammar, ParserState } from './parser-state.ts';
import { parsePostfix } from './postfix.ts';

/** A tree and what was wrong with the text, in order of place. Without diagnostics there is no `missing` in the tree. */
export interface ParseResult {
  readonly ast: Ast;
  readonly diagnostics: readonly Diagnostic[];
}

const grammar: Grammar = {
  expression: parseLogical,
  enclosed: parseEnclosed,
  sum: parseSum,
  postfix: parsePostfix,
};

/**
 * The tree of an expression, with all mistakes that were found in it.
 *
 * Never throws. A text above a limit gives the diagnostic of that limit; above those on length and number of tokens
 * nothing else is looked at. O(length). Source: docs/pql.md#grammar.
 */
export function parseExpression(text: string, limits: ParseLimits = defaultParseLimits): ParseResult {
  const { tokens, diagnostics } = lexText(text, limits);
  const isOver = diagnostics.filter(({ code }) => code === 'limit/too-long' || code === 'limit/too-many-tokens');
  if (isOver.length > 0) return { ast: { kind: 'missing', span: { start: 0, end: 0 } }, diagnostics: isOver };
  const state = new ParserState({ text, tokens, grammar, limits });
  const ast = parseAll(state);
  const all = [...diagnostics, ...state.diagnostics].sort((a, b) => a.span.start - b.span.start);
  return { ast, diagnostics: all.slice(0, limits.diagnosticsMax) };
}

/** The whole text; a bracket or comma that belongs to nothing is reported and passed. */
function parseAll(state: ParserState): Ast {
  const { start } = state.token.span;
  let ast = parseEnclosed(state);
  while (state.token.kind !== 'end') {
    reportUnexpected(state);
    state.advance();
    ast = resume(state, { ast, start });
  }
  return ast;
}
