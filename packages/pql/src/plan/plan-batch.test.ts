import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import type { CheckedExpression } from '../check/expression.ts';
import { builtInSchema } from '../types/built-in.ts';
import type { BatchPlan } from './batch-plan.ts';
import type { Formula } from './formula.ts';
import { planBatch } from './plan-batch.ts';

const asOf = Date.UTC(2024, 4, 15, 12);

const bought = 'exists E from xEvent where E.eventType = "buy"';
const woman = 'person.gender = "female"';
const loyal = 'loyalty.points > 100';

function checked(text: string): CheckedExpression {
  const analysis = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(analysis.checked !== null, `${text}: ${analysis.diagnostics.map(({ message }) => message).join()}`);
  return analysis.checked;
}

function planOf(rules: Readonly<Record<string, string>>): BatchPlan {
  const audiences = Object.entries(rules).map(([audienceId, text]) => ({ audienceId, expression: checked(text) }));
  return planBatch(audiences, asOf);
}

/** A formula with each leaf as its kind and number: `(profile0 and not event1)`. */
function shown(formula: Formula, { leaves }: BatchPlan): string {
  switch (formula.kind) {
    case 'leaf':
      return `${leaves[formula.leaf]?.kind}${formula.leaf}`;
    case 'audience':
      return `stored(${formula.audienceId})`;
    case 'not':
      return `not ${shown(formula.operand, { leaves, audiences: [] })}`;
    case 'and':
    case 'or':
      return `(${formula.operands.map((operand) => shown(operand, { leaves, audiences: [] })).join(` ${formula.kind} `)})`;
    default:
      return formula.kind;
  }
}

function shownPlan(rules: Readonly<Record<string, string>>): readonly string[] {
  const plan = planOf(rules);
  return plan.audiences.map(({ formula }) => shown(formula, plan));
}

/** What the formula of one rule is. */
function check(text: string, expected: string): void {
  assert.deepEqual(shownPlan({ a: text }), [expected], text);
}

test('conditions on attributes are one leaf, however they are joined', () => {
  check(woman, 'profile0');
  check(`${woman} and ${loyal} and not (${woman} or homeAddress.country = "DE")`, 'profile0');
  check('person.birthDate occurs >= 18 years before today', 'profile0');
  check('loyalty.points + 1 > 2 or loyalty.points.isNull()', 'profile0');
});

test('what depends on nothing is everyone or nobody', () => {
  check('true', 'everyone');
  check('1 > 2', 'nobody');
  check('currentMonth() = 5', 'everyone');
  check('not (1 > 2)', 'everyone');
  check('not true', 'nobody');
  check('inSegment("x") and false', '(nobody and stored(x))');
});

test('a condition on single events is a leaf of the events', () => {
  check(bought, 'event0');
  check('xEvent[eventType = "buy"]', 'event0');
  check('xEvent', 'event0');
  check('xEvent.isNull()', 'not event0');
  check('xEvent.eventType = "buy"', 'event0');
  check('xEvent[eventType = "buy" and timestamp occurs <= 7 days before now].exists()', 'event0');
  check('exists E from xEvent, I from E.productListItems where I.SKU = "a"', 'event0');
  check(`not (${bought})`, 'not event0');
  check('forall E from xEvent where E.eventType = "buy"', 'not event0');
});

test('a condition on numbers of events is a leaf of groups', () => {
  check('xEvent[eventType = "buy"].count() >= 3', 'eventGroup0');
  check('xEvent.sum(commerce.order.priceTotal) > 100', 'eventGroup0');
  check('xEvent.max(timestamp) occurs before today', 'eventGroup0');
  check('xEvent[eventType = "a"].count() > xEvent[eventType = "b"].count()', 'eventGroup0');
  check('chain(xEvent, timestamp, [A: WHAT(eventType = "a"), B: WHAT(eventType = "b")])', 'eventGroup0');
});

test('where people without events pass, those are found that do not', () => {
  check('xEvent.count() < 5', 'not eventGroup0');
  check('xEvent.count() = 0', 'not eventGroup0');
  check('xEvent.count() > 0', 'eventGroup0');
  check('not (xEvent.count() >= 5)', 'not eventGroup0');
  check('not (xEvent.count() < 5)', 'eventGroup0');
  check('xEvent.sum(commerce.order.priceTotal) <= 0', 'not eventGroup0');
  check('xEvent.average(commerce.order.priceTotal).isNull()', 'not eventGroup0');
});

