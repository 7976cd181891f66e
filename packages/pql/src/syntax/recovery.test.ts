import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from './parser.ts';

/** Each finding as its code and the text it is about. */
function check(text: string, expected: readonly (readonly [code: string, about: string])[]): void {
  const found = parseExpression(text).diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)]);
  assert.deepEqual(found, expected, text);
}

/** The text with its fixes made, which must then be free of mistakes. */
function checkFixed(text: string, expected: string): void {
  const fixes = parseExpression(text).diagnostics.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const fixed = fixes.reduceRight((current, { span, text: replacement }) => {
    return current.slice(0, span.start) + replacement + current.slice(span.end);
  }, text);
  assert.equal(fixed, expected);
  assert.deepEqual(parseExpression(fixed).diagnostics, []);
}

test('a missing operand is reported where it is missing', () => {
  check('', [['syntax/expected-expression', '']]);
  check('a and', [['syntax/expected-expression', 'and']]);
  check('a = and b', [['syntax/expected-expression', 'and']]);
  check('(a + ) * b', [['syntax/expected-expression', '+']]);
  check('a[]', [['syntax/expected-expression', '[']]);
  check('f(a,)', [['syntax/expected-expression', ',']]);
});

test('several mistakes are reported at once', () => {
  check('(a == ) and b c or d && e[f = ] and "g', [
    ['syntax/foreign-operator', '=='],
    ['syntax/expected-expression', '=='],
    ['syntax/unexpected-token', 'c'],
    ['syntax/foreign-operator', '&&'],
    ['syntax/expected-expression', '='],
    ['syntax/unclosed', '"g'],
  ]);
});

test('a bracket or string that is not closed is reported where it is opened', () => {
  check('(a and (b = 1)', [['syntax/unclosed', '(']]);
  check('a in [1, 2', [['syntax/unclosed', '[']]);
  check('f(a', [['syntax/unclosed', '(']]);
  check('a[b = 1 and c', [['syntax/unclosed', '[']]);
  check('a = "b and c', [['syntax/unclosed', '"b and c']]);
  check('@{x = 1', [['syntax/unclosed', '@{x = 1']]);
});

test('a bracket that closes nothing is passed', () => {
  check('a) and b.', [
    ['syntax/unexpected-token', ')'],
    ['syntax/expected', '.'],
  ]);
});

test('operators of other languages are understood and mended', () => {
  check('a == 1', [['syntax/foreign-operator', '==']]);
  checkFixed('a == 1 && b<>2||c !== 3', 'a = 1 and b!=2 or c != 3');
  checkFixed('a ≤ 1 and b ≠ 2', 'a <= 1 and b != 2');
});

test('comments are told for what they are, and passed', () => {
  check('a = 1 // the first', [['syntax/comment', '// the first']]);
  check('a /* the\nfirst */ = 1 // and\nor b', [
    ['syntax/comment', '/* the\nfirst */'],
    ['syntax/comment', '// and'],
  ]);
  check('a /* without end', [['syntax/comment', '/* without end']]);
  check('a = "http://x" and b / 2 > 1', []);
  checkFixed('a = 1 // the first\nand b = 2', 'a = 1 \nand b = 2');
});

test('curly quotes are understood and mended', () => {
  check('a = “b c”', [['syntax/curly-quotes', '“b c”']]);
  checkFixed('a = “b "', 'a = "b "');
  checkFixed('a in [‘x’, ‘y’]', 'a in ["x", "y"]');
});

test('a list in parentheses is understood and mended', () => {
  check('a in ("x", "y") and b', [['syntax/parenthesised-list', '("x", "y")']]);
  checkFixed('a in ("x", "y")', 'a in ["x", "y"]');
  checkFixed('a notIn ("x")', 'a notIn ["x"]');
  assert.deepEqual(
    parseExpression('a in (1, (2)').diagnostics.map(({ fix }) => fix),
    [undefined],
  );
});

test('phrases of other languages are understood and mended', () => {
  check('a.b exists and c', [['syntax/foreign-form', 'exists']]);
  checkFixed('a.b exists and c', 'a.b.isNotNull() and c');
  checkFixed('a is null or b is not null', 'a.isNull() or b.isNotNull()');
  checkFixed('a not in [1]', 'a notIn [1]');
  checkFixed('Profile => Profile.a', '(Profile) => Profile.a');
  check('a not like "x"', [['syntax/foreign-form', 'not like']]);
  checkFixed('a.b not exists and c', 'a.b.isNull() and c');
  checkFixed('not exists a.b and c', 'not a.b.isNotNull() and c');
  check('a between 1 and 2 and c', [['syntax/foreign-form', 'between']]);
  checkFixed('not a.b between 1 and 2 + 3 and c', 'not (a.b >= 1 and a.b <= 2 + 3) and c');
  check('a between 1', [['syntax/unexpected-token', 'between']]);
  check('t occurs today between 1 and 2', [['syntax/unexpected-token', 'between']]);
  checkFixed('(count E from a where E.b = 1) > 2', '((select E from a where E.b = 1).count()) > 2');
  check('t occurs last 3 days', [['syntax/foreign-form', 'last 3 days']]);
});

test('a placeholder is named as one', () => {
  check('event._{tenantId}.a = 1', [['syntax/placeholder', '_{tenantId}']]);
  check('{TENANT_ID}.a = 1', [['syntax/placeholder', '{TENANT_ID}']]);
  check('@{x/{TENANT}/y}.a', [['syntax/placeholder', '{TENANT}']]);
});

