import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { anySchema } from '../types/schema.ts';
import { formatExpression } from './format.ts';
import { parseExpression } from './parser.ts';
import { sameTree } from './walk.ts';

interface Published {
  readonly pql: string;
  readonly wellFormed: boolean;
  readonly level?: string;
}

function loadPublished(): readonly Published[] {
  return JSON.parse(readFileSync(new URL('../../../pql-spec/published.json', import.meta.url), 'utf8'));
}

const published = loadPublished();
const parsing = published.filter(({ wellFormed, level }) => wellFormed || level === 'check');
const refused = published.filter(({ level }) => level === 'syntax');

test('all 223 published expressions are there', () => {
  assert.equal(published.length, 223);
  assert.equal(parsing.length + refused.length, 223);
});

test('every well-formed published expression parses without diagnostics', () => {
  for (const { pql } of parsing) assert.deepEqual(parseExpression(pql).diagnostics, [], pql);
});

test('every published expression reads back from its canonical text as the same tree', () => {
  for (const { pql } of parsing) {
    const { ast } = parseExpression(pql);
    const text = formatExpression(ast);
    const again = parseExpression(text);
    assert.deepEqual(again.diagnostics, [], text);
    assert.ok(sameTree(again.ast, ast), text);
    assert.equal(formatExpression(again.ast), text);
  }
});

test('every well-formed published expression passes the check where its fields exist, and no other does', () => {
  for (const { pql, wellFormed } of published) {
    const { checked, diagnostics } = analyzeExpression(pql, anySchema);
    assert.equal(checked !== null, wellFormed, `${pql}: ${diagnostics.map(({ message }) => message).join()}`);
  }
});

test('every ill-formed published expression is refused', () => {
  for (const { pql } of refused) {
    const { diagnostics } = parseExpression(pql);
    assert.ok(
      diagnostics.some(({ severity }) => severity === 'error'),
      pql,
    );
  }
});
