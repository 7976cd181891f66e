/** The programs that stand in READMEs. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A block of TypeScript, with the heading above it and the block of text after it: what it prints. */
export interface ReadmeProgram {
  readonly heading: string;
  readonly source: string;
  readonly prints: string;
}

/** The programs of a README, by its path in the repository. Throws when one of them does not say what it prints. */
export async function readPrograms(path: string): Promise<readonly ReadmeProgram[]> {
  const markdown = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  const programs = [...markdown.matchAll(/^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms)].map((match) => {
    const [, source = '', prints = ''] = match;
    const above = markdown.slice(0, match.index).match(/^## (.+)$/gm);
    return { heading: above?.at(-1) ?? '', source, prints };
  });
  const blocks = [...markdown.matchAll(/^```ts$/gm)].length;
  if (blocks !== programs.length) throw new Error(`${path}: a program does not say what it prints`);
  return programs;
}

/** The lines of a program that do something. */
export const linesOf = (source: string): readonly string[] =>
  source.split('\n').filter((line) => line !== '' && !line.startsWith('import'));

/** What a program prints that stands in the root of the repository, so that its imports are those of a workspace. */
export async function runProgram(source: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', source], {
    cwd: root,
  });
  return stdout;
}
