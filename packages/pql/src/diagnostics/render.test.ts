import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from './codes.ts';
import { excerptOf, renderDiagnostics } from './render.ts';

function spanOf(text: string, part: string): { readonly start: number; readonly end: number } {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
}

function check(text: string, part: string, expected: readonly string[]): void {
  assert.equal(excerptOf(text, spanOf(text, part)), expected.join('\n'));
}

test('the offending part is underlined', () => check('a = b c', 'c', ['a = b c', '      ^']));

test('each touched line of several is underlined without its indentation', () => {
  check('x (a\n  and b) y', '(a\n  and b)', ['x (a', '  ^^', '  and b) y', '  ^^^^^^']);
});

test('of many lines the first three and the last are shown', () => {
  check('1\n2\n3\n4\n5', '1\n2\n3\n4\n5', ['1', '^', '2', '^', '3', '^', '…', '5', '^']);
});

test('tabs are shown as spaces so that the marks stand below the text', () => {
  check('\ta = b', 'b', ['  a = b', '      ^']);
});

test('a character outside the basic plane takes one column', () => check('"😀" c', 'c', ['"😀" c', '    ^']));

test('a long line is clipped around the part', () => {
  const excerpt = excerptOf(`${'a'.repeat(200)} HERE ${'b'.repeat(200)}`, { start: 201, end: 205 });
  assert.equal(excerpt, `…${'a'.repeat(28)} HERE ${'b'.repeat(28)}…\n${' '.repeat(30)}^^^^`);
});

test('an empty span is one mark', () => assert.equal(excerptOf('a = ', { start: 4, end: 4 }), 'a =\n    ^'));

test('a control character is not passed on to the terminal', () => {
  assert.equal(excerptOf('a \u001b[31m b', { start: 0, end: 1 }), 'a \uFFFD[31m b\n^');
});

test('a diagnostic is shown with its place, text, code, excerpt and advice', () => {
  const text = 'person.age > 3\nand person.agee < 9';
  const diagnostic = diagnose('check/unknown-field', spanOf(text, 'agee'), { name: 'agee', nearest: 'age' });
  assert.equal(
    renderDiagnostics(text, [diagnostic]),
    [
      '2:12: error: unknown field `agee` [check/unknown-field]',
      '  and person.agee < 9',
      '             ^^^^',
      '  help: did you mean `age`?',
    ].join('\n'),
  );
});

test('nothing is shown where nothing is wrong', () => assert.equal(renderDiagnostics('a', []), ''));
