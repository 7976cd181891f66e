import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { builtInSchema } from './built-in.ts';
import { decodeDocument, documentLimits } from './decode.ts';
import { anySchema, loadObjectType } from './schema.ts';
import type { ObjectType } from './type.ts';

const { type } = loadObjectType({
  properties: {
    text: { type: 'string' },
    number: { type: 'number' },
    whole: { type: 'integer' },
    flag: { type: 'boolean' },
    moment: { type: 'string', format: 'date-time' },
    object: {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'object', properties: { c: { type: 'number' } } } },
    },
    texts: { type: 'array', items: { type: 'string' } },
    objects: {
      type: 'array',
      items: { type: 'object', properties: { a: { type: 'string' }, n: { type: 'integer' } } },
    },
    lists: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
    map: { type: 'object', additionalProperties: { type: 'integer' } },
  },
});

/** The document that comes out, as JSON, when nothing is wrong with what goes in. */
function check(json: unknown, expected: unknown): void {
  const { document, problems, ignored } = decodeDocument(type, json);
  assert.deepEqual({ problems, ignored }, { problems: [], ignored: [] });
  assert.deepEqual(JSON.parse(JSON.stringify(document)), expected);
}

/** The problems with a document from which nothing remains. */
function checkRefused(json: unknown, expected: Readonly<Record<string, string>>): void {
  const { document, problems } = decodeDocument(type, json);
  assert.deepEqual(Object.fromEntries(problems.map(({ path, message }) => [path, message])), expected);
  assert.deepEqual(JSON.parse(JSON.stringify(document)), {});
}

test('null, missing and empty are dropped, and empty strings are kept', () => {
  check({ text: null, number: undefined, object: {}, texts: [], objects: [], map: {} }, {});
  check(
    { object: { a: null, b: { c: null } }, objects: [{}, null, { a: null }], lists: [[], [null]], map: { x: null } },
    {},
  );
  check({ text: '', number: 0, flag: false, texts: ['', null] }, { text: '', number: 0, flag: false, texts: [''] });
  check({ object: { a: '', b: {} } }, { object: { a: '' } });
  check({ objects: [null, { a: 'x' }, {}, { n: 0 }] }, { objects: [{ a: 'x' }, { n: 0 }] });
  check({ lists: [[1, null], [], [2]] }, { lists: [[1], [2]] });
});

test('values are converted when nothing is lost', () => {
  check({ text: 5 }, { text: '5' });
  check({ text: true }, { text: 'true' });
  check({ text: 12n }, { text: '12' });
  check({ number: '4.5' }, { number: 4.5 });
  check({ number: '-.5e3' }, { number: -500 });
  check({ whole: '42' }, { whole: 42 });
  check({ whole: 42.0 }, { whole: 42 });
  check({ whole: 42n }, { whole: 42 });
  check({ flag: 'true' }, { flag: true });
  check({ flag: 'false' }, { flag: false });
  check({ map: { x: '1', y: null } }, { map: { x: 1 } });
});

test('times become epoch milliseconds', () => {
  const noon = Date.UTC(2024, 1, 29, 12);
  check({ moment: '2024-02-29T14:00:00+02:00' }, { moment: noon });
  check({ moment: noon }, { moment: noon });
  check({ moment: '2024-02-29' }, { moment: Date.UTC(2024, 1, 29) });
  check({ moment: -1 }, { moment: -1 });
  check({ moment: 0 }, { moment: 0 });
});

test('negative zero is zero', () => {
  const { document } = decodeDocument(type, { number: -0, whole: '-0' });
  assert.ok(Object.is(document['number'], 0) && Object.is(document['whole'], 0));
});

test('half of a surrogate pair is replaced as UTF-8 would', () => {
  check({ text: 'a\ud83c', texts: ['\udf88b', '🎈'] }, { text: 'a\ufffd', texts: ['\ufffdb', '🎈'] });
});

