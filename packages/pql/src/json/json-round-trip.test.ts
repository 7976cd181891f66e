import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ast } from '../syntax/ast.ts';
import { formatExpression } from '../syntax/format.ts';
import { defaultParseLimits } from '../syntax/limits.ts';
import { parseExpression } from '../syntax/parser.ts';
import { randomTree } from '../syntax/testing/random-ast.ts';
import { sameTree } from '../syntax/walk.ts';
import { jsonNodesMax } from './json-reader.ts';
import { readPqlJson } from './read.ts';
import { writePqlJson } from './write.ts';

interface Published {
  readonly pql: string;
  readonly wellFormed: boolean;
  readonly level?: string;
}

function loadPublished(): readonly Published[] {
  return JSON.parse(readFileSync(new URL('../../../pql-spec/published.json', import.meta.url), 'utf8'));
}

/** A tree as it comes back from the text of its JSON form. */
function throughJson(ast: Ast): Ast {
  const json = JSON.stringify(writePqlJson(ast));
  const result = readPqlJson(JSON.parse(json));
  assert.deepEqual(result.diagnostics, [], `${formatExpression(ast)}\n${json}`);
  return result.ast;
}

function check(text: string): void {
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, [], text);
  assert.ok(sameTree(throughJson(ast), ast), text);
}

test('every well-formed published expression comes back from its JSON form', () => {
  const parsing = loadPublished().filter(({ wellFormed, level }) => wellFormed || level === 'check');
  assert.ok(parsing.length > 200);
  for (const { pql } of parsing) check(pql);
});

test('every tree comes back from its JSON form', () => {
  fc.assert(
    fc.property(randomTree, (ast) => {
      assert.ok(sameTree(throughJson(ast), ast), formatExpression(ast));
    }),
    { numRuns: 3000 },
  );
});

test('the text of every tree comes back from its JSON form, to the letter', () => {
  fc.assert(
    fc.property(randomTree, (ast) => {
      const text = formatExpression(ast);
      assert.equal(formatExpression(throughJson(parseExpression(text).ast)), text);
    }),
    { numRuns: 1000 },
  );
});

test('words of the language that are fields come back where they stand', () => {
  for (const text of [
    'from.address = "x"',
    'a + where = 3',
    'a[in.b = 1]',
    'not = 1',
    'this.x',
    '$1.true',
    'profile.x',
  ]) {
    check(text);
  }
});

test('names that are variables in one place and fields in another come back', () => {
  check('exists E from E where E.x = x, x from E.y');
  check('(let a = a in a.b) and a.b');
  check('sum E.x + y over E from y, y from E.z');
  check('((a) => a.b = c).f((b) => a)');
  check('xs[a = profile.a and $1.a = ^.a and this.a = 1 and ys.exists(a = b)]');
  check('exists profile from a where profile.x = 1 and b[profile.x = this]');
});

test('the largest expressions come back', () => {
  const { treeHeightMax, nestingDepthMax, textLengthMax } = defaultParseLimits;
  check(`a${'.b'.repeat(treeHeightMax - 1)}`);
  check(`${'['.repeat(nestingDepthMax - 1)}a${']'.repeat(nestingDepthMax - 1)}`);
  check(Array.from({ length: 9_000 }, () => 'a').join(' and '));
  check(Array.from({ length: 4_900 }, () => 'a and b').join(' or '));
  check('^'.repeat(textLengthMax));
  check(`[${Array.from({ length: 9_000 }, (_, index) => index).join(',')}]`);
});

