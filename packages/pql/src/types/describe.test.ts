import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeType } from './describe.ts';
import type { PqlType } from './type.ts';
import { scalarTypes } from './type.ts';

function check(type: PqlType, expected: string): void {
  assert.equal(describeType(type), expected);
}

test('every type has words for a message', () => {
  const object: PqlType = { kind: 'object', fields: new Map() };
  check(scalarTypes.null, 'null');
  check(scalarTypes.any, 'an untyped value');
  check(scalarTypes.boolean, 'a boolean');
  check(scalarTypes.integer, 'a whole number');
  check(scalarTypes.number, 'a number');
  check(scalarTypes.string, 'a string');
  check(scalarTypes.timestamp, 'a timestamp');
  check(object, 'an object');
  check({ kind: 'map', value: scalarTypes.string }, 'a map of strings');
  check({ kind: 'map', value: { kind: 'array', element: object } }, 'a map of arrays of objects');
  check({ kind: 'array', element: { kind: 'map', value: scalarTypes.integer } }, 'an array of maps of whole numbers');
  check({ kind: 'array', element: scalarTypes.any }, 'an array of untyped values');
  check({ kind: 'array', element: scalarTypes.null }, 'an array of nothing');
});