test('what an event has to do with its profile is a general leaf', () => {
  check('exists E from xEvent where E.eventType = person.name.firstName', 'general0');
  check('xEvent.count() > loyalty.points', 'general0');
  check('exists A from xEvent, B from xEvent where A.timestamp occurs before B.timestamp', 'general0');
  check('xEvent.average(productListItems.priceTotal) > 3', 'general0');
});

test('operands of and and or are taken apart, those on attributes stay together', () => {
  check(`${woman} and (${bought}) and ${loyal}`, '(profile0 and event1)');
  check(`${woman} or (${bought}) or ${loyal}`, '(profile0 or event1)');
  check(`(${bought}) and xEvent.count() > 2`, '(event0 and eventGroup1)');
  check(`not ((${bought}) or ${woman})`, 'not (profile0 or event1)');
  check(`(${bought}) and not (${woman} and ${loyal})`, '(profile0 and event1)');
});

test('what an exists demands of the profile is asked outside of it', () => {
  check(`exists E from xEvent where E.eventType = "buy" and ${woman}`, '(profile0 and event1)');
  check(`exists E from xEvent where ${woman}`, '(profile0 and event1)');
  check(`exists E from xEvent where E.eventType = "buy" and inSegment("x")`, '(stored(x) and event0)');
  check(`exists E from xEvent where E.eventType = "buy" or ${woman}`, 'general0');
});

test('a part of a condition that is negated or counted is not asked outside', () => {
  check(`xEvent[eventType = "buy" and ^.loyalty.points > 100].count() > 1`, 'general0');
  check(`forall E from xEvent where E.eventType = "buy" and ${woman}`, 'not general0');
});

test('equal conditions are one leaf, across audiences and names of variables', () => {
  assert.deepEqual(
    shownPlan({
      a: `${woman} and (${bought})`,
      b: 'exists Other from xEvent where Other.eventType = "buy"',
      c: `not (xEvent[eventType = "buy"])`,
      d: woman,
      e: 'xEvent[eventType = "sell"]',
      f: 'xEvent.count() > 1 and xEvent[eventType = "sell"]',
      g: 'exists E from xEvent',
      h: 'xEvent',
    }),
    [
      '(profile0 and event1)',
      'event1',
      'not event1',
      'profile0',
      'event2',
      '(eventGroup3 and event2)',
      'event4',
      'event4',
    ],
  );
});

test('audiences of the batch are used as formulas, in whatever order they come, and others as they are stored', () => {
  assert.deepEqual(shownPlan({ a: 'inSegment("b") and inSegment("stored")', b: 'inSegment("c")', c: bought }), [
    '(event0 and stored(stored))',
    'event0',
    'event0',
  ]);
});

test('an audience outside a condition on attributes is algebra, inside an exists it is asked for each', () => {
  check(`inSegment("x") and ${woman}`, '(profile0 and stored(x))');
  check('not inSegment("x")', 'not stored(x)');
  check(`if(inSegment("x"), ${woman}, ${loyal})`, 'general0');
});

test('audiences that refer to themselves are a bug of the caller', () => {
  assert.throws(() => planOf({ a: 'inSegment("b")', b: 'not inSegment("a")' }), /audience a refers to itself/);
  assert.throws(() => planOf({ a: 'inSegment("a")' }), /audience a refers to itself/);
});

test('a batch of nothing has no leaves', () => {
  assert.deepEqual(planOf({}), { leaves: [], audiences: [] });
});

test('time is bound once: equal windows in other words are one leaf', () => {
  assert.deepEqual(
    shownPlan({
      a: 'xEvent[timestamp occurs today]',
      b: 'xEvent[timestamp occurs on date(2024, 5, 15)]',
      c: 'xEvent[timestamp occurs on date(2024, 5, 10 + 5)]',
      d: 'xEvent[timestamp occurs yesterday]',
    }),
    ['event0', 'event0', 'event0', 'event1'],
  );
});
