import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIsoTime, isSupportedMoment, parseIsoTime } from './iso-time.ts';

const supportedMoment = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2300, 0, 1) - 1 });

function check(text: string, expected: number | null): void {
  assert.equal(parseIsoTime(text), expected, text);
}

test('a time with an offset is its moment in UTC', () => {
  const noon = Date.UTC(2024, 1, 29, 12);
  check('2024-02-29T12:00:00Z', noon);
  check('2024-02-29T12:00:00.000Z', noon);
  check('2024-02-29T12:00Z', noon);
  check('2024-02-29t12:00:00z', noon);
  check('2024-02-29 12:00:00Z', noon);
  check('2024-02-29T14:00:00+02:00', noon);
  check('2024-02-29T14:00:00+0200', noon);
  check('2024-02-29T14:00:00+02', noon);
  check('2024-02-29T06:30:00-05:30', noon);
  check('2024-03-01T01:00:00+13:00', noon);
});

test('a date alone is its midnight', () => {
  check('2024-02-29', Date.UTC(2024, 1, 29));
  check('1900-01-01', Date.UTC(1900, 0, 1));
});

test('a fraction of a second is cut off at milliseconds', () => {
  check('2024-01-01T00:00:00.5Z', Date.UTC(2024, 0, 1) + 500);
  check('2024-01-01T00:00:00.05Z', Date.UTC(2024, 0, 1) + 50);
  check('2024-01-01T00:00:00,123Z', Date.UTC(2024, 0, 1) + 123);
  check('2024-01-01T00:00:00.123999999Z', Date.UTC(2024, 0, 1) + 123);
  check('1969-12-31T23:59:59.999999Z', -1);
});

test('a time without an offset is none', () => {
  check('2024-01-01T00:00:00', null);
});

test('days and times that do not exist are none', () => {
  for (const text of [
    '2023-02-29',
    '2100-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-01',
    '2024-01-00',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60',
  ]) {
    check(text, null);
  }
});

test('other texts are no times', () => {
  for (const text of ['', 'now', '2024', '2024-1-1', '20240101', '1704067200000', ' 2024-01-01', '2024-01-01\n']) {
    check(text, null);
  }
});

test('years outside 1900 to 2299 are not supported', () => {
  check('1899-12-31T23:59:59.999Z', null);
  check('2299-12-31T23:59:59.999Z', Date.UTC(2300, 0, 1) - 1);
  check('2300-01-01', null);
  check('1900-01-01T00:00:00+00:01', null);
  assert.ok(!isSupportedMoment(Date.UTC(2300, 0, 1)));
  assert.ok(!isSupportedMoment(Number.NaN));
});

test('what is formatted is parsed back to the same moment', () => {
  fc.assert(
    fc.property(supportedMoment, (moment) => {
      assert.equal(formatIsoTime(moment), new Date(moment).toISOString());
      assert.equal(parseIsoTime(formatIsoTime(moment)), moment);
    }),
  );
});

test('an offset moves the moment by as much as it says', () => {
  const offset = fc.tuple(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 59 }), fc.boolean());
  const moment = fc.integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2299, 0, 1) });
  fc.assert(
    fc.property(moment, offset, (utc, [hours, minutes, isWest]) => {
      const two = (value: number): string => String(value).padStart(2, '0');
      const east = (isWest ? -1 : 1) * (hours * 60 + minutes) * 60_000;
      const local = formatIsoTime(utc + east).slice(0, -1);
      check(`${local}${isWest ? '-' : '+'}${two(hours)}:${two(minutes)}`, utc);
    }),
  );
});
