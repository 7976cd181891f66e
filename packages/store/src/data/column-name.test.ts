import assert from 'node:assert/strict';
import { it } from 'node:test';
import { columnName, pathOfColumn } from './column-name.ts';

function check(segments: readonly string[], items: number | null, expected: string): void {
  const name = columnName(segments, items);
  assert.equal(name, expected);
  assert.equal(pathOfColumn(name), segments.join('.'));
}

it('segments of a plain field are joined by slashes', () => {
  check(['commerce', 'order', 'priceTotal'], null, 'commerce/order/priceTotal');
});

it('the step into the outermost array of objects is a dot', () => {
  check(['productListItems', 'SKU'], 1, 'productListItems.SKU');
  check(['loyalty', 'cards', 'x'], 2, 'loyalty/cards.x');
  check(['productListItems', 'selectedOptions', 'attribute'], 1, 'productListItems.selectedOptions/attribute');
});

it('characters that separate, escape or break are encoded', () => {
  check(['a.b', 'c/d', 'e%f', '`\\\n'], null, 'a%2Eb/c%2Fd/e%25f/%60%5C%0A');
});

it('fields named like columns of ours are told apart', () => {
  check(['profile_id'], null, '%70rofile_id');
  check(['a', 'profile_id'], null, 'a/profile_id');
  assert.equal(pathOfColumn('profile_id'), null);
});

it('names in any script stay readable', () => check(['größe', '漢字'], null, 'größe/漢字'));
