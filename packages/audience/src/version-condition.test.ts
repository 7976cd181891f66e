import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etag } from './ids.ts';
import { decideVersion, type VersionCondition } from './version-condition.ts';

function check(condition: VersionCondition, expected: string | null): void {
  assert.equal(decideVersion(condition, etag('2'))?.problem ?? null, expected);
}

test('a write without a demand, or with one that is met, is allowed', () => {
  check({ kind: 'none' }, null);
  check({ kind: 'any' }, null);
  check({ kind: 'versions', versions: [etag('1'), etag('2')] }, null);
});

test('a write that demands another version is refused with both versions', () => {
  const condition = { kind: 'versions', versions: [etag('1')] } as const;
  check(condition, 'preconditionFailed');
  check({ kind: 'versions', versions: [] }, 'preconditionFailed');
  assert.match(decideVersion(condition, etag('2'))?.message ?? '', /`2`, not `1`/);
});
