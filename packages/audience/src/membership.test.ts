import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from './ids.ts';
import { decideMembershipChange, type Membership, membershipExpiry, nextMembership } from './membership.ts';

const dayMs = 86_400_000;
const then = epochMs(1_700_000_000_000);
const now = epochMs(then + dayMs);
const member: Membership = { status: 'realized', changedAt: then };
const left: Membership = { status: 'exited', changedAt: then };

function check(before: Membership | null, qualifies: boolean, after: Membership | null, change: string): void {
  assert.deepEqual(nextMembership(before, qualifies, now), after);
  assert.equal(decideMembershipChange(before, qualifies), change);
}

test('a profile that qualifies for the first time or again enters now', () => {
  check(null, true, { status: 'realized', changedAt: now }, 'entered');
  check(left, true, { status: 'realized', changedAt: now }, 'entered');
});

test('a member that still qualifies keeps the time of its entry', () => check(member, true, member, 'none'));

test('a member that no longer qualifies leaves now', () =>
  check(member, false, { status: 'exited', changedAt: now }, 'exited'));

test('a profile that never qualified has no membership', () => check(null, false, null, 'none'));

test('an exit keeps its time and is forgotten after thirty days', () => {
  check(left, false, left, 'none');
  assert.deepEqual(nextMembership(left, false, epochMs(then + 30 * dayMs)), left);
  assert.equal(nextMembership(left, false, epochMs(then + 30 * dayMs + 1)), null);
});

test('a membership expires its time to live after the last renewal, and never without one', () => {
  assert.equal(membershipExpiry(then, 30), then + 30 * dayMs);
  assert.equal(membershipExpiry(then, null), null);
});
