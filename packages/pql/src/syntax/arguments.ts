/** Arguments in round brackets. */
import type { Ast } from './ast.ts';
import type { ParserState } from './parser-state.ts';

/** The arguments of a call; the opening bracket comes next. */
export function parseArguments(state: ParserState): readonly Ast[] {
  const open = state.advance();
  return state.bracketed(() => {
    const given = state.items(')', () => state.grammar.enclosed(state));
    state.expectClose(open, ')');
    return given;
  });
}
