import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';
import { formatIsoTime } from '../types/iso-time.ts';
import type { PqlObject } from '../types/value.ts';
import { stableUntil } from './stable-until.ts';

const regex = { compile: (): { readonly error: string } => ({ error: 'no patterns here' }) };
const asOf = Date.UTC(2024, 5, 15, 12);
const profile: PqlObject = {
  loyalty: { joinDate: Date.UTC(2024, 4, 20) },
  xEvent: [{ timestamp: Date.UTC(2024, 5, 14, 13) }, { timestamp: Date.UTC(2024, 5, 15, 11) }],
};

function check(text: string, expected: string | null): void {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  const until = stableUntil(checked, profile, { asOf, regex });
  assert.equal(until === null ? null : formatIsoTime(until), expected, text);
}

test('a result without relative times is stable for ever', () => {
  check('homeAddress.country = "DE" and xEvent.count() > 2', null);
  check('loyalty.joinDate occurs after date(2024, 1, 1)', null);
  check('xEvent.exists(timestamp occurs after ^.loyalty.joinDate)', null);
});

test('a result is stable until the next time leaves its window', () => {
  check('xEvent.exists(timestamp occurs <= 24 hours before now)', '2024-06-15T13:00:00.001Z');
  check('xEvent.exists(timestamp occurs < 24 hours before now)', '2024-06-15T13:00:00.000Z');
  check('xEvent.exists(timestamp occurs today)', '2024-06-16T00:00:00.000Z');
  check('xEvent.exists(timestamp occurs this month)', '2024-07-01T00:00:00.000Z');
});

test('a result is stable until the next time enters its window', () => {
  check('loyalty.joinDate occurs > 30 days before now', '2024-06-19T00:00:00.001Z');
  check('loyalty.joinDate occurs last month', '2024-07-01T00:00:00.000Z');
  check('loyalty.joinDate occurs before today', null);
});

test('distances in months are safe to the day', () => {
  check('loyalty.joinDate occurs <= 1 month before now', '2024-06-20T00:00:00.000Z');
});

test('parts of the date change with it', () => {
  check('person.birthYear = currentYear()', '2025-01-01T00:00:00.000Z');
  check('loyalty.joinDate.getMonth() = currentMonth()', '2024-07-01T00:00:00.000Z');
  check('loyalty.joinDate.getDayOfMonth() = currentDayOfMonth()', '2024-06-16T00:00:00.000Z');
});
