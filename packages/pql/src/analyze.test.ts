import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from './analyze.ts';
import { builtInSchema } from './types/built-in.ts';

/** The codes and underlined texts of what is wrong with a text. */
function check(text: string, expected: readonly (readonly [code: string, text: string])[]): void {
  const { checked, diagnostics } = analyzeExpression(text, builtInSchema);
  assert.deepEqual(
    diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)]),
    expected,
  );
  assert.equal(checked === null, expected.length > 0);
}

test('a sound text has a checked expression and no findings', () => check('person.birthYear > 1980', []));

test('several mistakes are reported at once, in the order of the text', () => {
  check('homeAdress.country = "DE" and person.birthYear = "x" and nope(1)', [
    ['check/unknown-field', 'homeAdress'],
    ['check/bad-literal', '"x"'],
    ['check/unknown-function', 'nope'],
  ]);
});

test('a broken text does not make up type errors', () => {
  check('1 < person.birthYear < 5', [['syntax/chained-comparison', '<']]);
  check('_{tenantId}.score = 1', [['syntax/placeholder', '_{tenantId}']]);
});

test('a wrong name beside a broken place is still reported', () => {
  check('homeAdress.country = and person.birthYear > 1', [
    ['check/unknown-field', 'homeAdress'],
    ['syntax/expected-expression', 'and'],
  ]);
});
