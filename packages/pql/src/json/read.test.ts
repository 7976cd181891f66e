import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatExpression } from '../syntax/format.ts';
import { readPqlJson } from './read.ts';

const profile = { nodeType: 'parameterReference', position: 1 };
const string = (value: unknown): unknown => ({ nodeType: 'literal', literalType: 'String', value });
const field = (fieldName: unknown, object: unknown = profile): unknown => ({
  nodeType: 'fieldLookup',
  fieldName,
  object,
});
const apply = (fnName: string, ...params: readonly unknown[]): unknown => ({ nodeType: 'fnApply', fnName, params });
const variable = (varName: string): unknown => ({ nodeType: 'varRef', varName });

function check(json: unknown, text: string): void {
  const { ast, diagnostics } = readPqlJson(json);
  assert.deepEqual(diagnostics, []);
  assert.equal(formatExpression(ast), text);
}

function checkRefused(json: unknown, ...expected: readonly string[]): void {
  assert.deepEqual(
    readPqlJson(json).diagnostics.map(({ code, message }) => `${code}: ${message}`),
    expected,
  );
}

test('the published nodes are read', () => {
  check(apply('=', field('country', field('workAddress')), string('US')), 'workAddress.country = "US"');
  check(apply('inSegment', string('x')), 'inSegment("x")');
});

test('the profile may be the root as an object', () => {
  const root = { nodeType: 'literal', literalType: 'XDMObject', value: 'profile' };
  check(field('country', root), 'profile.country');
});

test('literal types are read in lower case, and lists of plain values', () => {
  const list = { nodeType: 'literal', literalType: 'list', value: ['a', 1, 1.5, true, null, string('b')] };
  check(apply('in', field('a'), list), 'a in ["a", 1, 1.5, true, null, "b"]');
  check({ nodeType: 'literal', literalType: 'integer', value: -3 }, '-3');
});

test('older spellings of variables and functions are read', () => {
  const declaration = { nodeType: 'varDecl', varName: 'E', range: field('xEvent'), where: field('b', variable('E')) };
  const set = { nodeType: 'set', variables: [declaration] };
  check({ nodeType: 'fnApply', function: 'exists', params: [set] }, 'exists E from xEvent where E.b');
  const created = { nodeType: 'fnCreate', params: [{ varName: 'P' }], body: field('a', variable('P')) };
  const root = { nodeType: 'literal', literalType: 'XDMObject', value: 'profile' };
  check({ nodeType: 'fnApply', function: created, params: [root] }, 'let P = profile in P.a');
});

test('a run of nodes inside each other, thousands deep, is read', () => {
  let json = field('a');
  for (let count = 0; count < 5000; count++) json = apply('and', json, field('b'));
  assert.deepEqual(readPqlJson(json).diagnostics, []);
});

test('a field that a variable, a filter or a word hides is written with its root', () => {
  const declaration = {
    nodeType: 'varDecl',
    varName: 'E',
    from: field('xEvent'),
    where: apply('=', field('E'), variable('E')),
  };
  check({ nodeType: 'select', variables: [declaration] }, 'select E from xEvent where $1.E = E');
  check({ nodeType: 'filter', from: field('xs'), where: field('a') }, 'xs[$1.a]');
  const item = { nodeType: 'itemReference' };
  check(
    { nodeType: 'filter', from: field('xs'), where: apply('=', field('true', item), field('b', item)) },
    'xs[this.true = b]',
  );
  check(apply('not', field('where')), 'not $1.where');
});

test('what is wrong is reported with its place', () => {
  checkRefused(null, 'json/wrong-type: expected an object with a `nodeType` at the top');
  checkRefused({}, 'json/missing-field: `nodeType` is missing at the top');
  checkRefused({ nodeType: 'fnApply', fnName: 'not' }, 'json/missing-field: `params` is missing at the top');
  checkRefused({ nodeType: 'fnAply' }, 'json/unknown-node: unknown `nodeType` `fnAply` at the top');
  checkRefused(
    apply('and', field('a b'), { nodeType: 'fieldLookup', fieldName: 'a' }, apply('=', string(1))),
    'json/bad-name: `a b` at `/params/0/fieldName` is not a name',
    'json/missing-field: `object` is missing at `/params/1`',
    'json/wrong-arity: `=` at `/params/2` takes 2 parameters, got 1',
  );
  checkRefused(
    apply('or', variable('E'), string(1), { nodeType: 'literal', literalType: 'Strng', value: '' }),
    'json/unknown-variable: variable `E` at `/params/0/varName` is not declared',
    'json/wrong-type: expected a string at `/params/1/value`',
    'json/unknown-literal: unknown `literalType` `Strng` at `/params/2`',
  );
});

test('a misspelt node type has an advice', () => {
  assert.equal(readPqlJson({ nodeType: 'fnAply' }).diagnostics[0]?.help, 'did you mean `fnApply`?');
});

test('a word that stands where a time rule has another is reported', () => {
  const three = { nodeType: 'literal', literalType: 'Integer', value: 3 };
  const now = { nodeType: 'timeReference', name: 'now' };
  checkRefused(
    apply('occursDistance', field('t'), string('<='), three, string('days'), string('before'), now),
    'json/wrong-type: expected `millisecond` or `second` or `minute` or `hour` or `day` or `week` or `month` or `year` or `decade` or `century` or `millennium` at `/params/3/value`',
  );
});

test('what cannot be said in text is refused', () => {
  const [diagnostic] = readPqlJson({
    nodeType: 'let',
    varName: 'where',
    value: field('a'),
    body: variable('where'),
  }).diagnostics;
  assert.equal(diagnostic?.code, 'json/no-text');
});
