import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Problem, problemDefinitions } from './problem.ts';

/** The rows of the table in docs/errors.md, as `[name, code, status, title, when]` without backticks. */
function readDocumentedProblems(): readonly (readonly string[])[] {
  const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
}

test('docs/errors.md lists the problems of the registry, no more and no less, in its order', () => {
  const documented = readDocumentedProblems().map((row) => row.slice(0, 4));
  const registered = Object.entries(problemDefinitions).map(([name, { code, status, title }]) => [
    name,
    code,
    String(status),
    title,
  ]);
  assert.deepEqual(documented, registered);
});

test('docs/errors.md says of every problem when it happens', () => {
  for (const [name, , , , when] of readDocumentedProblems()) assert.ok(when, `nothing is said of ${name}`);
});

test('every problem has a code of its own', () => {
  const codes = Object.values(problemDefinitions).map((definition) => definition.code);
  assert.equal(new Set(codes).size, codes.length);
});

test('a problem carries its definition and speaks with its first detail', () => {
  const problem = new Problem('jobNotFound', [{ message: 'no job `7`' }]);
  assert.equal(problem.definition.status, 404);
  assert.equal(problem.message, 'no job `7`');
  assert.equal(new Problem('jobNotFound').message, 'The segment job is not found.');
});
