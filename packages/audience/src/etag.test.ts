import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderEtag } from './etag.ts';
import { epochMs } from './ids.ts';

const highest = { integer: (below: number): number => below - 1 };
const lowest = { integer: (): number => 0 };

test('an etag is quoted hex whose last group starts with the update time in seconds', () => {
  assert.equal(renderEtag(epochMs(1_700_000_001_999), lowest), '"00000000-0000-0200-0000-6553f1010000"');
});

test('the random part fills its groups and no more', () => {
  assert.equal(renderEtag(epochMs(1_700_000_001_000), highest), '"ffffffff-ffff-0200-0000-6553f1010000"');
});

test('an etag keeps its length for times near 1970 and after 2106', () => {
  assert.equal(renderEtag(epochMs(0), lowest), '"00000000-0000-0200-0000-000000000000"');
  assert.equal(renderEtag(epochMs(4_294_967_296_000), lowest), '"00000000-0000-0200-0000-000000000000"');
});
