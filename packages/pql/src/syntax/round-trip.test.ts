import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatExpression } from './format.ts';
import { parseExpression } from './parser.ts';
import { randomTree } from './testing/random-ast.ts';
import { sameTree } from './walk.ts';

test('every tree reads back from its canonical text', () => {
  fc.assert(
    fc.property(randomTree, (ast) => {
      const text = formatExpression(ast);
      const result = parseExpression(text);
      assert.deepEqual(result.diagnostics, [], text);
      assert.ok(sameTree(result.ast, ast), text);
    }),
    { numRuns: 3000 },
  );
});
