import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternLimits, re2Engine } from './regex.ts';

function pattern(text: string) {
  const compiled = re2Engine.compile(text);
  if ('error' in compiled) throw new Error(compiled.error);
  return compiled.pattern;
}

test('a pattern matches some part of the text', () => {
  assert.equal(pattern('b+').test('abbc'), true);
  assert.equal(pattern('^b+').test('abbc'), false);
});

test('a capture group gives its part of the first match', () => {
  assert.equal(pattern('(\\d+)-(\\d+)').group('tel 12-34 56-78', 2), '34');
  assert.equal(pattern('a(x)?').group('a', 1), null);
  assert.equal(pattern('a').group('b', 0), null);
  assert.equal(pattern('a').group('a', 3), null);
});

test('what is not RE2 is an error with a reason', () => {
  const compiled = re2Engine.compile('(?=a)');
  assert.ok('error' in compiled && compiled.error.length > 0);
});

function errorOf(text: string): string | null {
  const compiled = re2Engine.compile(text);
  return 'error' in compiled ? compiled.error : null;
}

test('Unicode classes that only one of the engines knows are errors', () => {
  const accepted = ['\\pL', '\\p{Greek}', '\\P{^Lu}', '[\\p{Any}\\d]', '\\Q\\p{Cn}\\E', '\\Q\\p{Cn}', '\\\\p{2}'];
  for (const text of accepted) assert.equal(errorOf(text), null, text);
  for (const text of ['\\p{Cn}', '[^\\p{LC}]', '\\P{Alphabetic}', '\\Qa\\E\\p{Emoji}', '\\p{^Unknown}']) {
    assert.match(errorOf(text) ?? '', /^there is no Unicode class `[A-Z]\w+`$/, text);
  }
});

test('patterns are bounded by what their repetitions amount to', () => {
  const { patternSizeMax, unicodePatternSizeMax } = patternLimits;
  const times = (text: string, count: number): string => text.repeat(count);
  assert.equal(errorOf(times('a{100}', patternSizeMax / 100 - 1)), null);
  assert.match(errorOf(times('a{100}', patternSizeMax / 100)) ?? '', /its parts repeated it has more than 5,000 steps/);
  assert.equal(errorOf(`^[\\pL .'-]{1,100}$`), null);
  assert.equal(errorOf(`\\pL{${unicodePatternSizeMax - 10}}`), null);
  assert.match(errorOf(`\\pL{${unicodePatternSizeMax}}`) ?? '', /Unicode classes repeated it has more than 250 steps/);
});

test('a pattern that makes backtracking engines hang ends at once', () => {
  assert.equal(pattern('(a+)+$').test(`${'a'.repeat(50_000)}b`), false);
});
