import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';

/** What can be fulfilled brings no warning; packages/pql-spec/cases/contradictions.json has what cannot. */
function check(pql: string): void {
  assert.deepEqual(analyzeExpression(pql, builtInSchema).diagnostics, [], pql);
}

test('conditions that some value fulfils are not warned about', () => {
  check('loyalty.points >= 5 and loyalty.points <= 5');
  check('loyalty.tier = "a" and loyalty.tier = "a"');
  check('loyalty.points.isNotNull() and loyalty.points > 1');
  check('exists E from xEvent where E.eventType = "a", F from xEvent where F.eventType = "b"');
  check('xEvent.eventType = "a" and xEvent.eventType = "b"');
  check('loyalty.tier = "a" or loyalty.tier = "b"');
  check('loyalty.points > 5 and loyalty.lifetimePoints < 3');
  check('not (loyalty.points < 3) and loyalty.points < 5');
});
