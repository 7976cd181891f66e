import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDiagnostics } from '../diagnostics/render.ts';
import { formatExpression } from './format.ts';
import { defaultParseLimits } from './limits.ts';
import { parseExpression } from './parser.ts';
import { operandsOf, sameTree, walkAst } from './walk.ts';

/** What holds for every text: spans inside it, errors where the tree has holes, and a way back where it has none. */
function checkAnyText(text: string): void {
  const { ast, diagnostics } = parseExpression(text);
  const spans = diagnostics.flatMap(({ span, fix }) => (fix === undefined ? [span] : [span, fix.span]));
  let isComplete = true;
  walkAst(ast, (node) => {
    spans.push(node.span);
    isComplete &&= node.kind !== 'missing';
  });
  for (const { start, end } of spans) assert.ok(0 <= start && start <= end && end <= text.length, `${start}..${end}`);
  assert.ok(isComplete || diagnostics.some(({ severity }) => severity === 'error'), 'a hole that is not reported');
  assert.ok(diagnostics.every(({ message }) => /^[^\n]*[^.\n]$/.test(message)));
  renderDiagnostics(text, diagnostics);
  const again = formatExpression(ast);
  if (diagnostics.length === 0) assert.ok(sameTree(parseExpression(again).ast, ast), again);
}

function holdsForAll(texts: fc.Arbitrary<string>): void {
  fc.assert(fc.property(texts, checkAnyText), { numRuns: 2000 });
}

function loadPublished(): readonly { readonly pql: string }[] {
  return JSON.parse(readFileSync(new URL('../../../pql-spec/published.json', import.meta.url), 'utf8'));
}

const publishedTexts = loadPublished().map(({ pql }) => pql);

const fragments = [
  ...[
    'and',
    'or',
    'not',
    '!',
    'in',
    'notIn',
    'like',
    'matches',
    'occurs',
    'select',
    'exists',
    'forall',
    'from',
    'where',
  ],
  ...['over', 'let', 'if', 'chain', 'WHAT', 'WHEN', 'COUNT', 'before', 'after', 'between', 'on', 'this', 'last', 'now'],
  ...[
    'today',
    'days',
    'true',
    'null',
    'sum',
    'min',
    'a',
    'E',
    '3',
    '4.5',
    '.',
    '"x"',
    "'",
    '“',
    '”',
    '(',
    ')',
    '[',
    ']',
  ],
  ...[
    '{',
    '}',
    ',',
    ':',
    '=',
    '==',
    '!=',
    '<=',
    '=>',
    '&&',
    '+',
    '-',
    '*',
    '^',
    '^^',
    '$1',
    '$',
    '@{s}',
    '@{',
    '_{T}',
    '#',
  ],
];

test('no text crashes the parser', () => holdsForAll(fc.string({ unit: 'binary', maxLength: 60 })));

test('no bytes crash the parser, be they read as UTF-8, one by one, or as halves of characters', () => {
  const bytes = fc.uint8Array({ maxLength: 120 });
  const utf8 = new TextDecoder();
  holdsForAll(bytes.map((given) => utf8.decode(given)));
  holdsForAll(bytes.map((given) => String.fromCharCode(...given)));
  // Halves of surrogate pairs, which no UTF-8 can hold, come from escapes in JSON.
  const unit = fc.integer({ min: 0xd7f0, max: 0xe00f }).map((code) => String.fromCharCode(code));
  holdsForAll(
    fc.array(fc.oneof(unit, fc.constantFrom(...fragments)), { maxLength: 30 }).map((parts) => parts.join('')),
  );
});

test('no row of words and symbols crashes the parser', () => {
  holdsForAll(fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join(' ')));
});

test('no published expression with parts cut out, doubled or put in crashes the parser', () => {
  const edit = fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom('', ' ', ...fragments), fc.boolean());
  const edited = fc.tuple(fc.constantFrom(...publishedTexts), fc.array(edit, { minLength: 1, maxLength: 4 }));
  holdsForAll(
    edited.map(([text, edits]) =>
      edits.reduce((current, [place, length, inserted, isDoubled]) => {
        const start = place % (current.length + 1);
        const cut = current.slice(start, start + length);
        return current.slice(0, start) + (isDoubled ? cut + cut : inserted) + current.slice(start + length);
      }, text),
    ),
  );
});

function codesOf(text: string): readonly string[] {
  return [...new Set(parseExpression(text).diagnostics.map(({ code }) => code))];
}

test('a run of thousands of operands is read, walked, compared and written', () => {
  const text = Array.from({ length: 4000 }, (_, index) => `a = ${index}`).join(' or ');
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, []);
  assert.equal(operandsOf(ast).length, 4000);
  assert.ok(sameTree(parseExpression(formatExpression(ast)).ast, ast));
});

test('a list may have nearly as many items as there may be tokens', () => {
  const text = `a in [${Array.from({ length: 9990 }, (_, index) => index).join(',')}]`;
  assert.deepEqual(codesOf(text), []);
});

test('nesting of any form is refused above the limit', () => {
  const count = 3000;
  const openings = ['(', '[', 'a[', 'f(', 'a.f(', 'not ', '-', 'not (', 'if(', '{"k": ', '(K) => ', 'let S = ', '!'];
  const queries = ['exists E from ', 'exists E from a where ', 'sum ', 'a and (', 'a occurs after (', '^.a['];
  for (const opening of [...openings, ...queries]) {
    const text = `${opening.repeat(count)}a`.slice(0, 9000);
    assert.ok(codesOf(text).includes('limit/too-deep'), opening);
  }
});

test('a tree of any form is refused above the limit on height', () => {
  for (const part of ['.a', '[a]', '.f()', ' + a', ' * a']) {
    assert.deepEqual(codesOf(`a${part.repeat(2000)}`), ['limit/too-deep'], part);
  }
});

test('depth up to the limit is read', () => {
  const depth = defaultParseLimits.nestingDepthMax - 1;
  assert.deepEqual(codesOf(`${'('.repeat(depth)}a${')'.repeat(depth)}`), []);
  assert.deepEqual(codesOf(`${'('.repeat(depth + 1)}a${')'.repeat(depth + 1)}`), ['limit/too-deep']);
});

test('a text above the limits on length, tokens and items is refused', () => {
  assert.deepEqual(codesOf(`a = "${'x'.repeat(70_000)}"`), ['limit/too-long']);
  assert.deepEqual(codesOf('a '.repeat(25_000)), ['limit/too-many-tokens']);
  const limits = { ...defaultParseLimits, itemsMax: 3 };
  const { diagnostics } = parseExpression('a in [1, 2, 3, 4, 5] and b = ', limits);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['limit/too-many-items', 'syntax/expected-expression'],
  );
});

test('the number of diagnostics is limited', () => {
  assert.equal(parseExpression('# a '.repeat(5000)).diagnostics.length, defaultParseLimits.diagnosticsMax);
});
