import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTimeReader } from './date-time.ts';

function check(format: string, zone: string, text: string, expected: string | null): void {
  const reader = compileTimeReader(format, zone);
  if (typeof reader !== 'function') throw new Error(reader.error);
  const time = reader(text);
  assert.equal(time === null ? null : new Date(time).toISOString(), expected, `${format} ${zone} ${text}`);
}

function checkError(format: string, zone: string, expected: RegExp): void {
  const reader = compileTimeReader(format, zone);
  assert.ok(typeof reader !== 'function');
  assert.match(reader.error, expected);
}

test('a pattern reads what is written like it and nothing else', () => {
  check('yyyy-MM-dd HH:mm:ss', 'UTC', '2010-12-01 08:26:00', '2010-12-01T08:26:00.000Z');
  check('M/d/yyyy H:mm', 'UTC', '12/1/2010 8:26', '2010-12-01T08:26:00.000Z');
  check("yyyyMMdd'T'HHmm", 'UTC', '20101201T0826', '2010-12-01T08:26:00.000Z');
  check('dd.MM.yyyy', 'UTC', '01.12.2010', '2010-12-01T00:00:00.000Z');
  check('dd.MM.yyyy', 'UTC', '01x12x2010', null);
  check('yyyy-MM-dd', 'UTC', '2023-02-30', null);
  check('yyyy-MM-dd HH:mm', 'UTC', '2023-02-03 24:00', null);
});

test('iso times count with their own offset, others with the zone', () => {
  check('iso', '+02:00', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000Z');
  check('iso', '+02:00', '2020-01-01T00:00:00.123456', '2019-12-31T22:00:00.123Z');
  check('iso', 'UTC', '2020-01-01T00:00:00-05:30', '2020-01-01T05:30:00.000Z');
  check('iso', 'UTC', '2020-01-01', '2020-01-01T00:00:00.000Z');
  check('iso', 'UTC', '2020-1-1', null);
});

test('epochs are milliseconds or seconds', () => {
  check('epoch-milliseconds', 'UTC', '1577836800000', '2020-01-01T00:00:00.000Z');
  check('epoch-seconds', 'UTC', '1577836800', '2020-01-01T00:00:00.000Z');
  check('epoch-seconds', 'UTC', '1.5', null);
});

test('times outside the years 1900 to 2299 are refused', () => {
  check('yyyy-MM-dd', 'UTC', '1899-12-31', null);
  check('yyyy-MM-dd', 'UTC', '1900-01-01', '1900-01-01T00:00:00.000Z');
  check('yyyy-MM-dd', 'UTC', '2299-12-31', '2299-12-31T00:00:00.000Z');
  check('yyyy-MM-dd', 'UTC', '2300-01-01', null);
});

test('a named zone knows its summer time', () => {
  const format = 'yyyy-MM-dd HH:mm';
  check(format, 'Europe/London', '2011-01-15 12:00', '2011-01-15T12:00:00.000Z');
  check(format, 'Europe/London', '2011-07-15 12:00', '2011-07-15T11:00:00.000Z');
  check(format, 'America/New_York', '2011-07-15 12:00', '2011-07-15T16:00:00.000Z');
});

test('of two moments the earlier is meant, and a time in the gap counts with the offset before it', () => {
  const format = 'yyyy-MM-dd HH:mm';
  check(format, 'Europe/London', '2011-10-30 01:30', '2011-10-30T00:30:00.000Z');
  check(format, 'Europe/London', '2011-03-27 01:30', '2011-03-27T01:30:00.000Z');
});

test('formats and zones that are none say why', () => {
  checkError('yyyy-MM-dd hh:mm', 'UTC', /`hh` in the format/);
  checkError('HH:mm', 'UTC', /has no year/);
  checkError('iso', 'Mars/Base', /`Mars\/Base` is no time zone/);
  checkError('iso', '+99:00', /no time zone/);
});
