import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvaluationMethods } from './audience.ts';
import { decideEvaluation, type ImmediateVerdict } from './evaluation-rules.ts';
import { Problem } from './problem.ts';

const batch: EvaluationMethods = { batch: true, streaming: false, edge: false };
const streaming: EvaluationMethods = { batch: false, streaming: true, edge: false };
const edge: EvaluationMethods = { batch: false, streaming: false, edge: true };
const both: EvaluationMethods = { batch: false, streaming: true, edge: true };
const open: ImmediateVerdict = { eligible: true };
const closed: ImmediateVerdict = {
  eligible: false,
  reason: 'too long a window',
  clause: { field: '/expression/value' },
};

function check(
  [wanted, before, verdict]: readonly [EvaluationMethods, EvaluationMethods | null, ImmediateVerdict],
  expected: EvaluationMethods | number,
): void {
  const decided = decideEvaluation(wanted, before, { streaming: verdict, edge: verdict });
  assert.deepEqual(decided instanceof Problem ? decided.details.length : decided, expected);
}

test('a method that the rule allows is given as it was asked for', () => {
  for (const wanted of [batch, streaming, edge, both]) check([wanted, null, open], wanted);
});

test('batch evaluation needs no verdict', () => {
  check([batch, null, closed], batch);
  check([batch, streaming, closed], batch);
});

test('a method that is newly asked for is refused when the rule does not allow it', () => {
  check([streaming, null, closed], 1);
  check([streaming, batch, closed], 1);
  check([edge, streaming, closed], 1);
  check([both, null, closed], 2);
});

test('a method that the audience had gives way to batch when its rule no longer allows it', () => {
  check([streaming, streaming, closed], batch);
  check([edge, edge, closed], batch);
  check([both, both, closed], batch);
});

test('a refusal names the flag and the reason, and points at the clause', () => {
  const refusal = decideEvaluation(streaming, null, { streaming: closed, edge: open });
  assert.ok(refusal instanceof Problem);
  assert.match(refusal.message, /`evaluationInfo.continuous`\): too long a window$/);
  assert.equal(refusal.details[0]?.field, '/expression/value');
});
