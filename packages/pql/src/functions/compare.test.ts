import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PqlValue } from '../types/value.ts';
import { compareCodePoints, compareValues, equalValues } from './compare.ts';

function check(left: PqlValue, right: PqlValue, expected: '<' | '=' | '>' | 'none'): void {
  const order = compareValues(left, right);
  assert.equal(order < 0 ? '<' : order > 0 ? '>' : order === 0 ? '=' : 'none', expected);
}

test('values of one type are ordered', () => {
  check(1, 2, '<');
  check(2, 1, '>');
  check(0, -0, '=');
  check('a', 'b', '<');
  check('a', 'aa', '<');
  check('', 'a', '<');
  check('B', 'a', '<');
  check(false, true, '<');
  check(true, true, '=');
});

test('null and values of two types have no order', () => {
  check(null, null, 'none');
  check(null, 1, 'none');
  check('1', 1, 'none');
  check(true, 1, 'none');
  check([1], [2], 'none');
});

test('strings are ordered by code point, also where UTF-16 has another order', () => {
  check('\uff5e', '🎈', '<');
  check('🎈', '\ue000', '>');
  check('\ud7ff', '🎈', '<');
  check('🎈a', '🎈b', '<');
  check('🎈', '🎉', '<');
});

test('the order of strings is that of their bytes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffff', '🎈', '\u{10ffff}', '') });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
      assert.equal(Math.sign(compareCodePoints(left, right)), bytes);
    }),
    { numRuns: 2_000 },
  );
});

test('arrays are equal item by item, in order', () => {
  assert.ok(equalValues([], []));
  assert.ok(equalValues([1, ['a']], [1, ['a']]));
  assert.ok(!equalValues([1, 2], [2, 1]));
  assert.ok(!equalValues([1], [1, 1]));
  assert.ok(!equalValues([1], ['1']));
  assert.ok(!equalValues([], null));
  assert.ok(!equalValues('1', 1));
});
