import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { likeMatcher } from './like.ts';

function check(text: string, pattern: string, expected: boolean): void {
  assert.equal(likeMatcher(pattern)(text), expected, `${JSON.stringify(text)} like ${JSON.stringify(pattern)}`);
}

/** The same test as a regular expression by code points. */
function oracle(pattern: string): (text: string) => boolean {
  const source = Array.from(pattern, (symbol) => {
    if (symbol === '%') return '.*';
    return symbol === '_' ? '.' : `\\u{${(symbol.codePointAt(0) ?? 0).toString(16)}}`;
  });
  const regex = new RegExp(`^${source.join('')}$`, 'su');
  return (text) => regex.test(text);
}

test('percent is any run, underscore one code point, and all else itself', () => {
  check('', '', true);
  check('a', '', false);
  check('', '%', true);
  check('', '%%', true);
  check('', '_', false);
  check('abc', 'abc', true);
  check('abc', 'ab', false);
  check('abc', '%b%', true);
  check('abc', 'a%', true);
  check('abc', '%c', true);
  check('abc', '_%_%_', true);
  check('abc', '____', false);
  check('aab', '%ab', true);
  check('abab', 'a%b', true);
  check('a\nb', 'a%b', true);
  check('\n', '_', true);
});

test('a character beyond 16 bits is one underscore', () => {
  check('🎈', '_', true);
  check('🎈', '__', false);
  check('a🎈b', 'a_b', true);
});

test('what means something in regular expressions means itself', () => {
  check('a.c', 'a.c', true);
  check('abc', 'a.c', false);
  check('a\\%', 'a\\%', true);
  check('a%', 'a\\%', false);
  check('[x]*', '[x]*', true);
  check('^a$', '^a$', true);
});

test('any text and pattern match as their regular expression does', () => {
  const symbols = fc.constantFrom('a', 'b', '%', '_', '\\', '.', '🎈', '\n');
  const texts = fc.string({ unit: symbols, maxLength: 12 });
  fc.assert(
    fc.property(texts, texts, (text, pattern) => {
      check(text, pattern, oracle(pattern)(text));
    }),
    { numRuns: 5_000 },
  );
});

test('a pattern made to backtrack takes no longer than text times pattern', () => {
  check('a'.repeat(20_000), `${'%a'.repeat(50)}%b`, false);
  check(`${'a'.repeat(20_000)}b`, `${'%a'.repeat(50)}%b`, true);
});