/** JSON in the manner of the form: its node types and fields, seldom in the right places. */
const { node } = fc.letrec<{ node: unknown }>((tie) => {
  const inner = fc.oneof({ maxDepth: 5 }, tie('node'), fc.jsonValue({ maxDepth: 1 }));
  const few = fc.array(inner, { maxLength: 3 });
  const word = fc.constantFrom('a', 'E', 'true', 'where', 'x y', '', 'now', 'day', 'this', 'profile', 'before', '<=');
  const fnName = fc.oneof(
    fc.constantFrom(
      'and',
      'or',
      'not',
      '-',
      '=',
      'in',
      'like',
      'exists',
      'occurs',
      'occursDistance',
      'if',
      'sum',
      '==',
    ),
    word,
  );
  const variable = fc.record({ varName: word, from: inner, range: inner, where: inner }, { requiredKeys: [] });
  return {
    node: fc.oneof(
      { maxDepth: 5 },
      fc.record({ nodeType: fc.constant('fnApply'), fnName, params: few, form: word }, { requiredKeys: ['nodeType'] }),
      fc.record({ nodeType: fc.constant('fnApply'), function: fc.oneof(fnName, inner), params: few }),
      fc.record({ nodeType: fc.constant('fieldLookup'), fieldName: word, object: inner }),
      fc.record({
        nodeType: fc.constant('literal'),
        literalType: fc.constantFrom('String', 'integer', 'Double', 'Boolean', 'List', 'Null', 'XDMObject', 'Date'),
        value: fc.oneof(fc.jsonValue({ maxDepth: 1 }), few),
      }),
      fc.record({ nodeType: fc.constant('parameterReference'), position: fc.integer({ min: -1, max: 3 }) }),
      fc.record({ nodeType: fc.constantFrom('varRef', 'itemReference'), varName: word }),
      fc.record({ nodeType: fc.constantFrom('select', 'set', 'aggregate'), variables: fc.array(variable), fnName }),
      fc.record({ nodeType: fc.constant('filter'), from: inner, where: inner }),
      fc.record({ nodeType: fc.constant('let'), varName: word, value: inner, body: inner }),
      fc.record({ nodeType: fc.constant('fnCreate'), params: fc.array(variable, { maxLength: 2 }), body: inner }),
      fc.record({ nodeType: fc.constant('chain'), array: inner, time: inner, steps: few }),
      fc.record({
        nodeType: fc.constantFrom('outerReference', 'timeReference', 'context', 'nonsense'),
        levels: fc.nat(),
      }),
    ),
  };
});

/** What holds for every value: no exception, and a way to text and back when nothing is reported. */
function checkAnyJson(json: unknown): void {
  const { ast, diagnostics } = readPqlJson(json);
  for (const { message } of diagnostics) assert.match(message, /^[^\n]*[^.\n]$/);
  if (diagnostics.length > 0) return;
  const again = parseExpression(formatExpression(ast));
  assert.deepEqual(again.diagnostics, []);
  assert.ok(sameTree(again.ast, ast), formatExpression(ast));
  assert.ok(sameTree(throughJson(ast), ast));
}

test('whatever JSON is given, reading does not throw, and what it accepts can be written as text', () => {
  fc.assert(fc.property(fc.jsonValue(), checkAnyJson), { numRuns: 1000 });
  fc.assert(fc.property(node, checkAnyJson), { numRuns: 5000 });
});

test('a node that was spoilt in one place is read or reported, and never throws', () => {
  const spoilt = fc.tuple(randomTree, fc.nat(), fc.jsonValue({ maxDepth: 1 })).map(([ast, at, other]) => {
    let index = 0;
    const text = JSON.stringify(writePqlJson(ast));
    const places = text.match(/":/g)?.length ?? 0;
    return JSON.parse(text, (key, value: unknown) => (key !== '' && index++ === at % (places + 1) ? other : value));
  });
  fc.assert(fc.property(spoilt, checkAnyJson), { numRuns: 3000 });
});

test('JSON beyond the limits is refused in time', () => {
  let deep: unknown = { nodeType: 'varRef', varName: 'this' };
  for (let depth = 0; depth < 100_000; depth++) deep = { nodeType: 'fnApply', fnName: 'not', params: [deep] };
  assert.deepEqual(
    readPqlJson(deep).diagnostics.map(({ code }) => code),
    ['json/too-deep'],
  );
  const wide = { nodeType: 'literal', literalType: 'List', value: Array.from({ length: jsonNodesMax }, () => 1) };
  assert.deepEqual(
    readPqlJson(wide).diagnostics.map(({ code }) => code),
    ['json/too-many-nodes'],
  );
  const carets = { nodeType: 'outerReference', levels: 2 ** 40 };
  assert.deepEqual(
    readPqlJson(carets).diagnostics.map(({ code }) => code),
    ['json/too-many-nodes'],
  );
});
