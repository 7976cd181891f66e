import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkExpression } from '../check/check.ts';
import type { Ast } from '../syntax/ast.ts';
import { parseExpression } from '../syntax/parser.ts';
import { decodeDocument } from '../types/decode.ts';
import { anySchema } from '../types/schema.ts';
import type { ObjectType, Schema } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { compileClosure } from './compile.ts';

const span = { start: 0, end: 0 };
const regex = { compile: () => ({ error: 'there are no patterns here' }) };

function run(ast: Ast, schema: Schema, json: unknown): PqlValue {
  const { checked, diagnostics } = checkExpression(ast, schema);
  assert.ok(checked !== null, diagnostics.map(({ message }) => message).join());
  const { document } = decodeDocument(schema.profile, json);
  return compileClosure(checked, { asOf: 0, regex })(document);
}

/** The value of a text over untyped fields. */
function check(pql: string, json: unknown, expected: PqlValue): void {
  assert.deepEqual(run(parseExpression(pql).ast, anySchema, json), expected, pql);
}

function schemaOf(name: string): Schema {
  const inner: ObjectType = { kind: 'object', fields: new Map([[name, { type: scalarTypes.string }]]) };
  return { ...anySchema, profile: { kind: 'object', fields: new Map([['object', { type: inner }]]) } };
}

function member(name: string): Ast {
  return { kind: 'member', object: { kind: 'name', name: 'object', span }, member: { text: name, span }, span };
}

/** `{"object": {[name]: "found"}}`, also for names that a literal would take for something else. */
function documentWith(name: string): unknown {
  return JSON.parse(`{"object": {${JSON.stringify(name)}: "found"}}`);
}

const hostileNames = ['"', "'", '`', '\\', '\u2028', '*/', '"]; throw 1; v0["', 'toString', '__proto__', 'constructor'];

test('any name of a field reads that field', () => {
  for (const name of hostileNames) assert.equal(run(member(name), schemaOf(name), documentWith(name)), 'found');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      assert.equal(run(member(name), schemaOf(name), documentWith(name)), 'found');
    }),
  );
});

test('a name that objects have by themselves is null where the document lacks it', () => {
  for (const name of ['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf']) {
    assert.equal(run(member(name), schemaOf(name), documentWith('other')), null, name);
    check(name, { other: 1 }, null);
    check(`object.${name}`, { object: { other: 1 } }, null);
  }
});

test('any text compares as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const left: Ast = { kind: 'name', name: 'text', span };
      const right: Ast = { kind: 'string', value, span };
      const ast: Ast = { kind: 'comparison', operator: '=', left, right, span };
      assert.equal(run(ast, anySchema, { text: value }), true);
      assert.equal(run(ast, anySchema, { text: `${value}x` }), false);
    }),
  );
});

test('what JavaScript has on strings and arrays is no member of untyped values', () => {
  check('text.length', { text: 'abc' }, null);
  check('list.length', { list: [1, 2] }, null);
  check('list.map', { list: [1, 2] }, null);
  check('text.at', { text: 'abc' }, null);
  check('number.toFixed', { number: 1 }, null);
  check('object.length', { object: { length: 3 } }, 3);
  check('a.b.c', { a: 'text' }, null);
  check('a.b.c', {}, null);
});

test('untyped arrays are gone through by their items, objects as maps, and nothing else', () => {
  check('list.count()', { list: [1, 2] }, 2);
  check('list.count()', { list: 'abc' }, 0);
  check('list.count()', { list: { a: 1, b: 'x', c: null } }, 2);
  check('list.exists(n = 1)', { list: { a: { n: 1 } } }, true);
  check('list.map(n)', { list: { b: { n: 1 }, a: { n: 2 } } }, [2, 1]);
  check('list.exists((K, V) => K = "a" and V.n = 1)', { list: { a: { n: 1 } } }, true);
  check('list.filter((K, V) => V.n = 1).keys()', { list: { b: { n: 1 }, a: { n: 2 } } }, ['b']);
  check('list.exists((K, V) => true)', { list: [1] }, false);
  check('list.count()', {}, 0);
  check('list[a = 1].count()', { list: [{ a: 1 }, { a: 2 }, 'x'] }, 1);
  check('list.sum(n)', { list: [{ n: 1 }, { n: 'x' }, { n: 2 }] }, 3);
});

