import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findJsonFault, findUnstorableText, isDeeperThan } from './json-text.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('a text has a fault exactly when it is not JSON', () => {
  const nearly = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '0',
      '.5',
      'e1',
      'true',
      'null',
      ' ',
      '\n',
      '"\\u00e9"',
      '"\\x"',
      '\t',
      '"\u0001"',
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        nearly.map((parts) => parts.join('')),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        assert.equal(findJsonFault(text) === null, isJson(text), text);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('a fault is where reading stops', () => {
  const cases: readonly [string, number, string][] = [
    ['', 0, 'value'],
    ['{', 1, 'name or }'],
    ['{"a" 1}', 5, ':'],
    ['[1 2]', 3, ', or ]'],
    ['[1,]', 3, 'value'],
    ['{"a":1,}', 7, 'name'],
    ['{} x', 3, 'the end of the text'],
    ['tru', 0, 'value'],
  ];
  for (const [text, at, expected] of cases) assert.deepEqual(findJsonFault(text), { at, expected }, text);
});

test('depth counts arrays and objects, not brackets in texts', () => {
  assert.equal(isDeeperThan('[[1]]', 2), false);
  assert.equal(isDeeperThan('[[[1]]]', 2), true);
  assert.equal(isDeeperThan('["[[[[", "\\"[[["]', 1), false);
  assert.equal(isDeeperThan('[[],[],[]]', 2), false);
});

test('texts that no database keeps are found by pointer', () => {
  assert.equal(findUnstorableText({ a: [{ 'b/c': 'x\0' }] }), '/a/0/b~1c');
  assert.equal(findUnstorableText({ a: '\ud800' }), '/a');
  assert.equal(findUnstorableText({ a: { '\0': 1 } }), '/a');
  assert.equal(findUnstorableText({ a: '😀', b: null, c: [1, true] }), null);
});
