import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LifecycleState } from './audience.ts';
import { audienceId } from './ids.ts';
import { decideTransition, type LifecycleFacts, type LifecycleOrigin, type LifecycleTarget } from './lifecycle.ts';

const alone: LifecycleFacts = { dependents: new Map(), dependencies: new Map() };
const usedBy = (state: LifecycleState): LifecycleFacts => ({
  dependents: new Map([[audienceId('user'), state]]),
  dependencies: new Map(),
});
const used = usedBy('published');
const uses = (state: LifecycleState): LifecycleFacts => ({
  dependents: new Map(),
  dependencies: new Map([[audienceId('base'), state]]),
});

function check(
  from: LifecycleOrigin,
  to: LifecycleTarget,
  expected: string | null,
  facts: LifecycleFacts = alone,
): void {
  assert.equal(decideTransition(from, to, facts)?.problem ?? null, expected, `${from} to ${to}`);
}

test('an audience may start in any state but deleted', () => {
  check('new', 'draft', null);
  check('new', 'published', null);
  check('new', 'inactive', null);
  check('new', 'deleted', 'audienceInvalid');
});

test('the legal moves between states are those of the reference table', () => {
  check('draft', 'published', null);
  check('published', 'inactive', null);
  check('inactive', 'published', null);
  for (const state of ['draft', 'published', 'inactive'] as const) {
    check(state, state, null);
    check(state, 'deleted', null);
  }
});

test('no audience becomes a draft again, and a draft is not deactivated', () => {
  check('published', 'draft', 'audienceInvalid');
  check('inactive', 'draft', 'audienceInvalid');
  check('draft', 'inactive', 'audienceInvalid');
});

test('an audience that others refer to is neither deactivated nor deleted', () => {
  check('published', 'inactive', 'audienceInvalid', used);
  check('published', 'deleted', 'audienceNotDeletable', used);
  check('draft', 'deleted', 'audienceNotDeletable', used);
  assert.match(decideTransition('published', 'deleted', used)?.message ?? '', /`user`/);
});

test('an inactive dependent stands in the way of a deletion but not of a deactivation', () => {
  check('published', 'inactive', null, usedBy('inactive'));
  check('published', 'deleted', 'audienceNotDeletable', usedBy('inactive'));
});

test('an audience that others refer to can be edited and published', () => {
  check('published', 'published', null, used);
  check('draft', 'published', null, used);
  check('inactive', 'published', null, used);
  check('inactive', 'inactive', null, used);
});

test('a published audience refers to published audiences only', () => {
  check('new', 'published', null, uses('published'));
  check('draft', 'published', 'audienceInvalid', uses('draft'));
  check('published', 'published', 'audienceInvalid', uses('inactive'));
});

test('a draft refers to drafts and published audiences, not to inactive ones', () => {
  check('new', 'draft', null, uses('draft'));
  check('draft', 'draft', null, uses('published'));
  check('draft', 'draft', 'audienceInvalid', uses('inactive'));
});

test('deactivating and deleting do not look at what the rule refers to', () => {
  check('published', 'inactive', null, uses('draft'));
  check('published', 'deleted', null, uses('inactive'));
});
