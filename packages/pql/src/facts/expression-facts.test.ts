import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';
import { fixedUnitMs } from '../types/calendar.ts';
import type { EventWindow } from './event-window.ts';
import { type ExpressionFacts, factsOf } from './expression-facts.ts';

function facts(text: string): ExpressionFacts {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  return factsOf(checked);
}

test('fields are dotted paths from the profile and from the event', () => {
  const { profileFields, eventFields, usesEvents, usesAttributes } = facts(
    'homeAddress.country = "DE" and xEvent[productListItems.exists(SKU = "a") and commerce.order.priceTotal > ^.loyalty.points]',
  );
  assert.deepEqual(profileFields, ['homeAddress.country', 'loyalty.points']);
  assert.deepEqual(eventFields, ['productListItems.SKU', 'commerce.order.priceTotal']);
  assert.deepEqual([usesEvents, usesAttributes], [true, true]);
});

test('an array that is used as a whole is a field itself', () => {
  assert.deepEqual(facts('xEvent.productListItems.count() > 0').eventFields, ['productListItems']);
  assert.deepEqual(facts('"a" in organizations').profileFields, ['organizations']);
});

test('event types are those that eventType is compared with', () => {
  const { eventTypes } = facts(
    'xEvent.eventType in ["a", "b"] or xEvent[eventType.equals("c", false)] or xEvent["d" = eventType] or homeAddress.city = "e"',
  );
  assert.deepEqual(eventTypes, ['a', 'b', 'c', 'd']);
});

test('audiences are listed once, aggregates and nesting are counted', () => {
  const found = facts(
    'inSegment("x") and not inSegment("x") and xEvent[productListItems.count() > 1].count() > 2 and xEvent.exists()',
  );
  assert.deepEqual(
    found.memberships.map(({ audienceId }) => audienceId),
    ['x'],
  );
  assert.equal(found.aggregationCount, 2);
  assert.equal(found.nestingDepth, 2);
});

test('a question is positive when events can make the whole true', () => {
  const cases: Readonly<Record<string, boolean>> = {
    'xEvent.exists()': true,
    'not xEvent.exists()': false,
    'not (not xEvent.exists())': true,
    'xEvent.count() > 2': true,
    'xEvent.count() <= 2': false,
    'not (xEvent.count() <= 2)': true,
    '2 < xEvent.count() + 1': true,
    'xEvent.count() > loyalty.points': true,
    'xEvent.max(commerce.order.priceTotal).isNull()': false,
    'xEvent.max(commerce.order.priceTotal).isNotNull()': true,
    'forall E from xEvent where E.eventType = "a"': false,
  };
  for (const [text, expected] of Object.entries(cases))
    assert.equal(facts(text).eventSteps[0]?.isPositive, expected, text);
});

test('parts of dates that are compared with those of today ignore the year', () => {
  assert.notEqual(facts('currentDayOfMonth() = person.birthDate.getDayOfMonth()').ignoresYear, null);
  assert.equal(facts('person.birthDate.getYear() = currentYear()').ignoresYear, null);
  assert.equal(facts('person.birthDate.getMonth() = 5').ignoresYear, null);
  assert.equal(facts('xEvent[timestamp.getMonth() = currentMonth()]').ignoresYear, null);
});

test('a time window is how far back an event can lie', () => {
  const { hour, day } = fixedUnitMs;
  const relative = (lookbackMs: number, reachesNow = true): EventWindow => ({
    kind: 'relative',
    lookbackMs,
    reachesNow,
  });
  const cases: readonly (readonly [condition: string, expected: EventWindow])[] = [
    ['timestamp occurs <= 24 hours before now', relative(day)],
    ['timestamp occurs < 1 day before now', relative(day)],
    ['timestamp occurs <= 24 hours from now', relative(day)],
    ['timestamp occurs today', relative(day)],
    ['timestamp occurs on now', relative(day)],
    ['timestamp occurs this hour', relative(hour)],
    ['timestamp occurs after yesterday', relative(day)],
    ['timestamp occurs yesterday', relative(2 * day, false)],
    ['timestamp occurs last hour', relative(2 * hour, false)],
    ['timestamp occurs <= 1 day before today', relative(2 * day, false)],
    ['timestamp occurs = 0 days before now', relative(day)],
    ['timestamp occurs = 1 day before now', relative(2 * day, false)],
    ['timestamp occurs between yesterday and now', relative(2 * day)],
    ['timestamp occurs tomorrow', relative(0, false)],
    ['timestamp occurs <= 2 months before now', relative(62 * day)],
    ['timestamp occurs <= 5 hours before now and timestamp occurs > 1 hour before now', relative(5 * hour, false)],
    ['timestamp occurs today or timestamp occurs <= 3 days before now', relative(3 * day)],
    ['timestamp occurs on date(2024, 5, 1)', { kind: 'fixed' }],
    ['timestamp occurs after ^.loyalty.joinDate', { kind: 'fixed' }],
    ['timestamp occurs > 3 days before now', { kind: 'unbounded' }],
    ['timestamp occurs before now', { kind: 'unbounded' }],
    ['timestamp occurs today or eventType = "a"', { kind: 'unbounded' }],
    ['not (timestamp occurs today)', { kind: 'unbounded' }],
    ['commerce.order.createdDate occurs today', { kind: 'unbounded' }],
  ];
  for (const [condition, expected] of cases) {
    assert.deepEqual(facts(`xEvent[${condition}]`).eventSteps[0]?.window, expected, condition);
  }
});