test('what does not fit is refused with its path, and the rest stays', () => {
  checkRefused({ text: {} }, { text: 'an object is not a string' });
  checkRefused({ text: ['x'] }, { text: 'an array is not a string' });
  checkRefused({ number: 'ten' }, { number: '`"ten"` is not a number' });
  checkRefused({ number: Number.NaN }, { number: '`NaN` is not a number' });
  checkRefused({ number: Number.POSITIVE_INFINITY }, { number: '`Infinity` is not a number' });
  checkRefused({ number: '' }, { number: '`""` is not a number' });
  checkRefused({ number: '1e999' }, { number: '`"1e999"` is not a number' });
  checkRefused({ whole: 4.5 }, { whole: '`4.5` is not a whole number' });
  checkRefused({ whole: 2 ** 53 }, { whole: '`9007199254740992` is not a whole number' });
  checkRefused({ flag: 1 }, { flag: '`1` is not a boolean' });
  checkRefused({ flag: 'yes' }, { flag: '`"yes"` is not a boolean' });
  checkRefused({ moment: '2024-02-29T12:00:00' }, { moment: '`"2024-02-29T12:00:00"` is not a timestamp' });
  checkRefused({ moment: '2023-02-29' }, { moment: '`"2023-02-29"` is not a timestamp' });
  checkRefused({ moment: Date.UTC(2300, 0, 1) }, { moment: '`10413792000000` is not a timestamp' });
  checkRefused({ moment: 1.5 }, { moment: '`1.5` is not a timestamp' });
  checkRefused({ object: 'x' }, { object: '`"x"` is not an object' });
  checkRefused({ object: ['x'] }, { object: 'an array is not an object' });
  checkRefused({ texts: 'x' }, { texts: '`"x"` is not an array' });
  checkRefused({ map: 5 }, { map: '`5` is not an object' });
  checkRefused({ object: { b: { c: 'x' } } }, { 'object.b.c': '`"x"` is not a number' });
  checkRefused({ objects: [{ n: 1.5 }] }, { 'objects[0].n': '`1.5` is not a whole number' });
  const { document, problems } = decodeDocument(type, {
    texts: ['a', {}, 'b'],
    text: 'kept',
    map: { bad: 'x', good: 1 },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(document)), { texts: ['a', 'b'], text: 'kept', map: { good: 1 } });
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['texts[1]', 'map.bad'],
  );
});

test('a document that is no object is empty and reported', () => {
  for (const json of [null, 5, 'x', []]) {
    const { document, problems } = decodeDocument(type, json);
    assert.deepEqual([Object.keys(document), problems.length], [[], 1]);
  }
});

test('fields that the schema does not have are named and dropped', () => {
  const { document, ignored } = decodeDocument(type, {
    text: 'x',
    more: 1,
    object: { z: 1 },
    objects: [{ a: 'y', q: {} }],
  });
  assert.deepEqual(ignored, ['more', 'object.z', 'objects[0].q']);
  assert.deepEqual(JSON.parse(JSON.stringify(document)), { text: 'x', objects: [{ a: 'y' }] });
});

test('an open schema keeps what it does not know, without nulls', () => {
  const { document, problems, ignored } = decodeDocument(anySchema.event, {
    timestamp: '2024-02-29',
    own: { list: [1, null, 'a', {}, { deep: true }], none: null, empty: {} },
  });
  assert.deepEqual({ problems, ignored }, { problems: [], ignored: [] });
  assert.deepEqual(JSON.parse(JSON.stringify(document)), {
    timestamp: Date.UTC(2024, 1, 29),
    own: { list: [1, 'a', { deep: true }] },
  });
});

test('names that objects have by themselves are ordinary names', () => {
  const json = JSON.parse('{"own": {"__proto__": {"x": 1}, "constructor": 2, "toString": null}}');
  const own = decodeDocument(anySchema.profile, json).document['own'];
  assert.ok(typeof own === 'object' && own !== null && !Array.isArray(own));
  assert.deepEqual(Object.keys(own).sort(), ['__proto__', 'constructor']);
  const { document } = decodeDocument(anySchema.profile, {});
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    assert.equal(document[name], undefined);
});

test('beyond the limits a document is cut, and that is reported', () => {
  const { depthMax, itemsMax, textMax, reportsMax } = documentLimits;
  checkRefused({ text: 'x'.repeat(textMax + 1) }, { text: `longer than ${textMax} characters` });
  const long = decodeDocument(type, { texts: Array.from({ length: itemsMax + 1 }, () => 'x') });
  assert.deepEqual(long.problems, [{ path: 'texts', message: `more than ${itemsMax} items` }]);
  assert.equal(Array.isArray(long.document['texts']) && long.document['texts'].length, itemsMax);
  const bad = decodeDocument(type, { texts: Array.from({ length: reportsMax + 1 }, () => ({ no: 'text' })) });
  assert.equal(bad.problems.length, reportsMax);
  const nested = JSON.parse(`${'{"a":'.repeat(depthMax + 5)}1${'}'.repeat(depthMax + 5)}`);
  assert.equal(decodeDocument(anySchema.profile, nested).problems[0]?.message, 'nested too deeply');
});

test('a document of too many values is cut, and that is reported', () => {
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 6_000 }, () => 1));
  const { problems } = decodeDocument(type, { lists: rows });
  assert.equal(problems[0]?.message, 'too many values in one document');
});

test('any JSON decodes without an error, and decoding again changes nothing', () => {
  const everywhere: ObjectType = builtInSchema.profile;
  const names = fc.constantFrom(
    'person',
    'name',
    'firstName',
    'loyalty',
    'points',
    'organizations',
    'identityMap',
    'x',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('any')),
      fc.dictionary(names, tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(value, (json) => {
      const { document } = decodeDocument(everywhere, json);
      const again = decodeDocument(everywhere, document);
      assert.deepEqual(again, { document, problems: [], ignored: [] });
    }),
  );
});
