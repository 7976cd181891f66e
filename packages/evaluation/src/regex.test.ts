import assert from 'node:assert/strict';
import { test } from 'node:test';
import { re2Engine } from './regex.ts';

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

test('a pattern that makes backtracking engines hang ends at once', () => {
  assert.equal(pattern('(a+)+$').test(`${'a'.repeat(50_000)}b`), false);
});
