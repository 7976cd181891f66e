import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './list-memory.ts';

test('what was neither kept nor asked for lately goes first, by its weight', () => {
  const recent = new Recent<string>(10, (text) => text.length);
  recent.keep('a', '1234');
  recent.keep('b', '1234');
  assert.equal(recent.find('a'), '1234');
  recent.keep('c', '123');
  assert.deepEqual([recent.find('a'), recent.find('b'), recent.find('c')], ['1234', undefined, '123']);
  recent.keep('a', '1');
  recent.keep('d', '123456');
  assert.deepEqual([recent.find('a'), recent.find('c'), recent.find('d')], ['1', '123', '123456']);
});

test('what is too heavy alone is not kept', () => {
  const recent = new Recent<string>(3, (text) => text.length);
  recent.keep('a', '1');
  recent.keep('b', '1234');
  assert.deepEqual([recent.find('a'), recent.find('b')], [undefined, undefined]);
});
