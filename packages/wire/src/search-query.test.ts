import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { decodeSearchQuery, type Searchable } from './search-query.ts';

const cart: Searchable = {
  text: {
    name: 'Cart abandoners (e-mail)',
    segmentName: 'Cart abandoners (e-mail)',
    segmentDescription: 'Blue shoes left in the cart, Zürich 2024',
  },
  ids: { segmentId: '7F6C-1a52', folderId: 'root', parentFolderId: 'root', folderLocation: 'root' },
};

function check(text: string, expected: boolean): void {
  const query = decodeSearchQuery(text);
  assert.ok(!(query instanceof Problem), text);
  assert.equal(query.matches(cart), expected, text);
}

test('a word is any word of a name or description, in any case; an id is found as a whole', () => {
  for (const text of ['', '  ', 'cart', 'CART', 'shoes', 'zürich', '2024', '7f6c-1a52', 'e-mail']) check(text, true);
  for (const text of ['car', 'abandon', 'boots', '7f6c']) check(text, false);
});

test('wildcards stand for any number of characters, or one', () => {
  for (const text of ['abandon*', '*', 'c?rt', 'sh*s', 'ab*d*n*s', '7f6c*', '*ERS']) check(text, true);
  for (const text of ['abandon?', 'x*', '????', 'c?art']) check(text, text === '????');
  for (const text of ['car\\*', 'c\\?rt']) check(text, false);
});

test('a phrase is words that follow each other', () => {
  for (const text of ['"blue shoes"', '"Cart Abandoners"', '"e-mail"', '"the cart, zürich"']) check(text, true);
  for (const text of ['"shoes blue"', '"blue left"', '"abandon*"', '""']) check(text, false);
});

test('AND binds tighter than OR, words side by side are alternatives', () => {
  const yes = [
    'cart AND shoes',
    'cart OR boots',
    'boots cart',
    'boots AND hats OR cart',
    'cart OR hats AND boots',
    'cart && shoes',
  ];
  for (const text of [...yes, 'boots || cart', '(boots OR cart) AND shoes']) check(text, true);
  for (const text of ['cart AND boots', 'boots OR hats', '(cart OR boots) AND hats']) check(text, false);
  // Only in capitals are they operators.
  check('boots or hats', false);
});

test('NOT, - and ! forbid, + demands', () => {
  for (const text of [
    'boots OR NOT hats',
    'NOT NOT cart',
    'NOT boots',
    'cart NOT boots',
    'cart -boots',
    'cart AND NOT boots',
    '!boots',
    '+cart boots',
  ])
    check(text, true);
  for (const text of [
    'NOT cart',
    'shoes NOT cart',
    'boots -hats',
    'shoes AND NOT cart',
    '+boots cart',
    'boots NOT hats',
  ]) {
    check(text, false);
  }
});

test('a field narrows a word, a phrase or a bracket', () => {
  const yes = ['segmentName:cart', 'segmentName: cart', 'segmentDescription:"blue shoes"', 'name:(boots OR cart)'];
  for (const text of [...yes, 'segmentId:7f6c-1a52', 'segmentId:7F*', 'parentFolderId:root', 'NOT name:shoes'])
    check(text, true);
  for (const text of ['segmentName:shoes', 'segmentId:7F', 'name:(boots OR shoes)', 'folderId:other'])
    check(text, false);
});

test('what is malformed or not supported is refused with the place', () => {
  const refused = (text: string, underlined: string, mention: string): void => {
    const problem = decodeSearchQuery(text);
    assert.ok(problem instanceof Problem, text);
    const [detail] = problem.details;
    assert.equal(text.slice(detail?.position?.start, detail?.position?.end), underlined, text);
    assert.ok(detail?.message.includes(mention), detail?.message);
    assert.equal(detail?.field, 's');
  };
  refused('blue~1', '~', 'fuzzy');
  refused('"a b"~5', '~', 'proximity');
  refused('/regex/', '/', 'regular expressions');
  refused('cart^2', '^', 'boosts');
  refused('[a TO b]', '[', 'ranges');
  refused('cart AND', '', 'ends too early');
  refused('AND cart', 'AND', 'not expected');
  refused('(cart', '', 'ends too early');
  refused('cart)', ')', 'not expected');
  refused('()', ')', 'not expected');
  refused('"cart', '"', 'begins nothing that ends');
  refused('cart \\', '\\', 'begins nothing that ends');
  refused('colour:blue', 'colour', 'unknown field `colour`');
  refused('constructor:blue', 'constructor', 'unknown field');
  refused('name:name:blue', ':', 'not expected');
  refused('('.repeat(40), '(', 'too deeply');
  refused('!'.repeat(40), '!', 'too deeply');
});