test('a method written as an operator gets the advice to call it', () => {
  const { diagnostics } = parseExpression('a contains "x"');
  assert.deepEqual(
    diagnostics.map(({ code, help }) => [code, help]),
    [['syntax/unexpected-token', 'it is a method, write `.contains(…)`']],
  );
});

test('comparisons cannot be chained', () => {
  check('1 < a < 5', [['syntax/chained-comparison', '<']]);
  check('a occurs today = true', [['syntax/chained-comparison', '=']]);
});

test('not as an operand of a comparison needs parentheses', () =>
  check('a = not b', [['syntax/unexpected-token', 'not']]));

test('mistakes after occurs are told apart', () => {
  check('t occurs <= 3 fortnights before now', [['syntax/unknown-unit', 'fortnights']]);
  checkFixed('t occurs <= 3 dayz before now', 't occurs <= 3 days before now');
  check('t occurs <= 3 before now', [['syntax/expected', 'before']]);
  check('t occurs <= 3 days now', [['syntax/expected', 'now']]);
  check('t occurs <= 3 days before', [['syntax/expected-expression', 'before']]);
  check('t occurs <= 1.5 days before now', [['syntax/bad-amount', '1.5']]);
  check('t occurs <= -1 days before now', [['syntax/bad-amount', '-1']]);
  check('t occurs between today', [['syntax/expected', 'today']]);
  check('t occurs', [['syntax/expected-expression', 'occurs']]);
});

test('distances as people say them are understood and mended', () => {
  check('t occurs in the last 3 days and b', [['syntax/foreign-form', 'in the last 3 days']]);
  checkFixed('t occurs last 3 days', 't occurs <= 3 days before now');
  checkFixed('t occurs in the last 3 days and b', 't occurs <= 3 days before now and b');
  checkFixed('t occurs during next 1 week or b', 't occurs <= 1 week after now or b');
  checkFixed('t occurs within 2 hours after a.b', 't occurs <= 2 hours after a.b');
  checkFixed('t occurs within 2 hours of a.b', 't occurs <= 2 hours from a.b');
  checkFixed('t occurs 3 days before now', 't occurs <= 3 days before now');
  checkFixed('t occurs < 3 days ago', 't occurs < 3 days before now');
  checkFixed('t occurs 3 days ago', 't occurs <= 3 days before now');
  checkFixed(
    'chain(a, t, [A: WHAT(b) WHEN(24 hours before now)])',
    'chain(a, t, [A: WHAT(b) WHEN(<= 24 hours before now)])',
  );
  check('t occurs in', [['syntax/expected-expression', 'in']]);
  check('t occurs within', []);
});

test('mistakes in queries are told apart', () => {
  check('exists E xEvent where E.a', [['syntax/expected', 'xEvent']]);
  checkFixed('exists E in xEvent where E.a', 'exists E from xEvent where E.a');
  check('select E from where E.a', [['syntax/expected-expression', 'where']]);
  check('sum a.b', [['syntax/expected', 'b']]);
  check('let S = a', [['syntax/expected', 'a']]);
});

test('mistakes in chains are told apart', () => {
  check('chain(xEvent, timestamp, [])', [['syntax/expected', ']']]);
  check('chain(xEvent, timestamp)', [['syntax/expected', ')']]);
  check('chain(a, t, [A: WHEN(today)])', [['syntax/expected', ']']]);
  check('chain(a, t, [A: WHAT(b) WHAT(c)])', [['syntax/duplicate-clause', 'WHAT']]);
  check('chain(a, t, [A: WHAT(b) AFTER(c) COUNT("x")])', [
    ['syntax/expected', 'AFTER'],
    ['syntax/bad-amount', '"x"'],
  ]);
});

test('what a step of a chain lacks is said once', () => {
  check('chain(a, t, [WHAT(b)])', [['syntax/expected', 'WHAT']]);
  check('chain(a, t, [A: b = 1])', [['syntax/expected', 'b']]);
  check('chain(a, t, [A: b = 1, B: WHAT(c)])', [['syntax/expected', 'b']]);
  check('chain(a, t, [A: WHAT(b) c])', [['syntax/expected', 'c']]);
});

test('a whole condition on the time of a step is cut to its end', () => {
  check('chain(a, t, [A: WHAT(b) WHEN(t occurs today)])', [['syntax/unexpected-token', 't occurs ']]);
  checkFixed('chain(a, t, [A: WHAT(b) WHEN(t occurs today)])', 'chain(a, t, [A: WHAT(b) WHEN(today)])');
  checkFixed(
    'chain(a, t, [A: WHAT(b) WHEN(occurs < 1 day before now)])',
    'chain(a, t, [A: WHAT(b) WHEN(< 1 day before now)])',
  );
});

test('conditions without a word between them get the advice to join them', () => {
  const [found] = parseExpression('a = 1 b = 2').diagnostics;
  assert.equal(found?.help, 'conditions are joined by `and` or `or`');
});

test('if takes three arguments', () => check('if(a, b)', [['check/wrong-arity', 'if']]));

test('only a name can be called', () => check('(a)(b)', [['syntax/not-callable', '(']]));

test('characters of no token are reported once a run', () => {
  check('a ### = 1', [['syntax/unexpected-character', '###']]);
});

test('numbers out of range are refused and rounded ones pointed out', () => {
  check('a = 1e999', [['syntax/bad-number', '1e999']]);
  check('a = 12345678901234567890', [['syntax/inexact-number', '12345678901234567890']]);
});

test('keys of an object are in quotes', () => {
  check('{count: 1}', [['syntax/expected', 'count']]);
  checkFixed('{count: 1}', '{"count": 1}');
});
