import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportResource } from '@muster/wire';
import { CliError } from '../cli-error.ts';
import { assertSucceeded } from './import.ts';

const none = { rows: 0, profiles: 0, events: 0, skipped: 0, rejected: 0 };

const importOf = (counts: Partial<ImportResource['counts']>, status = 'succeeded') => ({
  name: 'people.jsonl',
  status,
  counts: { ...none, ...counts },
});

/** The exit code and the message of an import's end; null when it is fine. */
function endingOf(run: ReturnType<typeof importOf>): readonly [number, string] | null {
  try {
    assertSucceeded(run);
    return null;
  } catch (error) {
    assert.ok(error instanceof CliError);
    return [error.exitCode, error.message];
  }
}

test('an import that left nothing behind although it was meant to is no success', () => {
  assert.deepEqual(endingOf(importOf({ rows: 2, rejected: 2 })), [
    3,
    'nothing of people.jsonl was imported: every row was rejected',
  ]);
  assert.deepEqual(endingOf(importOf({ rows: 3, rejected: 2, skipped: 1 })), [
    3,
    'nothing of people.jsonl was imported: rejected 2, skipped 1 of 3 rows',
  ]);
});

test('an import that took some rows, or was to take none, is fine', () => {
  for (const counts of [
    { rows: 3, profiles: 1, rejected: 2 },
    { rows: 3, events: 1, rejected: 2 },
    { rows: 2, skipped: 2 },
    { rows: 0 },
  ])
    assert.equal(endingOf(importOf(counts)), null);
});

test('a file that cannot be used and bytes that stopped end differently', () => {
  assert.equal(endingOf(importOf({}, 'failed'))?.[0], 3);
  assert.equal(endingOf(importOf({}, 'interrupted'))?.[0], 1);
});
