import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { analyzeExpression } from '../analyze.ts';
import type { TimeTest } from '../check/expression.ts';
import { builtInSchema } from '../types/built-in.ts';
import { formatIsoTime, parseIsoTime } from '../types/iso-time.ts';
import { bindTime } from './bind-time.ts';
import { instant, isWithin, timeWindow, unitAround } from './time-window.ts';

/** A Wednesday in a leap year. */
const asOf = at('2024-05-15T12:34:56.789Z');

function at(text: string): number {
  const moment = parseIsoTime(text);
  assert.ok(moment !== null, text);
  return moment;
}

/** The stretches that `person.birthDate occurs <rule>` accepts, both ends included; `…` where open. */
function windowOf(rule: string): readonly string[] {
  const { checked } = analyzeExpression(`person.birthDate occurs ${rule}`, builtInSchema);
  assert.ok(checked !== null, rule);
  const bound = bindTime(checked.root, asOf);
  assert.equal(bound.kind, 'within', rule);
  if (bound.kind !== 'within') return [];
  const shown = (moment: number): string => (Number.isFinite(moment) ? formatIsoTime(moment) : '…');
  const ranges = bound.ranges.map(({ from, to }) => `${shown(from)} to ${shown(to)}`);
  return bound.negated ? ['all but', ...ranges] : ranges;
}

function check(rule: string, ...expected: readonly string[]): void {
  assert.deepEqual(windowOf(rule), expected, rule);
}

test('before and after leave the reference out', () => {
  check('before now', '… to 2024-05-15T12:34:56.788Z');
  check('after now', '2024-05-15T12:34:56.790Z to …');
  check('before today', '… to 2024-05-14T23:59:59.999Z');
  check('after today', '2024-05-16T00:00:00.000Z to …');
  check('before date(2024, 2, 29)', '… to 2024-02-28T23:59:59.999Z');
  check('after last month', '2024-05-01T00:00:00.000Z to …');
});

test('on is the interval, and for a moment its day', () => {
  check('on now', '2024-05-15T00:00:00.000Z to 2024-05-15T23:59:59.999Z');
  check('today', '2024-05-15T00:00:00.000Z to 2024-05-15T23:59:59.999Z');
  check('yesterday', '2024-05-14T00:00:00.000Z to 2024-05-14T23:59:59.999Z');
  check('on tomorrow', '2024-05-16T00:00:00.000Z to 2024-05-16T23:59:59.999Z');
  check('on date(2024, 2, 29)', '2024-02-29T00:00:00.000Z to 2024-02-29T23:59:59.999Z');
  check('this week', '2024-05-13T00:00:00.000Z to 2024-05-19T23:59:59.999Z');
  check('last week', '2024-05-06T00:00:00.000Z to 2024-05-12T23:59:59.999Z');
  check('next month', '2024-06-01T00:00:00.000Z to 2024-06-30T23:59:59.999Z');
  check('last year', '2023-01-01T00:00:00.000Z to 2023-12-31T23:59:59.999Z');
  check('this decade', '2020-01-01T00:00:00.000Z to 2029-12-31T23:59:59.999Z');
  check('last century', '1900-01-01T00:00:00.000Z to 1999-12-31T23:59:59.999Z');
  check('this hour', '2024-05-15T12:00:00.000Z to 2024-05-15T12:59:59.999Z');
});

test('between has both ends', () => {
  check('between yesterday and today', '2024-05-14T00:00:00.000Z to 2024-05-15T23:59:59.999Z');
  check('between date(2024, 1, 1) and now', '2024-01-01T00:00:00.000Z to 2024-05-15T12:34:56.789Z');
  check('between today and yesterday', '2024-05-15T00:00:00.000Z to 2024-05-14T23:59:59.999Z');
});

test('a distance before a moment ends at the moment', () => {
  check('< 3 days before now', '2024-05-12T12:34:56.790Z to 2024-05-15T12:34:56.788Z');
  check('<= 3 days before now', '2024-05-12T12:34:56.789Z to 2024-05-15T12:34:56.789Z');
  check('> 3 days before now', '… to 2024-05-12T12:34:56.788Z');
  check('>= 3 days before now', '… to 2024-05-12T12:34:56.789Z');
  check('= 3 days before now', '2024-05-12T00:00:00.000Z to 2024-05-12T23:59:59.999Z');
  check('!= 3 days before now', 'all but', '2024-05-12T00:00:00.000Z to 2024-05-12T23:59:59.999Z');
});

