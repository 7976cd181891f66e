/** The brackets that are open at a place. */
import type { Span } from '../syntax/span.ts';
import type { Token } from '../syntax/token.ts';

/** An open bracket. */
export interface OpenBracket {
  readonly symbol: '(' | '[' | '{';
  /** The word before a round bracket, with whether a dot stands before it. */
  readonly callee: {
    readonly text: string;
    readonly word: string;
    readonly isMethod: boolean;
    readonly span: Span;
  } | null;
  /** Commas directly inside so far. */
  readonly commaCount: number;
}

const openers = { ')': '(', ']': '[', '}': '{' } as const;

/** The brackets that tokens leave open, outermost first. A bracket that closes another kind closes that one too. */
export function openBrackets(tokens: readonly Token[]): readonly OpenBracket[] {
  const open: OpenBracket[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'symbol') continue;
    const { symbol } = token;
    if (symbol === '(' || symbol === '[' || symbol === '{') {
      open.push({ symbol, callee: symbol === '(' ? calleeBefore(tokens, index) : null, commaCount: 0 });
    } else if (symbol === ')' || symbol === ']' || symbol === '}') {
      const partner = open.findLastIndex((bracket) => bracket.symbol === openers[symbol]);
      if (partner >= 0) open.length = partner;
    } else if (symbol === ',') {
      const inner = open.pop();
      if (inner !== undefined) open.push({ ...inner, commaCount: inner.commaCount + 1 });
    }
  }
  return open;
}

function calleeBefore(tokens: readonly Token[], index: number): OpenBracket['callee'] {
  const word = tokens[index - 1];
  if (word?.kind !== 'identifier') return null;
  const dot = tokens[index - 2];
  const isMethod = dot?.kind === 'symbol' && dot.symbol === '.';
  return { text: word.text, word: word.word, isMethod, span: word.span };
}
