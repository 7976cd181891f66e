import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';
import { describedFunctions, describedMethods, describeFunction, signatureOf } from './function-description.ts';

test('the examples that are shown to people can be evaluated', () => {
  for (const { examples } of [...describedFunctions(), ...describedMethods()]) {
    for (const example of examples)
      assert.deepEqual(analyzeExpression(example, builtInSchema).diagnostics, [], example);
  }
});

test('a method is not found as a function, nor the other way round', () => {
  assert.equal(describeFunction('contains', 'function'), null);
  assert.equal(describeFunction('date', 'method'), null);
  assert.equal(describeFunction('constructor', 'method'), null);
});

test('a signature names the receiver, the optional and the repeated parameters', () => {
  const equals = describeFunction('equals', 'method');
  assert.ok(equals !== null);
  assert.equal(signatureOf(equals), 'text.equals(…other: string, caseSensitive?: boolean): a boolean');
});
