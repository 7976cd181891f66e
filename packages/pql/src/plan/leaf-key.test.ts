import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';
import { bindTime } from './bind-time.ts';
import { expressionKey } from './leaf-key.ts';

function keyOf(text: string): string {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  return expressionKey(bindTime(checked.root, Date.UTC(2024, 4, 15)));
}

function check(left: string, right: string, expected: 'equal' | 'different'): void {
  assert.equal(keyOf(left) === keyOf(right) ? 'equal' : 'different', expected, `${left} | ${right}`);
}

test('white space, parentheses and names of variables make no difference', () => {
  check('loyalty.points = 1', ' ( loyalty . points  = 1 )', 'equal');
  check('exists A from xEvent where A.eventType = "x"', 'exists B from xEvent where B.eventType = "x"', 'equal');
  check('exists E from xEvent where E.eventType = "x"', 'xEvent[eventType = "x"]', 'equal');
  check('let p = loyalty.points in p > 1', 'loyalty.points > 1', 'equal');
});

test('what is used where makes a difference', () => {
  const pair = (first: string, second: string): string =>
    `exists A from xEvent, B from xEvent where ${first}.timestamp occurs before ${second}.timestamp`;
  check(pair('A', 'B'), pair('B', 'A'), 'different');
  check('xEvent[_id = "1"]', 'xEvent[eventType = "1"]', 'different');
  check('loyalty.points > 1', 'loyalty.points >= 1', 'different');
});

test('values of two types are told apart', () => {
  check('person.name.firstName = "1"', 'person.name.firstName = "1.0"', 'different');
  check('loyalty.points in [1, 2]', 'loyalty.points in [2, 1]', 'different');
  check('person.name.firstName in ["null"]', 'person.name.firstName in [null]', 'different');
});

test('windows that are open on one side or the other are told apart', () => {
  check('person.birthDate occurs before now', 'person.birthDate occurs after now', 'different');
  check('person.birthDate occurs = 1 day before now', 'person.birthDate occurs != 1 day before now', 'different');
});

test('a variable called variable and a field called span are like others', () => {
  check(
    'exists variable from xEvent where variable._id = "x"',
    'exists span from xEvent where span._id = "x"',
    'equal',
  );
});
