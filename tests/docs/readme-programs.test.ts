/** The programs in the README of the language print what the README says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { linesOf, readPrograms, runProgram } from './readme-program.ts';

const programs = await readPrograms('packages/pql/README.md');

for (const { heading, source, prints } of programs) {
  test(`the program below \`${heading}\` prints what follows it`, async () => {
    assert.equal(await runProgram(source), prints);
  });
}

test('every program has about ten lines', () => {
  assert.notEqual(programs.length, 0);
  for (const { source } of programs) assert.ok(linesOf(source).length <= 10, source);
});
