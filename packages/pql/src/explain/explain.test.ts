import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import type { Evaluation } from '../closures/compile.ts';
import { builtInSchema } from '../types/built-in.ts';
import type { PqlObject } from '../types/value.ts';
import { explainExpression } from './explain.ts';
import type { Explanation } from './explanation.ts';
import { renderExplanation } from './render.ts';

const hourMs = 3_600_000;
const asOf = Date.UTC(2024, 5, 15, 12);
const evaluation: Evaluation = {
  asOf,
  regex: { compile: () => ({ error: 'no patterns here' }) },
  isMember: (id) => id === 'gold',
};
const anna: PqlObject = {
  homeAddress: { country: 'DE' },
  loyalty: { points: 5 },
  xEvent: [
    { _id: 'e1', timestamp: asOf - 50 * hourMs, eventType: 'buy', commerce: { order: { priceTotal: 20 } } },
    { _id: 'e2', timestamp: asOf - 5 * hourMs, eventType: 'buy', commerce: { order: { priceTotal: 60 } } },
    { _id: 'e3', timestamp: asOf - 4 * hourMs, eventType: 'view' },
  ],
};

function explained(text: string, profile: PqlObject = anna): Explanation {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  return explainExpression(checked, text, evaluation, profile);
}

function check(text: string, expected: string): void {
  assert.equal(renderExplanation(explained(text)), expected);
}

test('a comparison shows the values of its sides', () => {
  check('homeAddress.country = "US"', '✗ homeAddress.country = "US": homeAddress.country is "DE"');
  check('loyalty.tier = "gold"', '✗ loyalty.tier = "gold": loyalty.tier is missing');
  check(
    'loyalty.points + 1 > currentMonth()',
    `✗ loyalty.points + 1 > currentMonth(): currentMonth() is 6
  ✓ loyalty.points + 1: 6, loyalty.points is 5`,
  );
});

test('of and and or the operands that decided are shown', () => {
  check(
    'homeAddress.country = "DE" and (loyalty.points > 10 or loyalty.tier = "gold")',
    `✗ homeAddress.country = "DE" and (loyalty.points > 10 or loyalty.tier = "gold"): needs all, these fail
  ✗ loyalty.points > 10 or loyalty.tier = "gold": none holds
    ✗ loyalty.points > 10: loyalty.points is 5
    ✗ loyalty.tier = "gold": loyalty.tier is missing`,
  );
  const root = explained('homeAddress.country = "DE" or loyalty.points > 10');
  assert.ok(root.kind === 'or');
  assert.deepEqual(root.decidedBy, [0]);
});

test('of very many combinations the first are looked at, and the explanation says so', () => {
  const xEvent = Array.from({ length: 150 }, (_, at) => ({ _id: `e${at}`, timestamp: at }));
  const text = 'exists A from xEvent, B from xEvent where A.timestamp > B.timestamp and B.eventType = "view"';
  const root = explained(text, { xEvent });
  assert.ok(root.kind === 'items');
  assert.equal(root.isComplete, false);
  assert.equal(root.matchCount + root.missCount, 10_000);
  assert.match(renderExplanation(root), /: 0 of the first 10000 combinations match\n/);
  const few = explained(text, { xEvent: xEvent.slice(0, 3) });
  assert.ok(few.kind === 'items');
  assert.equal(few.isComplete, true);
});

test('the nearest misses say which condition failed first', () => {
  check(
    'exists E from xEvent where E.eventType = "buy" and E.timestamp occurs <= 24 hours before now and E.commerce.order.priceTotal > 100',
    `✗ exists E from xEvent where E.eventType = "buy" and E.timestamp occurs <= 24 hou…: 0 of 3 match
  • #1 e2 (2024-06-15T07:00:00.000Z) ✗ E.commerce.order.priceTotal > 100: E.commerce.order.priceTotal is 60
  • #0 e1 (2024-06-13T10:00:00.000Z) ✗ E.timestamp occurs <= 24 hours before now: 2024-06-13T10:00:00.000Z, wanted from 2024-06-14T12:00:00.000Z to 2024-06-15T12:00:00.000Z
  • #2 e3 (2024-06-15T08:00:00.000Z) ✗ E.eventType = "buy": E.eventType is "view"`,
  );
});

test('an aggregate shows the items it adds up', () => {
  check(
    'xEvent[eventType = "buy"].sum(commerce.order.priceTotal) > 50',
    `✓ xEvent[eventType = "buy"].sum(commerce.order.priceTotal) > 50
  ✓ xEvent[eventType = "buy"].sum(commerce.order.priceTotal): 80, 2 of 3 match
    • #0 e1 (2024-06-13T10:00:00.000Z): 20
    • #1 e2 (2024-06-15T07:00:00.000Z): 60`,
  );
});

test('forall shows its counterexamples', () => {
  check(
    'forall E from xEvent where E.eventType = "buy"',
    `✗ forall E from xEvent where E.eventType = "buy": no item may fail, 1 of 3 fail
  • #2 e3 (2024-06-15T08:00:00.000Z)`,
  );
});

test('forall of no items says that there are none', () => {
  check(
    'forall C from loyalty.challenges where C.status = "won"',
    '✓ forall C from loyalty.challenges where C.status = "won": there are no items',
  );
});

test('a sequence shows how far it came', () => {
  check(
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy")])',
    `✗ chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy…
  ✓ step 1 needs 1: 2024-06-15T08:00:00.000Z
    • #2 e3 (2024-06-15T08:00:00.000Z): "2024-06-15T08:00:00.000Z"
  ✗ step 2 needs 1: not reached
    • #0 e1 (2024-06-13T10:00:00.000Z): "2024-06-13T10:00:00.000Z"
    • #1 e2 (2024-06-15T07:00:00.000Z): "2024-06-15T07:00:00.000Z"`,
  );
});

test('presence, negation, branches, membership and times have words of their own', () => {
  check('homeAddress.country.isNull()', '✗ homeAddress.country.isNull(): is "DE", wanted none');
  check('person.name.lastName.isNotNull()', '✗ person.name.lastName.isNotNull(): is missing, wanted a value');
  check('not inSegment("gold")', '✗ not inSegment("gold")\n  ✓ inSegment("gold"): is in gold');
  check('loyalty.joinDate occurs this month', '✗ loyalty.joinDate occurs this month: loyalty.joinDate is missing');
  check(
    'if(loyalty.points > 3, "a", "b") = "b"',
    `✗ if(loyalty.points > 3, "a", "b") = "b"
  ✓ if(loyalty.points > 3, "a", "b"): first branch, "a"
    ✓ loyalty.points > 3: loyalty.points is 5`,
  );
});

test('a time shows its window, open where there is no end', () => {
  const root = explained('loyalty.joinDate occurs > 1 day before now', { loyalty: { joinDate: asOf } });
  assert.ok(root.kind === 'time');
  assert.deepEqual(root.ranges, [{ from: null, to: '2024-06-14T11:59:59.999Z' }]);
  assert.equal(root.moment, '2024-06-15T12:00:00.000Z');
});

test('an explanation stays small, however many events there are', () => {
  const events = Array.from({ length: 2000 }, (_, index) => ({ _id: `e${index}`, timestamp: index, eventType: 'x' }));
  const root = explained('xEvent.count() > 5000 or xEvent.exists(eventType = "y")', { xEvent: events });
  assert.ok(JSON.stringify(root).length < 10_000);
  assert.match(renderExplanation(root), /2000 of 2000 match[\s\S]*and 1990 more[\s\S]*and 1990 more/);
});
