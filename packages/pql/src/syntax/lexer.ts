/**
 * Text to tokens.
 *
 * Never throws: what cannot be a token is reported and skipped, what is nearly one is reported and taken for it.
 * Source: docs/pql.md#grammar.
 */
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ParseLimits } from './limits.ts';
import { decodeStringBody, renderString } from './literals.ts';
import type { Span } from './span.ts';
import { symbols, type Token, type TokenSymbol } from './token.ts';

/** The tokens of a text, ended by one of kind `end`, and what was wrong with them. */
export interface LexResult {
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the lexer stands. A rule moves `offset` on by at least one when it applies. */
interface Scanner {
  readonly text: string;
  offset: number;
  readonly tokens: Token[];
  readonly diagnostics: Diagnostic[];
  readonly diagnosticsMax: number;
}

/** A rule looks at the text from `offset`; it adds what it finds and answers whether it applied. */
type Rule = (scanner: Scanner) => boolean;

/** The tokens of `text`. Stops, with a diagnostic, at the limits on length and number. O(length). */
export function lexText(text: string, limits: ParseLimits): LexResult {
  const { textLengthMax, diagnosticsMax } = limits;
  const shown = text.slice(0, textLengthMax);
  const scanner: Scanner = { text: shown, offset: 0, tokens: [], diagnostics: [], diagnosticsMax };
  while (scanner.offset < scanner.text.length && scanner.tokens.length < limits.tokensMax) {
    if (!rules.some((rule) => rule(scanner))) throw new Error('the last rule applies to every character');
  }
  const { offset, tokens, diagnostics } = scanner;
  if (offset < scanner.text.length && scanner.text.slice(offset).trim() !== '') {
    const span = { start: offset, end: scanner.text.length };
    diagnostics.push(diagnose('limit/too-many-tokens', span, { limit: limits.tokensMax }));
  } else if (text.length > limits.textLengthMax) {
    const span = { start: limits.textLengthMax, end: text.length };
    diagnostics.push(diagnose('limit/too-long', span, { limit: limits.textLengthMax }));
  }
  tokens.push({ kind: 'end', span: { start: offset, end: offset } });
  return { tokens, diagnostics };
}

const spacePattern = /[\s\uFEFF]+/y;
const numberPattern = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
// A placeholder in braces is taken for a part of the name, so that one mistake gives one diagnostic.
const identifierPattern = /(?:[\p{L}_]|\{[\w-]+\})(?:[\p{L}\p{M}\p{N}_$]|\{[\w-]+\})*/uy;
const parameterPattern = /\$([1-9]\d{0,3})(?![\p{L}\p{N}_])/uy;
const outerPattern = /\^+/y;
// The second branch takes the lone `$`, `@`, `&` and `|` that other rules refuse, and makes this the last resort.
const unknownPattern = /[^\s\uFEFF\p{L}\d_"'\u201C\u201D\u201E\u2018\u2019$@^=<>!+\-*/%()[\]{},:.&|≠≤≥]+|./suy;
// Two divisions in a row, or a division by a product without its first factor, are no expressions.
const commentPattern = /\/\/[^\n\r]*|\/\*.*?(?:\*\/|$)/sy;
const foreignOperatorPattern = /===?|!==|<>|&&|\|\||[≠≤≥]/y;

/** Operators of other languages and what they are here. */
const foreignOperators: ReadonlyMap<string, TokenSymbol | 'and' | 'or'> = new Map([
  ['==', '='],
  ['===', '='],
  ['!==', '!='],
  ['<>', '!='],
  ['&&', 'and'],
  ['||', 'or'],
  ['≠', '!='],
  ['≤', '<='],
  ['≥', '>='],
]);

const rules: readonly Rule[] = [
  scanSpace,
  scanNumber,
  scanIdentifier,
  scanString,
  scanParameter,
  scanContext,
  scanOuter,
  scanComment,
  scanForeignOperator,
  scanSymbol,
  scanUnknown,
];

/** The match of a sticky pattern at the offset, past which the scanner then stands. */
function take(scanner: Scanner, pattern: RegExp): { readonly match: RegExpExecArray; readonly span: Span } | null {
  pattern.lastIndex = scanner.offset;
  const match = pattern.exec(scanner.text);
  if (match === null) return null;
  const start = scanner.offset;
  scanner.offset += match[0].length;
  return { match, span: { start, end: scanner.offset } };
}

function scanSpace(scanner: Scanner): boolean {
  return take(scanner, spacePattern) !== null;
}

function scanNumber(scanner: Scanner): boolean {
  const found = take(scanner, numberPattern);
  if (found === null) return false;
  const text = found.match[0];
  const isInteger = /^\d+$/.test(text);
  const value = Number(text);
  if (!Number.isFinite(value)) report(scanner, diagnose('syntax/bad-number', found.span, { found: text }));
  else if (isInteger && BigInt(value) !== BigInt(text)) {
    report(scanner, diagnose('syntax/inexact-number', found.span, { found: text }));
  }
  scanner.tokens.push({ kind: 'number', value: Number.isFinite(value) ? value : 0, isInteger, span: found.span });
  return true;
}

function scanIdentifier(scanner: Scanner): boolean {
  const found = take(scanner, identifierPattern);
  if (found === null) return false;
  const text = found.match[0];
  if (text.includes('{')) report(scanner, diagnose('syntax/placeholder', found.span, { found: text }));
  scanner.tokens.push({ kind: 'identifier', text, word: text.toLowerCase(), span: found.span });
  return true;
}

/** Which characters close a string, by what opens it. Typographic quotes are mixed up in print, so they may be here. */
const closingQuotes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\u201C', '\u201C\u201D"'],
  ['\u201D', '\u201C\u201D"'],
  ['\u201E', '\u201C\u201D"'],
  ['\u2018', "\u2018\u2019'"],
  ['\u2019', "\u2018\u2019'"],
]);

