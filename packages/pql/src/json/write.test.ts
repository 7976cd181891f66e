import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseExpression } from '../syntax/parser.ts';
import type { PqlJson } from './pql-json.ts';
import { writePqlJson } from './write.ts';

function jsonOf(text: string): string {
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, [], text);
  return JSON.stringify(writePqlJson(ast));
}

function check(text: string, expected: PqlJson): void {
  assert.deepEqual(JSON.parse(jsonOf(text)), expected);
}

const profile = { nodeType: 'parameterReference', position: 1 };
const string = (value: string): PqlJson => ({ nodeType: 'literal', literalType: 'String', value });
const field = (fieldName: string, object: PqlJson = profile): PqlJson => ({
  nodeType: 'fieldLookup',
  fieldName,
  object,
});
const apply = (fnName: string, ...params: readonly PqlJson[]): PqlJson => ({ nodeType: 'fnApply', fnName, params });

test('a path starts at the first parameter', () => {
  check('workAddress.country = "US"', apply('=', field('country', field('workAddress')), string('US')));
});

test('the case switch is the third parameter', () => {
  const off = { nodeType: 'literal', literalType: 'Boolean', value: false };
  check('a.equals("x", false)', apply('equals', field('a'), string('x'), off));
});

test('clients find memberships in the text', () => {
  // The search of a public client: the shortest text from the name of the function to a value that ends its node.
  const membership = /inSegment.+?"value":"(.+?)"\}/g;
  const text = jsonOf('a = "x" and (inSegment("one") or not inSegment("two"))');
  assert.deepEqual(
    [...text.matchAll(membership)].map(([, id]) => id),
    ['one', 'two'],
  );
});

test('a name is a reference where a variable of that name is in reach, and a field elsewhere', () => {
  const E = { nodeType: 'varRef', varName: 'E' };
  const declaration = {
    nodeType: 'varDecl',
    varName: 'E',
    from: field('E'),
    where: apply('=', field('a', E), field('a')),
  };
  check('exists E from E where E.a = a', apply('exists', { nodeType: 'select', variables: [declaration] }));
});

test('in a filter paths start at the item', () => {
  const where = apply(
    '=',
    field('a', { nodeType: 'itemReference' }),
    field('a', { nodeType: 'outerReference', levels: 1 }),
  );
  check('xs[a = ^.a]', { nodeType: 'filter', from: field('xs'), where });
  check('xs.filter(a = ^.a)', apply('filter', field('xs'), where));
});

test('a run of one operator is one node', () => {
  check('a and b and c', apply('and', field('a'), field('b'), field('c')));
  check('a and (b and c)', apply('and', field('a'), apply('and', field('b'), field('c'))));
});

test('a form is only written where it would be read differently', () => {
  check('a like "x"', apply('like', field('a'), string('x')));
  check('a.like("x")', { nodeType: 'fnApply', fnName: 'like', form: 'method', params: [field('a'), string('x')] });
  check('a.startsWith("x")', apply('startsWith', field('a'), string('x')));
  check('date(a)', apply('date', field('a')));
  check('a.date()', { nodeType: 'fnApply', fnName: 'date', form: 'method', params: [field('a')] });
  check('xs.exists()', apply('exists', field('xs')));
});

test('a time rule is a function with its words as literals', () => {
  const three = { nodeType: 'literal', literalType: 'Integer', value: 3 };
  const now = { nodeType: 'timeReference', name: 'now' };
  const rule = [string('<='), three, string('day'), string('before'), now];
  check('t occurs <= 3 days before now', apply('occursDistance', field('t'), ...rule));
  const lastMonth = { nodeType: 'timeReference', which: 'last', unit: 'month' };
  check('t occurs last month', apply('occurs', field('t'), lastMonth));
});

test('the examples of the page are what is written', () => {
  const page = readFileSync(new URL('../../../../docs/pql-json.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` \| `(\{[^`]+\})` \|$/gm)];
  assert.ok(rows.length > 20);
  for (const [, text = '', json] of rows) assert.equal(jsonOf(text), json);
});
