import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from './ids.ts';
import { decideRepetition, forgottenUntil, onceLimits } from './once-request.ts';

const request = { key: 'k', digest: 'd', at: epochMs(0) };

test('a repeated request is the same one, and another one under its key is refused', () => {
  assert.equal(decideRepetition(request, { digest: 'd' }), null);
  const refusal = decideRepetition(request, { digest: 'other' });
  assert.equal(refusal?.problem, 'idempotencyKeyReused');
  assert.match(refusal?.message ?? '', /`k`/);
});

test('a request is remembered for its lifetime', () => {
  const lifetimeMs = onceLimits.lifetimeHours * 3_600_000;
  assert.equal(forgottenUntil(epochMs(lifetimeMs + 5)), 5);
});
