/** The expressions of the cases in their other forms: canonical text and JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ast, formatExpression, parseExpression, readPqlJson, writePqlJson } from '@muster/pql';
import { loadCases } from '@muster/pql-spec';

/** The trees of all cases whose text is well formed. */
const trees = (await loadCases()).flatMap(({ pql }): readonly Ast[] => {
  const { ast, diagnostics } = parseExpression(pql);
  return diagnostics.length === 0 ? [ast] : [];
});

test('most cases are well formed', () => assert.ok(trees.length > 1_900, `${trees.length} trees`));

test('the canonical text of every case is its own canonical text', () => {
  for (const ast of trees) {
    const text = formatExpression(ast);
    const again = parseExpression(text);
    assert.deepEqual(again.diagnostics, [], text);
    assert.equal(formatExpression(again.ast), text);
  }
});

test('every case comes back from its JSON form with the text it had', () => {
  for (const ast of trees) {
    const text = formatExpression(ast);
    const { ast: again, diagnostics } = readPqlJson(JSON.parse(JSON.stringify(writePqlJson(ast))));
    assert.deepEqual(diagnostics, [], text);
    assert.equal(formatExpression(again), text);
  }
});
