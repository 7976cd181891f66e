import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListMemory, Recent } from './list-memory.ts';

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

test('what is too heavy alone is not kept, and pushes nothing out', () => {
  const recent = new Recent<string>(3, (text) => text.length);
  recent.keep('a', '1');
  recent.keep('b', '1234');
  assert.deepEqual([recent.find('a'), recent.find('b')], ['1', undefined]);
  recent.keep('a', '1234');
  assert.equal(recent.find('a'), undefined);
});

test('lists that match nothing are forgotten all the same, by the length of what was asked', () => {
  const { counts, windows } = new ListMemory();
  const keyOf = (list: number): string => `${list} ${'x'.repeat(20_000)}`;
  for (let list = 0; list < 1_000; list += 1) {
    counts.keep(keyOf(list), { changes: 1, total: 0 });
    windows.keep(keyOf(list), { changes: 1, start: 0, ids: [], isEnd: true });
  }
  const isKept = (memory: { find(key: string): unknown }) => (list: number) => memory.find(keyOf(list)) !== undefined;
  assert.deepEqual([0, 899, 900, 999].map(isKept(counts)), [false, false, false, true]);
  assert.deepEqual([0, 300, 400, 999].map(isKept(windows)), [false, false, true, true]);
});