test('a distance before an interval counts from its first millisecond and leaves it out', () => {
  check('< 3 days before today', '2024-05-12T00:00:00.001Z to 2024-05-14T23:59:59.999Z');
  check('<= 3 days before today', '2024-05-12T00:00:00.000Z to 2024-05-14T23:59:59.999Z');
  check('> 3 days before today', '… to 2024-05-11T23:59:59.999Z');
  check('>= 3 days before today', '… to 2024-05-12T00:00:00.000Z');
  check('= 2 hours before today', '2024-05-14T22:00:00.000Z to 2024-05-14T22:59:59.999Z');
});

test('a distance after an interval counts from its last millisecond', () => {
  check('< 3 days after today', '2024-05-16T00:00:00.000Z to 2024-05-18T23:59:59.998Z');
  check('<= 3 days after today', '2024-05-16T00:00:00.000Z to 2024-05-18T23:59:59.999Z');
  check('> 3 days after today', '2024-05-19T00:00:00.000Z to …');
  check('>= 3 days after today', '2024-05-18T23:59:59.999Z to …');
  check('= 3 days after today', '2024-05-18T00:00:00.000Z to 2024-05-18T23:59:59.999Z');
});

test('from is either side, and both for unequal', () => {
  check(
    '<= 1 day from now',
    '2024-05-14T12:34:56.789Z to 2024-05-15T12:34:56.789Z',
    '2024-05-15T12:34:56.789Z to 2024-05-16T12:34:56.789Z',
  );
  check(
    '!= 1 day from now',
    'all but',
    '2024-05-14T00:00:00.000Z to 2024-05-14T23:59:59.999Z',
    '2024-05-16T00:00:00.000Z to 2024-05-16T23:59:59.999Z',
  );
});

test('months and years are clamped to the last day', () => {
  check('<= 3 months before date(2024, 5, 31)', '2024-02-29T00:00:00.000Z to 2024-05-30T23:59:59.999Z');
  check('>= 1 year before date(2024, 2, 29)', '… to 2023-02-28T00:00:00.000Z');
  check('= 1 month before now', '2024-04-01T00:00:00.000Z to 2024-04-30T23:59:59.999Z');
  check('= 1 week before now', '2024-05-06T00:00:00.000Z to 2024-05-12T23:59:59.999Z');
});

test('a distance of nothing is the moment or its unit', () => {
  check('<= 0 days before now', '2024-05-15T12:34:56.789Z to 2024-05-15T12:34:56.789Z');
  check('= 0 days before now', '2024-05-15T00:00:00.000Z to 2024-05-15T23:59:59.999Z');
});

const moments = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2050, 0, 1) });
const distance = fc.record({
  kind: fc.constant('distance'),
  operator: fc.constantFrom('=', '<', '<=', '>', '>='),
  amount: fc.nat(40),
  unit: fc.constantFrom('hour', 'day', 'week', 'month', 'year'),
  direction: fc.constantFrom('before', 'after', 'from'),
  reference: fc.constant({ kind: 'named', name: 'now' } as const),
});
const intervals = fc.oneof(
  moments.map(instant),
  moments.map((moment) => unitAround(moment, 'day')),
);

function accepts(test: TimeTest, reference: Parameters<typeof timeWindow>[1], moment: number): boolean {
  return isWithin(moment, timeWindow(test, reference));
}

test('from is before or after, and unequal the opposite of equal', () => {
  fc.assert(
    fc.property(distance, intervals, moments, (test, reference, moment) => {
      const before = accepts({ ...test, direction: 'before' }, reference, moment);
      const after = accepts({ ...test, direction: 'after' }, reference, moment);
      assert.equal(accepts({ ...test, direction: 'from' }, reference, moment), before || after);
      const isEqual = accepts({ ...test, operator: '=' }, reference, moment);
      assert.equal(accepts({ ...test, operator: '!=' }, reference, moment), !isEqual);
    }),
  );
});

test('below and at least split what lies before a moment', () => {
  fc.assert(
    fc.property(distance, moments, moments, (test, reference, moment) => {
      if (moment >= reference) return;
      const passes = (operator: '<' | '<=' | '>' | '>='): boolean =>
        accepts({ ...test, operator, direction: 'before' }, instant(reference), moment);
      assert.notEqual(passes('<'), passes('>='));
      assert.notEqual(passes('<='), passes('>'));
      assert.ok(!passes('<') || passes('<='));
    }),
  );
});
