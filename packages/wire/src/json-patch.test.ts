import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, Problem } from '@muster/audience';
import { applyPatch, decodePatch } from './json-patch.ts';

const document: Json = { name: 'a', labels: ['x', 'y'], info: { batch: { enabled: true } }, 'a/b~c': 1 };

/** The document after the operations; the problem when they are refused. */
function check(body: unknown, expected: Json | { readonly problem: string }): void {
  const operations = decodePatch(body);
  const result = operations instanceof Problem ? operations : applyPatch(document, operations);
  assert.deepEqual(result instanceof Problem ? { problem: result.problem } : result, expected, JSON.stringify(body));
}

const add = (path: string, value: Json): object => ({ op: 'add', path, value });
const replace = (path: string, value: Json): object => ({ op: 'replace', path, value });
const remove = (path: string): object => ({ op: 'remove', path });
const holds = (path: string, value: Json): object => ({ op: 'test', path, value });

const refused = { problem: 'audienceInvalid' };
const unreadable = { problem: 'invalidBody' };

test('fields are set by add and by replace alike, and removed', () => {
  check([add('/name', 'b')], { ...document, name: 'b' });
  check([replace('/name', 'b')], { ...document, name: 'b' });
  check([replace('/description', 'new')], { ...document, description: 'new' });
  check([add('/info/batch/enabled', false)], { ...document, info: { batch: { enabled: false } } });
  check([remove('/info')], { name: 'a', labels: ['x', 'y'], 'a/b~c': 1 });
  check([add('/a~1b~0c', 2)], { ...document, 'a/b~c': 2 });
});

test('items of lists are inserted, appended, replaced and removed', () => {
  const labels = (...items: readonly string[]): Json => ({ ...document, labels: items });
  check([add('/labels/0', 'n')], labels('n', 'x', 'y'));
  check([add('/labels/2', 'n')], labels('x', 'y', 'n'));
  check([add('/labels/-', 'n')], labels('x', 'y', 'n'));
  check([replace('/labels/1', 'n')], labels('x', 'n'));
  check([remove('/labels/0')], labels('y'));
  for (const path of ['/labels/3', '/labels/01', '/labels/-1', '/labels/x', '/labels/0/deeper']) {
    check([add(path, 'n')], refused);
  }
  for (const path of ['/labels/2', '/labels/-']) check([replace(path, 'n')], refused);
});

test('operations see what those before them did, and one that cannot be applied refuses all', () => {
  check([add('/info', {}), add('/info/x', 1), remove('/name')], { labels: ['x', 'y'], info: { x: 1 }, 'a/b~c': 1 });
  check([add('/name', 'b'), remove('/nothing')], refused);
  check([add('/name/inside', 1)], refused);
  check([add('/nothing/inside', 1)], refused);
  check([], document);
});

test('a test holds for equal JSON, whatever the order of names', () => {
  check([holds('/name', 'a'), holds('/labels/1', 'y'), holds('/info', { batch: { enabled: true } })], document);
  check([add('/info', { a: 1, b: [1, { c: null }] }), holds('/info', { b: [1, { c: null }], a: 1 })], {
    ...document,
    info: { a: 1, b: [1, { c: null }] },
  });
  const failed = { problem: 'preconditionFailed' };
  for (const value of ['b', null, 1, ['a'], { a: 1 }]) check([holds('/name', value)], failed);
  for (const value of [['x'], ['y', 'x'], ['x', 'y', 'z']]) check([holds('/labels', value)], failed);
  check([holds('/nothing', null)], failed);
  check([add('/name', 'b'), holds('/name', 'a')], failed);
});

test('a body that is no list of such operations cannot be read', () => {
  const bodies: readonly unknown[] = [
    null,
    {},
    'add',
    [null],
    [{ op: 'add', path: '/name' }],
    [{ op: 'move', from: '/name', path: '/description' }],
    [{ op: 'copy', from: '/name', path: '/description' }],
    [add('name', 'b')],
    [add('', 'b')],
    [add('/a~2', 'b')],
    [add('/x'.repeat(51), 'b')],
    Array.from({ length: 101 }, () => add('/name', 'b')),
  ];
  for (const body of bodies) check(body, unreadable);
});

test('what is wrong with an operation is said at its place', () => {
  const cases: readonly [unknown, readonly string[]][] = [
    [{ op: 'move', from: '/name', path: '/description' }, ['/1/op: one of `add`, `replace`, `remove`, `test`']],
    [{ op: '/add', path: '/name', value: 'b' }, ['/1/op: one of `add`, `replace`, `remove`, `test`']],
    [{ op: 'add', path: '/name' }, ['/1/value: add `value`']],
    [{ op: 'remove' }, ['/1/path: add `path`']],
    [{}, ['/1/op: add `op`', '/1/path: add `path`']],
    [null, ['/1: object']],
  ];
  for (const [operation, expected] of cases) {
    const problem = decodePatch([add('/name', 'b'), operation]);
    assert.ok(problem instanceof Problem);
    const said = problem.details.map(({ field, expected: wanted, suggestion }) => `${field}: ${wanted ?? suggestion}`);
    assert.deepEqual(said, expected);
  }
});
