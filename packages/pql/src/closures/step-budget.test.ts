import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { explainExpression } from '../explain/explain.ts';
import { builtInSchema } from '../types/built-in.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import { compileClosure, type Evaluation } from './compile.ts';
import { TooManyStepsError } from './step-budget.ts';

const regex = { compile: () => ({ error: 'no patterns here' }) };

/** A profile with events at 0, 1, 2, … */
function profileWith(eventCount: number): PqlObject {
  return { xEvent: events(0, eventCount) };
}

function events(from: number, to: number): readonly PqlObject[] {
  return Array.from({ length: to - from }, (_, index) => {
    const at = from + index;
    return { timestamp: at, eventType: `t${at}`, _id: 'e' };
  });
}

function compile(text: string, stepsMax: number): (profile: PqlObject) => PqlValue {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  const evaluation: Evaluation = { asOf: 0, regex, stepsMax };
  const evaluate = compileClosure(checked, evaluation);
  return (profile) => {
    const value = evaluate(profile);
    assert.equal(explainExpression(checked, text, { asOf: 0, regex }, profile).truth, value, text);
    return value;
  };
}

function checkRefused(text: string, eventCount: number, stepsMax: number): void {
  assert.throws(() => compile(text, stepsMax)(profileWith(eventCount)), TooManyStepsError, text);
}

test('loops that are not inside others take no steps, however long they are', () => {
  assert.equal(compile('xEvent[eventType = "t9999"].count() = 1', 0)(profileWith(10_000)), true);
  assert.equal(
    compile('xEvent.count() > 5 and exists E from xEvent where E.eventType = "none"', 0)(profileWith(100)),
    false,
  );
});

test('loops inside loops count what they look at, and no more', () => {
  const pairs = 'exists A from xEvent, B from xEvent where A.timestamp > B.timestamp and B.eventType = "none"';
  assert.equal(compile(pairs, 100)(profileWith(10)), false);
  checkRefused(pairs, 10, 99);
  const inner = 'exists A from xEvent where xEvent[timestamp > A.timestamp].count() > 100';
  assert.equal(compile(inner, 100)(profileWith(10)), false);
  checkRefused(inner, 10, 99);
  const first = 'exists A from xEvent, B from xEvent where true';
  assert.equal(compile(first, 1)(profileWith(10)), true);
});

test('items that a function goes through inside of a loop are steps as well', () => {
  const text = 'exists A from xEvent where xEvent.map(_id).distinct().count() > 5';
  // Once for the profile: ten steps make the list, ten find what is distinct, one counts it.
  assert.equal(compile(text, 21)(profileWith(10)), false);
  checkRefused(text, 10, 20);
});

test('steps are those of one profile', () => {
  const pairs = compile('exists A from xEvent, B from xEvent where A.timestamp > B.timestamp and B._id = "x"', 100);
  for (let round = 0; round < 5; round++) assert.equal(pairs(profileWith(10)), false);
  assert.throws(() => pairs(profileWith(11)), TooManyStepsError);
  assert.equal(pairs(profileWith(10)), false);
});

test('a query that depends on nothing but the profile is computed once for each', () => {
  const text = 'exists A from xEvent, B from xEvent where xEvent[_id = "x"].count() > 0';
  assert.equal(compile(text, 120)(profileWith(10)), false);
  const named = compile('let n = xEvent[_id = "x"].count() in n > 3 or n > 2 or n = 0', 0);
  assert.equal(named(profileWith(3)), true);
  assert.equal(named({ xEvent: [{ _id: 'x' }] }), false);
  assert.equal(named(profileWith(3)), true);
});

test('items that are asked for by a key are found without looking at the others', () => {
  const groups = 'xEvent.groupBy(eventType).map((K, V) => mapEntry(K, V.count())).keys().count() = 20000';
  assert.equal(compile(groups, 100_000)(profileWith(20_000)), true);
  const pairs = 'exists A from xEvent, B from xEvent where A.eventType = B.eventType and A.timestamp < B.timestamp';
  assert.equal(compile(pairs, 100)(profileWith(100)), false);
  assert.equal(compile(pairs, 2)({ xEvent: [...events(0, 3), { timestamp: 9, eventType: 't0', _id: 'f' }] }), true);
  const nested = 'exists A from xEvent where xEvent[eventType = A.eventType and timestamp > 5].count() = 1';
  assert.equal(compile(nested, 10)(profileWith(10)), true);
  // Nothing equals what is missing.
  const missing = 'exists A from xEvent, B from xEvent where A.web.webPageDetails.name = B.web.webPageDetails.name';
  assert.equal(compile(missing, 1)(profileWith(10)), false);
  // An index is of one profile.
  const again = compile(pairs, 100);
  assert.equal(again(profileWith(10)), false);
  assert.equal(again({ xEvent: [...events(0, 3), { timestamp: 9, eventType: 't1' }] }), true);
  assert.equal(again(profileWith(10)), false);
});

test('three loops over a thousand events are given up', () => {
  const triples = 'exists A from xEvent, B from xEvent, C from xEvent where C.eventType = "none"';
  const { checked: tooMuch } = analyzeExpression(triples, builtInSchema, { expect: 'condition' });
  assert.ok(tooMuch !== null);
  assert.throws(() => compileClosure(tooMuch, { asOf: 0, regex })(profileWith(1_000)), /more than 25,000,000 steps/);
  assert.throws(() => explainExpression(tooMuch, triples, { asOf: 0, regex }, profileWith(1_000)), TooManyStepsError);
});
