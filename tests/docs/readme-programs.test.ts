/** The programs in the README of the language print what the README says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Each program with what it prints: a block of TypeScript, and the block of text that follows it. */
function programsOf(markdown: string): readonly { readonly source: string; readonly prints: string }[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map(([, source = '', prints = '']) => ({
    source,
    prints,
  }));
}

/** What a program prints that stands in the root of the repository, so that its imports are those of a workspace. */
async function run(source: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    cwd: root,
  });
  return stdout;
}

const markdown = await readFile(new URL('../../packages/pql/README.md', import.meta.url), 'utf8');
const programs = programsOf(markdown);

for (const { source, prints } of programs) {
  const heading = markdown
    .slice(0, markdown.indexOf(source))
    .match(/^## (.+)$/gm)
    ?.at(-1);
  test(`the program below \`${heading}\` prints what follows it`, async () => {
    assert.equal(await run(source), prints);
  });
}

test('every program says what it prints, in about ten lines', () => {
  assert.equal(programs.length, [...markdown.matchAll(/^```ts$/gm)].length);
  for (const { source } of programs) {
    const lines = source.split('\n').filter((line) => line !== '' && !line.startsWith('import'));
    assert.ok(lines.length <= 10, `${lines.length} lines:\n${source}`);
  }
});
