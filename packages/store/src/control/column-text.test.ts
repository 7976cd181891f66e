import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnText, compareColumnTexts } from './column-text.ts';

test('texts of columns are ordered like their bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 4 }).map(columnText);
  fc.assert(
    fc.property(text, text, text, (start, left, right) => {
      const order = compareColumnTexts(start + left, start + right);
      assert.equal(Math.sign(order), Buffer.compare(Buffer.from(start + left), Buffer.from(start + right)));
    }),
    { numRuns: 2_000 },
  );
});