function scanString(scanner: Scanner): boolean {
  const start = scanner.offset;
  const open = scanner.text[start] ?? '';
  const closing = closingQuotes.get(open);
  if (closing === undefined) return false;
  let end = start + 1;
  while (end < scanner.text.length && !closing.includes(scanner.text[end] ?? '') && !isLineBreak(scanner.text[end])) {
    end += scanner.text[end] === '\\' && !isLineBreak(scanner.text[end + 1]) ? 2 : 1;
  }
  end = Math.min(end, scanner.text.length);
  const isClosed = end < scanner.text.length && !isLineBreak(scanner.text[end]);
  const value = decodeStringBody(scanner.text.slice(start + 1, end));
  scanner.offset = isClosed ? end + 1 : end;
  const span = { start, end: scanner.offset };
  scanner.tokens.push({ kind: 'string', value, span });
  reportString(scanner, { open, value, span, isClosed });
  return true;
}

interface ScannedString {
  readonly open: string;
  readonly value: string;
  readonly span: Span;
  readonly isClosed: boolean;
}

function reportString(scanner: Scanner, { open, value, span, isClosed }: ScannedString): void {
  const isStraight = open === '"' || open === "'";
  if (!isClosed) {
    const close = closingQuotes.get(open)?.at(-1) ?? open;
    const help = 'close the string on its line; a line break inside is written `\\n`';
    report(scanner, diagnose('syntax/unclosed', span, { open, close }, { help }));
  } else if (!isStraight) {
    const text = renderString(value);
    report(
      scanner,
      diagnose(
        'syntax/curly-quotes',
        span,
        {},
        { help: `write ${text.length <= 60 ? `\`${text}\`` : '`"…"`'}`, fix: { span, text } },
      ),
    );
  }
}

function isLineBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

function scanParameter(scanner: Scanner): boolean {
  const found = take(scanner, parameterPattern);
  if (found === null) return false;
  scanner.tokens.push({ kind: 'parameter', position: Number(found.match[1]), span: found.span });
  return true;
}

/** `@{…}` up to the brace that closes the first; braces inside are placeholders. An open one ends with its line. */
function scanContext(scanner: Scanner): boolean {
  const { text, offset: start } = scanner;
  if (!text.startsWith('@{', start)) return false;
  let depth = 1;
  let end = start + 2;
  for (; end < text.length && depth > 0 && !isLineBreak(text[end]); end++) {
    if (text[end] === '{') depth++;
    else if (text[end] === '}') depth--;
  }
  scanner.offset = end;
  const span = { start, end };
  const schema = text.slice(start + 2, depth === 0 ? end - 1 : end);
  scanner.tokens.push({ kind: 'context', schema, span });
  const placeholder = /\{[^{}]*\}/.exec(schema)?.[0];
  if (depth > 0) report(scanner, diagnose('syntax/unclosed', span, { open: '@{', close: '}' }));
  else if (schema.trim() === '') {
    report(scanner, diagnose('syntax/expected', span, { what: 'the id of a schema in the braces', found: null }));
  } else if (placeholder !== undefined) {
    const inner = start + 2 + schema.indexOf(placeholder);
    const innerSpan = { start: inner, end: inner + placeholder.length };
    report(scanner, diagnose('syntax/placeholder', innerSpan, { found: placeholder }));
  }
  return true;
}

function scanOuter(scanner: Scanner): boolean {
  const found = take(scanner, outerPattern);
  if (found === null) return false;
  scanner.tokens.push({ kind: 'outer', levels: found.match[0].length, span: found.span });
  return true;
}

/** A comment of other languages: reported, and passed like white space. */
function scanComment(scanner: Scanner): boolean {
  const found = take(scanner, commentPattern);
  if (found === null) return false;
  report(scanner, diagnose('syntax/comment', found.span, {}, { fix: { span: found.span, text: '' } }));
  return true;
}

function scanForeignOperator(scanner: Scanner): boolean {
  const found = take(scanner, foreignOperatorPattern);
  if (found === null) return false;
  const { span } = found;
  const instead = foreignOperators.get(found.match[0]) ?? '=';
  const isWord = instead === 'and' || instead === 'or';
  const fix = { span, text: isWord ? padWord(scanner.text, span, instead) : instead };
  report(scanner, diagnose('syntax/foreign-operator', span, { found: found.match[0], instead }, { fix }));
  if (isWord) scanner.tokens.push({ kind: 'identifier', text: instead, word: instead, span });
  else scanner.tokens.push({ kind: 'symbol', symbol: instead, span });
  return true;
}

/** The word with a space on each side that has none. */
function padWord(text: string, span: Span, word: string): string {
  const before = /\S/.test(text.slice(span.start - 1, span.start)) ? ' ' : '';
  const after = /\S/.test(text.slice(span.end, span.end + 1)) ? ' ' : '';
  return `${before}${word}${after}`;
}

function scanSymbol(scanner: Scanner): boolean {
  const start = scanner.offset;
  const symbol = symbols.find((candidate) => scanner.text.startsWith(candidate, start));
  if (symbol === undefined) return false;
  scanner.offset += symbol.length;
  scanner.tokens.push({ kind: 'symbol', symbol, span: { start, end: scanner.offset } });
  return true;
}

/** What begins no token; a run of foreign characters is reported once. */
function scanUnknown(scanner: Scanner): boolean {
  const found = take(scanner, unknownPattern);
  if (found === null) return false;
  report(scanner, diagnose('syntax/unexpected-character', found.span, { found: found.match[0] }));
  return true;
}

function report({ diagnostics, diagnosticsMax }: Scanner, diagnostic: Diagnostic): void {
  if (diagnostics.length < diagnosticsMax) diagnostics.push(diagnostic);
}
