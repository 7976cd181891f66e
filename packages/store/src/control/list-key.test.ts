import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audienceId } from '@muster/audience';
import { listKey } from './list-key.ts';
import { sampleScope } from './testing/samples.ts';

const scope = sampleScope('ONE@AdobeOrg');
const idsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => audienceId(`id-${first + index}`));

test('keys differ by tenant, conditions and ids, and stay short whatever the number of ids', () => {
  const keys = [
    listKey(scope, {}),
    listKey(sampleScope('TWO@AdobeOrg'), {}),
    listKey(sampleScope('ONE@AdobeOrg', 'dev'), {}),
    listKey(scope, { namespace: 'crm' }),
    ...[0, 1, 20, 21, 50_000].flatMap((count) => [0, 1].map((first) => listKey(scope, { ids: idsFrom(first, count) }))),
  ];
  // No ids are the same wherever they begin.
  assert.equal(new Set(keys).size, keys.length - 1);
  assert.ok(keys.every((key) => key.length < 500));
  assert.equal(keys.at(-1), listKey(scope, { ids: idsFrom(1, 50_000) }));
});
