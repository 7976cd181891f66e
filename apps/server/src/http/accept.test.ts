import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptsAny } from './accept.ts';

function check(header: string | undefined, expected: boolean, mediaTypes = ['application/json']): void {
  assert.equal(acceptsAny(header, mediaTypes), expected, `${header} for ${mediaTypes.join(' or ')}`);
}

test('headers that name JSON, or all there is, accept it', () => {
  for (const header of [
    'application/json',
    'APPLICATION/JSON; charset=utf-8',
    'application/*',
    'application/vnd.adobe.external.audiences+json; version=2',
    '*/*',
    'text/html, application/json;q=0.1',
    'text/html;q=1, */*;q=0.01',
  ]) {
    check(header, true);
  }
});

test('headers that leave JSON out do not', () => {
  for (const header of [
    'text/html',
    'text/*, image/png',
    'application/xml',
    'image/svg+xml',
    'text/vnd.x+json',
    'application/json;q=0',
    'application/json; q=0.0, */*',
    'application/*;q=0, */*',
  ]) {
    check(header, false);
  }
});

test('no header and one that cannot be read exclude nothing', () => {
  for (const header of [undefined, '', ' ', 'nonsense', ',;,', 'application/json;q=often']) check(header, true);
});

test('any of several types is enough', () => {
  check('text/csv', true, ['application/json', 'text/csv']);
  check('application/x-ndjson', true, ['application/json', 'text/csv', 'application/x-ndjson']);
  check('image/png', false, ['application/json', 'text/csv']);
});
