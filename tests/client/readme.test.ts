/** The programs in the README of the client print what the README says, one after the other on one server. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { linesOf, readPrograms, runProgram } from '../docs/readme-program.ts';
import { startServer } from './client-server.ts';

const baseUrl = await startServer();

for (const { heading, source, prints } of await readPrograms('packages/client/README.md')) {
  test(`the program below \`${heading}\` has about ten lines and prints what follows it`, async () => {
    assert.ok(linesOf(source).length <= 10, source);
    assert.equal(await runProgram(source.replace('http://127.0.0.1:8080', baseUrl)), prints);
  });
}
