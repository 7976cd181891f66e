import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderRegex } from './regex.ts';

test('letters beyond ASCII are written by their number, wherever they stand', () => {
  const cases: readonly (readonly [pattern: string, rendered: string])[] = [
    ['', ''],
    ['a.b\\d[x-z]?', 'a.b\\d[x-z]?'],
    ['café?', 'caf\\x{e9}?'],
    ['[é-ü]*\\é', '[\\x{e9}-\\x{fc}]*\\x{e9}'],
    ['😀{0}', '\\x{1f600}{0}'],
    ['\\\\é', '\\\\\\x{e9}'],
    ['\\Qa.é\\E.', '\\Qa.\\E\\x{e9}\\Q\\E.'],
    ['(?P<é>é)(?<ß>a)', '(?P<é>\\x{e9})(?<ß>a)'],
    ['a\nb\\', 'a\nb\\'],
  ];
  for (const [pattern, rendered] of cases) assert.equal(renderRegex(pattern), `(?-s)${rendered}`);
});
