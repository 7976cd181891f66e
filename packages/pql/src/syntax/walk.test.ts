import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from './parser.ts';
import { operandsOf, sameTree, walkAst } from './walk.ts';

const treeOf = (text: string): ReturnType<typeof parseExpression>['ast'] => parseExpression(text).ast;

test('trees are the same wherever and however they were written', () => {
  assert.ok(sameTree(treeOf('a = "x"'), treeOf("( a='x' )")));
  assert.ok(!sameTree(treeOf('a = "x"'), treeOf('a = "y"')));
  assert.ok(!sameTree(treeOf('[1]'), treeOf('[1, 2]')));
  assert.ok(!sameTree(treeOf('1'), treeOf('1.0')));
});

test('the operands of a run are those of its own operator on the left', () => {
  assert.equal(operandsOf(treeOf('a and b and c')).length, 3);
  assert.equal(operandsOf(treeOf('a and (b and c)')).length, 2);
  assert.equal(operandsOf(treeOf('a and b or c')).length, 2);
  assert.equal(operandsOf(treeOf('a')).length, 1);
});

test('a walk meets every name in the order it is written', () => {
  const names: string[] = [];
  const text =
    'if(a, exists E from b where c, d[e]) and f occurs <= 3 days before g and chain(h, i, [A: WHAT(j) WHERE(k) WHEN(< 2 days before l)])';
  walkAst(treeOf(text), (node) => {
    if (node.kind === 'name') names.push(node.name);
  });
  assert.equal(names.join(''), 'abcdefghijkl');
});
