/** Diagnostics as text for people. */
import type { Span } from '../syntax/span.ts';
import type { Diagnostic } from './diagnostic.ts';

const excerptWidthMax = 100;
const excerptLinesMax = 4;
const contextColumns = 30;

/**
 * The findings one after the other, each with its place, its text, the excerpt underlined and its advice.
 *
 * Lines and columns count from 1, columns in characters (code points). Empty when there are no diagnostics.
 */
export function renderDiagnostics(text: string, diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(text, diagnostic)).join('\n\n');
}

function renderDiagnostic(text: string, diagnostic: Diagnostic): string {
  const { line, column } = positionOf(text, diagnostic.span.start);
  const parts = [
    `${line}:${column}: ${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]`,
    indent(excerptOf(text, diagnostic.span)),
  ];
  if (diagnostic.help !== undefined) parts.push(indent(`help: ${diagnostic.help}`));
  return parts.join('\n');
}

/** Where an offset lies: line and column from 1, the column in code points. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = splitLines(text.slice(0, offset));
  return { line: before.length, column: [...(before.at(-1) ?? '')].length + 1 };
}

/**
 * The lines a span touches, each with its part underlined by `^` on the next line.
 *
 * Tabs become spaces, long lines are clipped around the underlined part, of many lines the first three and the last
 * are shown. An empty span is marked by one `^`.
 */
export function excerptOf(text: string, span: Span): string {
  const marked = markedLines(text, span);
  if (marked.length <= excerptLinesMax) return marked.map(renderLine).join('\n');
  const shown = [...marked.slice(0, excerptLinesMax - 1).map(renderLine), '…', ...marked.slice(-1).map(renderLine)];
  return shown.join('\n');
}

interface MarkedLine {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

function splitLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The touched lines; those of which nothing but white space is touched are left out, unless there is only one. */
function markedLines(text: string, span: Span): readonly MarkedLine[] {
  const inside = splitLines(text.slice(span.start, span.end));
  const before = splitLines(text.slice(0, span.start)).at(-1) ?? '';
  const after = splitLines(text.slice(span.end))[0] ?? '';
  const lines = inside.map((marked, index) => ({
    before: index === 0 ? before : (/^\s*/.exec(marked)?.[0] ?? ''),
    marked: index === 0 ? marked : marked.trimStart(),
    after: index === inside.length - 1 ? after : '',
  }));
  const touched = lines.filter(({ marked }) => marked.trim() !== '');
  return touched.length === 0 ? lines.slice(0, 1) : touched;
}

function renderLine(line: MarkedLine): string {
  const before = [...line.before.replaceAll('\t', '  ')];
  const marked = [...line.marked.replaceAll('\t', '  ')];
  const after = [...line.after.replaceAll('\t', '  ')];
  const isLong = before.length + marked.length + after.length > excerptWidthMax;
  const shownBefore = isLong ? clipStart(before, contextColumns) : before;
  const shownMarked = isLong ? clipEnd(marked, excerptWidthMax - 2 * contextColumns) : marked;
  const shownAfter = isLong ? clipEnd(after, contextColumns) : after;
  const source = [...shownBefore, ...shownMarked, ...shownAfter].map(visible).join('').trimEnd();
  return `${source}\n${' '.repeat(shownBefore.length)}${'^'.repeat(Math.max(1, shownMarked.length))}`;
}

/** Control characters would move the marks or the terminal, so they are shown as `�`. */
function visible(character: string): string {
  return /\p{Cc}|\p{Cf}|\p{Cs}/u.test(character) ? '\uFFFD' : character;
}

function clipStart(characters: readonly string[], length: number): readonly string[] {
  return characters.length <= length ? characters : ['…', ...characters.slice(1 - length)];
}

function clipEnd(characters: readonly string[], length: number): readonly string[] {
  return characters.length <= length ? characters : [...characters.slice(0, length - 1), '…'];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
