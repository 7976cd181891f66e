import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeySet } from './key-set.ts';

test('a set knows what was added and counts each text once', () => {
  const set = new KeySet();
  const count = 200_000;
  for (let n = 0; n < count; n++) assert.equal(set.add(`customer-${n}`), true);
  for (let n = 0; n < count; n++) assert.equal(set.add(`customer-${n}`), false);
  assert.equal(set.size, count);
  assert.equal(set.has('customer-7'), true);
  assert.equal(set.has(`customer-${count}`), false);
});

test('short numbers, long common beginnings and swapped letters are told apart', () => {
  const set = new KeySet();
  const texts = ['', '0', '1', 'ab', 'ba', '\0', '\0\0', 'é', 'e'];
  for (let n = 0; n < 100_000; n++) texts.push(`${n + 2}`, `${'x'.repeat(60)}${n}`);
  for (const text of texts) set.add(text);
  assert.equal(set.size, texts.length);
});
