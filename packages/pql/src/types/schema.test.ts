import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeType } from './describe.ts';
import { fieldAt } from './leaves.ts';
import { anySchema, loadObjectType, mergeObjectTypes, schemaLimits } from './schema.ts';
import type { ObjectType, PqlType } from './type.ts';

/** The types of a document's fields, in words. */
function check(properties: unknown, expected: Readonly<Record<string, string>>): void {
  const { type, problems } = loadObjectType({ type: 'object', properties });
  assert.deepEqual(problems, []);
  assert.deepEqual(inWords(type), expected);
}

function inWords(type: ObjectType): Readonly<Record<string, string>> {
  return Object.fromEntries([...type.fields].map(([name, field]) => [name, describeType(field.type)]));
}

function loaded(properties: unknown, rest: object = {}): ObjectType {
  return loadObjectType({ type: 'object', properties, ...rest }).type;
}

function typeAt(type: ObjectType, ...path: readonly string[]): PqlType | undefined {
  return fieldAt(type, path)?.type;
}

test('the types of JSON Schema have their counterparts', () => {
  check(
    {
      text: { type: 'string' },
      link: { type: 'string', format: 'uri' },
      number: { type: 'number' },
      whole: { type: 'integer' },
      flag: { type: 'boolean' },
      day: { type: 'string', format: 'date' },
      moment: { type: 'string', format: 'date-time' },
      optional: { type: ['null', 'string'] },
      list: { type: 'array', items: { type: 'string' } },
      lists: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
      object: { type: 'object', properties: {} },
      untitled: { properties: { a: { type: 'string' } } },
    },
    {
      text: 'a string',
      link: 'a string',
      number: 'a number',
      whole: 'a whole number',
      flag: 'a boolean',
      day: 'a timestamp',
      moment: 'a timestamp',
      optional: 'a string',
      list: 'an array of strings',
      lists: 'an array of arrays of numbers',
      map: 'a map of whole numbers',
      object: 'an object',
      untitled: 'an object',
    },
  );
});

test('the types of XDM say more than those of JSON Schema', () => {
  check(
    {
      long: { type: 'integer', 'meta:xdmType': 'long' },
      byte: { type: 'integer', 'meta:xdmType': 'byte' },
      double: { type: 'number', 'meta:xdmType': 'double' },
      date: { type: 'string', 'meta:xdmType': 'date' },
      dateTime: { type: 'string', format: 'date-time', 'meta:xdmType': 'date-time' },
      moment: { type: 'string', format: 'date-time', 'meta:xdmType': 'string' },
      map: { type: 'object', 'meta:xdmType': 'map', additionalProperties: { type: 'string' } },
      other: { type: 'string', 'meta:xdmType': 'of the future' },
    },
    {
      long: 'a whole number',
      byte: 'a whole number',
      double: 'a number',
      date: 'a timestamp',
      dateTime: 'a timestamp',
      moment: 'a timestamp',
      map: 'a map of strings',
      other: 'a string',
    },
  );
});

test('titles, descriptions and known values are kept', () => {
  const type = loaded({
    closed: { type: 'string', title: 'Closed', description: 'A list.', enum: ['b', 'a', null] },
    open: { type: 'string', 'meta:enum': { x: 'The x', y: 'The y' } },
  });
  assert.deepEqual(type.fields.get('closed'), {
    type: { kind: 'string' },
    title: 'Closed',
    description: 'A list.',
    values: ['b', 'a'],
  });
  assert.deepEqual(type.fields.get('open')?.values, ['x', 'y']);
});

test('a reference takes its definition, and its own words first', () => {
  const type = loaded(
    { home: { $ref: '#/$defs/address', title: 'Home' }, old: { $ref: '#/definitions/text' } },
    {
      $defs: { address: { type: 'object', title: 'Address', properties: { city: { $ref: '#/definitions/text' } } } },
      definitions: { text: { type: 'string' } },
    },
  );
  assert.equal(type.fields.get('home')?.title, 'Home');
  assert.deepEqual(typeAt(type, 'home', 'city'), { kind: 'string' });
  assert.deepEqual(typeAt(type, 'old'), { kind: 'string' });
});

