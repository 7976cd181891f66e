import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeType } from './describe.ts';
import { fieldAt, leafPaths } from './leaves.ts';
import { loadObjectType } from './schema.ts';

const { type } = loadObjectType({
  properties: {
    name: { type: 'string', title: 'Name' },
    person: { properties: { age: { type: 'integer' } } },
    tags: { type: 'array', items: { type: 'string' } },
    items: {
      type: 'array',
      items: {
        properties: {
          sku: { type: 'string' },
          sizes: { type: 'array', items: { type: 'number' } },
          options: { type: 'array', items: { properties: { value: { type: 'string' } } } },
        },
      },
    },
    map: { type: 'object', additionalProperties: { type: 'string' } },
    empty: { type: 'object', properties: {} },
  },
});

test('leaves are scalars with their path, type and arrays on the way', () => {
  const leaves = [...leafPaths(type)].map((leaf) => [
    leaf.path.join('.'),
    describeType(leaf.type),
    leaf.arrayDepth,
    leaf.outerArrayLength,
  ]);
  assert.deepEqual(leaves, [
    ['name', 'a string', 0, null],
    ['person.age', 'a whole number', 0, null],
    ['tags', 'a string', 1, 1],
    ['items.sku', 'a string', 1, 1],
    ['items.sizes', 'a number', 2, 1],
    ['items.options.value', 'a string', 2, 1],
  ]);
});

test('a field is found through objects and arrays', () => {
  assert.equal(fieldAt(type, ['name'])?.title, 'Name');
  assert.deepEqual(fieldAt(type, ['items', 'options', 'value'])?.type, { kind: 'string' });
  assert.equal(fieldAt(type, ['items'])?.type.kind, 'array');
});

test('there is no field at other paths', () => {
  for (const path of [[], ['nme'], ['name', 'x'], ['map', 'x'], ['__proto__'], ['person', 'constructor']]) {
    assert.equal(fieldAt(type, path), null, path.join('.'));
  }
});