test('groups of untyped keys are asked for by the value or by its text', () => {
  const json = { list: [{ n: 1, f: true, t: 'a' }, { n: 1 }, { n: 2.5, t: '1' }] };
  check('list.groupBy(n).get(1).count()', json, 2);
  check('list.groupBy(n).get("1").count()', json, 2);
  check('list.groupBy(n).get("2.5").count()', json, 1);
  check('list.groupBy(n).get("one").count()', json, 0);
  check('list.groupBy(f).get("true").count()', json, 1);
  check('list.groupBy(t).get("a").count()', json, 1);
  check('list.groupBy(t).get(1).count()', json, 1);
  check('list.groupBy(n).map((K, G) => mapEntry(K, G.count())).get("1")', json, 2);
});

test('an aggregate of untyped values goes through those that are arrays', () => {
  const json = {
    list: [{ lines: [{ n: 1 }, { n: 2 }] }, { lines: { n: 9 } }, { lines: [] }, {}],
    all: [[1, [5]], 3, 'x'],
  };
  check('list.sum(lines.n)', json, 12);
  check('list.average(lines.n)', json, 4);
  check('list.max(lines.n)', json, 9);
  check('list.min(lines.n)', json, 1);
  check('sum L.lines.n over L from list', json, 12);
  check('all.sum()', json, 9);
  check('min V from all', json, 1);
});

test('a sequence reads untyped times as ISO 8601', () => {
  const list = [
    { at: '2024-06-01T00:00:00+02:00', k: 'a' },
    { at: '2024-05-31T22:00:00.001Z', k: 'b' },
    { at: 'yesterday', k: 'b' },
  ];
  check('chain(list, at, [A: WHAT(k = "a"), B: WHAT(k = "b")])', { list }, true);
  check('chain(list, at, [A: WHAT(k = "b"), B: WHAT(k = "a")])', { list }, false);
  check('chain(list, at, [A: WHAT(k = "b") COUNT(2), B: WHAT(k = "a")])', { list }, false);
});

test('a path of untyped members through the events flattens', () => {
  const json = { xEvent: [{ items: [{ n: 1 }, { n: 5 }] }, { items: { n: 3 } }, { other: 1 }] };
  check('xEvent.items.count()', json, 3);
  check('xEvent.items.sum(n)', json, 9);
  check('xEvent.items.topN(n, 2).n', json, [5, 3]);
  check('xEvent[items].items.head().n', json, 1);
  check('xEvent.items.n > 4', json, true);
});

test('this and profile are the item and the profile, also around untyped items', () => {
  check('list[this > 1].count()', { list: [1, 2, 3] }, 2);
  check('list[a = profile.a].count()', { a: 2, list: [{ a: 1 }, { a: 2 }] }, 1);
  check('list[a = ^.a].count()', { a: 2, list: [{ a: 1 }, { a: 2 }] }, 1);
});

test('untyped values of two types are not equal and have no order', () => {
  check('a = 1', { a: '1' }, false);
  check('a != 1', { a: '1' }, true);
  check('a > 1', { a: '2' }, false);
  check('a + 1', { a: 'x' }, null);
  check('a.startsWith("x")', { a: 1 }, false);
});

test('an audience that is not known has no members', () => {
  check('inSegment("a")', {}, false);
});

test('a compiled rule keeps nothing from one profile to the next', () => {
  const { checked } = checkExpression(parseExpression('list[this > 1].count()').ast, anySchema);
  assert.ok(checked !== null);
  const count = compileClosure(checked, { asOf: 0, regex });
  assert.equal(count({ list: [1, 2, 3] }), 2);
  assert.equal(count({}), 0);
  assert.equal(count({ list: [2] }), 1);
});
