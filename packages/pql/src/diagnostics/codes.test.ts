import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diagnose, diagnosticTexts, quote } from './codes.ts';

const page = readFileSync(new URL('../../../../docs/pql-diagnostics.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([^`]+)` \| (\w+) \| (.*) \|$/gm)].map(([, code, severity, doc]) => ({
  code,
  severity,
  doc,
}));

test('the page of diagnostics lists every code with its severity and meaning, and no other', () => {
  const registered = Object.entries(diagnosticTexts).map(([code, { severity, doc }]) => ({ code, severity, doc }));
  assert.deepEqual(rows, registered);
});

test('a message has the text of the user in backticks, and the usual advice of its code', () => {
  const span = { start: 0, end: 4 };
  const diagnostic = diagnose('check/unknown-field', span, { name: 'agee', nearest: 'age' });
  assert.equal(diagnostic.message, 'unknown field `agee`');
  assert.equal(diagnostic.help, 'did you mean `age`?');
  assert.equal(diagnostic.severity, 'error');
});

test('advice that is given replaces the usual advice', () => {
  const span = { start: 0, end: 4 };
  const diagnostic = diagnose('check/unknown-field', span, { name: 'x', nearest: 'y' }, { help: 'look it up' });
  assert.equal(diagnostic.help, 'look it up');
  assert.equal(diagnose('check/unknown-field', span, { name: 'x' }).help, undefined);
});

test('quoted text is on one line, clipped, and cannot end its backticks', () => {
  assert.equal(quote('a\n  `b`'), "`a 'b'`");
  assert.equal(quote('x'.repeat(100)), `\`${'x'.repeat(60)}…\``);
});
