/** What the text looks like around a cursor: the word that is being typed and the tokens before it. */
import { lexText } from '../syntax/lexer.ts';
import { defaultParseLimits } from '../syntax/limits.ts';
import { decodeStringBody } from '../syntax/literals.ts';
import type { Span } from '../syntax/span.ts';
import type { Token } from '../syntax/token.ts';

/** A string that the cursor is in. */
export interface OpenQuote {
  readonly quote: string;
  /** Whether the string ends behind the cursor; if not, what is put in must bring the quote that closes it. */
  readonly isClosed: boolean;
}

/** The place of a cursor. */
export interface Cursor {
  /** What a proposal replaces: the word around the cursor, the inside of a string, or nothing. */
  readonly word: Span;
  /** The part of the word before the cursor; of a string, its value. */
  readonly prefix: string;
  /** The tokens before the word, without the end token. */
  readonly before: readonly Token[];
  readonly quoted: OpenQuote | null;
  /** Whether the cursor is in a number or the like, where nothing can be proposed. */
  readonly isInert: boolean;
  /** The text with a whole word, or a whole string, in place of the one at the cursor: what the parser can read. */
  readonly markedText: string;
}

/** Stands for the word at the cursor; no keyword, and no name that people use. */
const marker = 'completion__';

/** The cursor at an offset of a text; offsets outside are moved to its nearest end. Null for a text above the limits. */
export function cursorAt(text: string, wantedOffset: number): Cursor | null {
  const offset = boundedOffset(text, wantedOffset);
  const { tokens, diagnostics } = lexText(text, defaultParseLimits);
  if (diagnostics.some(({ code }) => code === 'limit/too-long' || code === 'limit/too-many-tokens')) return null;
  const inside = tokens.find(({ kind, span }) => kind !== 'end' && span.start < offset && offset <= span.end);
  if (inside?.kind === 'string') {
    const openStarts = diagnostics.flatMap(({ code, span }) => (code === 'syntax/unclosed' ? [span.start] : []));
    const cursor = stringCursor(text, offset, tokens, inside, openStarts);
    if (cursor !== null) return cursor;
  }
  const word = tokens.find(({ kind, span }) => kind === 'identifier' && span.start <= offset && offset <= span.end);
  const { start, end } = word?.span ?? { start: offset, end: offset };
  return {
    word: { start, end },
    prefix: text.slice(start, offset),
    before: tokensBefore(tokens, start),
    quoted: null,
    isInert: inside?.kind === 'number' || inside?.kind === 'parameter' || inside?.kind === 'context',
    markedText: text.slice(0, start) + marker + text.slice(end),
  };
}

/** The offset as a whole number inside the text. */
export function boundedOffset(text: string, offset: number): number {
  return Number.isNaN(offset) ? 0 : Math.min(Math.max(0, Math.trunc(offset)), text.length);
}

function tokensBefore(tokens: readonly Token[], start: number): readonly Token[] {
  return tokens.filter(({ kind, span }) => kind !== 'end' && span.end <= start);
}

/** The cursor inside a string; null when it stands behind the closing quote. */
function stringCursor(
  text: string,
  offset: number,
  tokens: readonly Token[],
  { span }: Token,
  openStarts: readonly number[],
): Cursor | null {
  // With an odd number of quotes on the line, the one that lacks its partner is most likely the one being typed.
  const isUnclosed = openStarts.includes(span.start);
  const isClosed = !isUnclosed && !openStarts.some((start) => isOnSameLine(text, span.start, start));
  if (!isUnclosed && offset === span.end) return null;
  const end = isClosed ? span.end - 1 : offset;
  return {
    word: { start: span.start + 1, end },
    prefix: decodeStringBody(text.slice(span.start + 1, offset)),
    before: tokensBefore(tokens, span.start),
    quoted: { quote: text.slice(span.start, span.start + 1), isClosed },
    isInert: false,
    markedText: `${text.slice(0, span.start)}"${marker}"${text.slice(isClosed ? span.end : end)}`,
  };
}

function isOnSameLine(text: string, from: number, to: number): boolean {
  return from <= to && !/[\r\n]/.test(text.slice(from, to));
}
