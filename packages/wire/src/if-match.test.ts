import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { decodeIfMatch } from './if-match.ts';

function check(header: string | undefined, expected: string | readonly string[]): void {
  const decoded = decodeIfMatch(header);
  const found = decoded instanceof Problem ? decoded.problem : decoded.kind;
  const versions = !(decoded instanceof Problem) && decoded.kind === 'versions' ? decoded.versions : null;
  assert.deepEqual(versions ?? found, expected, header);
}

test('without the header nothing is demanded, and a star demands that there is a version', () => {
  check(undefined, 'none');
  check('*', 'any');
  check(' * ', 'any');
});

test('an etag is read quoted, weak, bare, and as it stands in a body', () => {
  for (const header of ['"a-1"', 'W/"a-1"', 'a-1', '"\\"a-1\\""', '""a-1""', ' "a-1" ']) check(header, ['a-1']);
});

test('any of several etags will do', () => {
  check('"a-1", W/"b-2",c-3', ['a-1', 'b-2', 'c-3']);
});

test('what is no list of etags is refused', () => {
  for (const header of ['', ',', '"a', 'a b', '"a",,"b"', `"a"${',"a"'.repeat(100)}`])
    check(header, 'invalidParameter');
});
