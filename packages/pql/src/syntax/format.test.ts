import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatExpression } from './format.ts';
import { parseExpression } from './parser.ts';

function check(text: string, expected: string): void {
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, []);
  assert.equal(formatExpression(ast), expected);
}

test('brackets are left out where they change nothing', () => {
  check('((a) = (1)) and ((b) or (c))', 'a = 1 and (b or c)');
  check('(a and b) and c', 'a and b and c');
  check('a and (b and c)', 'a and (b and c)');
  check('a - (b - c) - d', 'a - (b - c) - d');
  check('(-a).b', '(-a).b');
});

test('keywords, quotes, units and spaces are written one way', () => {
  check("A=='x'".replace('==', '='), 'A = "x"');
  check('NOT !a', 'not not a');
  check('exists E from a : E.b', 'exists E from a where E.b');
  check('t OCCURS <= 1 days BEFORE today', 't occurs <= 1 day before today');
  check('t occurs <= 2 century after last years', 't occurs <= 2 centuries after last year');
  check('t occurs on today', 't occurs today');
  check('CHAIN(a,t,[A:WHAT(b)COUNT(2)WHEN(today)])', 'chain(a, t, [A: WHAT(b) WHEN(today) COUNT(2)])');
});

test('numbers keep their kind', () => {
  check('a = 1.0', 'a = 1.0');
  check('a = 2.02E12', 'a = 2020000000000.0');
  check('a = 1E300', 'a = 1e+300');
  check('a = .5', 'a = 0.5');
});

test('strings show what cannot be seen', () => check('a = "\u00ad\u0007"', 'a = "\\u00ad\\u0007"'));

test('a run of and or or is broken before each operand', () => {
  const long = 'attribute.with.a.long.name.somewhere';
  check(
    `${long} = 1 and ${long} = 2 and (${long} = 3 or ${long} = 4)`,
    [`${long} = 1`, `and ${long} = 2`, `and (${long} = 3 or ${long} = 4)`].join('\n'),
  );
});

test('a query that is too long is broken at its variables, then at its conditions', () => {
  const long = 'attribute.with.a.long.name.somewhere';
  check(
    `exists E from xEvent where E.${long} = 1, I from E.items where I.${long} = 2 and I.${long} = 3`,
    [
      'exists',
      `  E from xEvent where E.${long} = 1,`,
      '  I from E.items where',
      `    I.${long} = 2 and I.${long} = 3`,
    ].join('\n'),
  );
});

test('a list that is too long has one item a line', () => {
  const items = Array.from({ length: 30 }, (_, index) => `"item ${index}"`);
  check(`a in [${items.join(',')}]`, `a in [\n  ${items.join(',\n  ')}\n]`);
});
