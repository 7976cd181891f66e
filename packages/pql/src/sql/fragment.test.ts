import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { identifier, joinSql, noSql, parameter, renderSql, type SqlFragment, type SqlValue, sql } from './fragment.ts';

function check(fragment: SqlFragment, text: string, parameters: Readonly<Record<string, SqlValue>> = {}): void {
  assert.deepEqual(renderSql(fragment), { text, parameters });
}

/** The names that a quoted identifier stands for, read as the engine reads it. */
function unquoted(text: string): readonly string[] {
  const names = text.matchAll(/`((?:[^`\\]|\\.)*)`(?:\.|$)/gs);
  return [...names].map(([, name = '']) => name.replaceAll(/\\(.)/gs, '$1'));
}

test('identifiers are quoted, whatever is in them', () => {
  check(identifier('id'), '`id`');
  check(identifier('data base', 'table'), '`data base`.`table`');
  check(identifier('a`b'), '`a\\`b`');
  check(identifier('a\\'), '`a\\\\`');
  check(identifier('a\\`; DROP TABLE t --'), '`a\\\\\\`; DROP TABLE t --`');
  check(identifier('two\nlines'), '`two\nlines`');
  check(identifier('/* {p0:String} */'), '`/* {p0:String} */`');
});

test('no name ends its quotes early', () => {
  const name = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('`', '\\', '.', '\n', 'a') }));
  fc.assert(
    fc.property(name, name, (first, second) => {
      const { text } = renderSql(identifier(first, second));
      assert.deepEqual(unquoted(text), [first, second]);
    }),
  );
});

test('values are parameters and never text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      check(sql`SELECT ${parameter(value, 'String')}`, 'SELECT {p0:String}', { p0: value });
    }),
  );
});

test('equal values of one type share a parameter', () => {
  const a = parameter('x', 'String');
  check(
    sql`${a} ${parameter('y', 'String')} ${a} ${parameter('x', 'String')}`,
    '{p0:String} {p1:String} {p0:String} {p0:String}',
    {
      p0: 'x',
      p1: 'y',
    },
  );
  check(
    sql`${parameter([1, 2], 'Array(Float64)')} ${parameter([1, 2], 'Array(Float64)')}`,
    '{p0:Array(Float64)} {p0:Array(Float64)}',
    {
      p0: [1, 2],
    },
  );
});

test('values that only look equal do not share one', () => {
  const pairs: readonly (readonly [SqlFragment, SqlFragment])[] = [
    [parameter(1, 'Int64'), parameter(1, 'Float64')],
    [parameter(1, 'Int64'), parameter(1n, 'Int64')],
    [parameter('1', 'String'), parameter(1, 'String')],
    [parameter('null', 'String'), parameter(null, 'Nullable(String)')],
    [parameter(null, 'Nullable(String)'), parameter('null', 'Nullable(String)')],
    [parameter(0, 'Float64'), parameter(-0, 'Float64')],
    [parameter([1n], 'Array(Int64)'), parameter([1], 'Array(Int64)')],
    [parameter(['a,b'], 'Array(String)'), parameter(['a', 'b'], 'Array(String)')],
    [parameter([], 'Array(String)'), parameter([''], 'Array(String)')],
  ];
  for (const [left, right] of pairs) {
    const { text, parameters } = renderSql(sql`${left} ${right}`);
    assert.deepEqual(Object.keys(parameters), ['p0', 'p1'], text);
  }
});

test('fragments are joined by commas, or by what is asked for', () => {
  const names = [identifier('a'), identifier('b'), identifier('c')];
  check(joinSql(names), '`a`, `b`, `c`');
  check(joinSql(names, sql` AND `), '`a` AND `b` AND `c`');
  check(joinSql(names.slice(0, 1)), '`a`');
  check(sql`(${joinSql([])})`, '()');
  check(sql`a${noSql}b`, 'ab');
});

test('fragments nested a hundred thousand deep are rendered', () => {
  let deep = sql`x`;
  for (let depth = 0; depth < 100_000; depth++) deep = sql`(${deep})`;
  const { text } = renderSql(deep);
  assert.equal(text.length, 200_001);
});

test('fragments are frozen', () => {
  const fragment = sql`SELECT ${parameter(1, 'Int64')}`;
  for (const part of [fragment, identifier('a'), joinSql([identifier('a'), noSql])]) {
    assert.ok(Object.isFrozen(part));
    for (const value of Object.values(part)) assert.ok(typeof value !== 'object' || Object.isFrozen(value));
  }
});

test('texts cannot be put between fragments', () => {
  const text = 'x; DROP TABLE t';
  // @ts-expect-error a bare string is no fragment
  assert.throws(() => sql`SELECT ${text}`);
  // @ts-expect-error a number is no fragment
  assert.throws(() => sql`SELECT ${1}`);
  // @ts-expect-error an identifier has a name
  identifier();
  // @ts-expect-error not a type of the engine that is known here
  parameter(1, 'Int64); DROP TABLE t; --');
});
