/** The words of the language, as the lexer gives them. */
import type { Span } from './span.ts';

/** Symbols, longest first where one begins another. */
export const symbols = [
  '=>',
  '<=',
  '>=',
  '!=',
  '=',
  '<',
  '>',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '.',
] as const;
/** A symbol of the language. */
export type TokenSymbol = (typeof symbols)[number];

/** A token. `word` is the lower-case text of an identifier, for keywords; `end` stands after the last token. */
export type Token =
  | { readonly kind: 'identifier'; readonly text: string; readonly word: string; readonly span: Span }
  | { readonly kind: 'symbol'; readonly symbol: TokenSymbol; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean; readonly span: Span }
  | { readonly kind: 'parameter'; readonly position: number; readonly span: Span }
  | { readonly kind: 'context'; readonly schema: string; readonly span: Span }
  | { readonly kind: 'outer'; readonly levels: number; readonly span: Span }
  | { readonly kind: 'end'; readonly span: Span };