test('allOf joins the fields of its parts, however deep they stand', () => {
  const parts = {
    $defs: {
      one: {
        allOf: [
          { $ref: '#/$defs/two' },
          { properties: { a: { type: 'object', properties: { x: { type: 'string' } } } } },
        ],
      },
      two: { type: 'object', properties: { a: { type: 'object', properties: { y: { type: 'number' } } } } },
    },
  };
  const type = loaded({ joined: { allOf: [{ $ref: '#/$defs/one' }] } }, parts);
  assert.deepEqual(typeAt(type, 'joined', 'a', 'x'), { kind: 'string' });
  assert.deepEqual(typeAt(type, 'joined', 'a', 'y'), { kind: 'number' });
});

test('a schema that contains itself ends at the limit of depth', () => {
  const { type, problems } = loadObjectType({
    properties: { root: { $ref: '#/$defs/node' } },
    $defs: {
      node: { type: 'object', allOf: [{ $ref: '#/$defs/node' }], properties: { next: { $ref: '#/$defs/node' } } },
    },
  });
  const path = ['root', ...Array.from({ length: schemaLimits.depthMax - 1 }, () => 'next')];
  assert.deepEqual(problems, [{ path: [...path, 'next'].join('.'), message: 'nested more than 32 deep' }]);
  assert.equal(typeAt(type, ...path)?.kind, 'object');
});

test('a schema that grows without end stops at the limit of fields', () => {
  const node = { type: 'object', properties: { left: { $ref: '#/$defs/node' }, right: { $ref: '#/$defs/node' } } };
  const { problems } = loadObjectType({ properties: { root: { $ref: '#/$defs/node' } }, $defs: { node } });
  assert.ok(problems.some(({ message }) => message === 'more than 10000 fields'));
});

test('what cannot be used is left out and reported', () => {
  const { type, problems } = loadObjectType({
    properties: { a: { type: 'string' }, b: 5, c: {}, d: { type: 'array' }, e: { $ref: '#/$defs/none' } },
  });
  assert.deepEqual([...type.fields.keys()], ['a']);
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['b', 'c', 'd[]', 'e'],
  );
  assert.deepEqual(loadObjectType('x').problems, [{ path: '', message: 'a schema must be an object' }]);
});

test('names that objects have by themselves are ordinary names', () => {
  const text =
    '{"properties": {"__proto__": {"type": "string"}, "constructor": {"$ref": "#/$defs/toString"}}, "$defs": {}}';
  const { type, problems } = loadObjectType(JSON.parse(text));
  assert.deepEqual(inWords(type), { ['__proto__']: 'a string' });
  assert.equal(problems.length, 1);
});

test('merging joins objects, also inside arrays and maps', () => {
  const base = loaded({
    person: { type: 'object', title: 'Person', properties: { name: { type: 'string' } } },
    items: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { x: { type: 'string' } } } },
  });
  const added = loaded({
    person: { type: 'object', title: 'Other', properties: { age: { type: 'integer' } } },
    items: { type: 'array', items: { type: 'object', properties: { colour: { type: 'string' } } } },
    map: { type: 'object', additionalProperties: { type: 'object', properties: { y: { type: 'string' } } } },
    own: { type: 'boolean' },
  });
  const { type, problems } = mergeObjectTypes(base, added);
  assert.deepEqual(problems, []);
  assert.deepEqual(typeAt(type, 'person', 'age'), { kind: 'integer' });
  assert.deepEqual(typeAt(type, 'items', 'sku'), { kind: 'string' });
  assert.deepEqual(typeAt(type, 'items', 'colour'), { kind: 'string' });
  assert.deepEqual(typeAt(type, 'own'), { kind: 'boolean' });
  assert.equal(type.fields.get('person')?.title, 'Person');
  const map = typeAt(type, 'map');
  assert.ok(map?.kind === 'map' && map.value.kind === 'object');
  assert.deepEqual([...map.value.fields.keys()], ['x', 'y']);
  assert.equal(base.fields.size, 3);
});

test('merging reports a field of another type and keeps the first', () => {
  const base = loaded({
    a: { type: 'object', properties: { x: { type: 'number' } } },
    list: { type: 'array', items: { type: 'string' } },
  });
  const added = loaded({
    a: { type: 'object', properties: { x: { type: 'string' } } },
    list: { type: 'array', items: { type: 'number' } },
  });
  const { type, problems } = mergeObjectTypes(base, added);
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['a.x', 'list[]'],
  );
  assert.deepEqual(typeAt(type, 'a', 'x'), { kind: 'number' });
});

test('the schema of untyped fields is open for profiles and events', () => {
  assert.equal(anySchema.profile.open, true);
  assert.equal(anySchema.event.open, true);
  assert.deepEqual(typeAt(anySchema.event, 'timestamp'), { kind: 'timestamp' });
});
