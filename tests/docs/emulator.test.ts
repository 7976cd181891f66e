/** The commands and programs in docs/emulator.md do what it says. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const markdown = await readFile(new URL('../../docs/emulator.md', import.meta.url), 'utf8');

/** The program in a language that is followed by what it prints. */
function programIn(language: string): { readonly source: string; readonly prints: string } {
  const pattern = new RegExp(
    `^\`\`\`${language}\\n((?:(?!^\`\`\`)[^])*)^\`\`\`\\n\\n\`\`\`text\\n([^]*?)^\`\`\`$`,
    'm',
  );
  const [, source, prints] = pattern.exec(markdown) ?? [];
  assert.ok(source !== undefined && prints !== undefined, `there is no program in ${language}`);
  return { source, prints };
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: root });
  return stdout;
}

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('the commands for a shell run one after the other, and do what the text says', async () => {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const script = blocks.join('\n').replaceAll('8085', String(await freePort()));
  const stop = `trap 'kill "$SERVER" 2> /dev/null || true' EXIT`;
  const said = await run('bash', ['-euo', 'pipefail', '-c', `SERVER=\n${stop}\n${script}`]);
  const audience = /^[\da-f-]{36}$/m.exec(said)?.[0];
  assert.ok(audience !== undefined, said);
  assert.match(said, /^US +1 +1 +0 +0$/m);
  const clocks = [...said.matchAll(/"now":"([^"]+)","epochMs":\d+,"mode":"(\w+)"/g)].map(([, now, mode]) => [
    now,
    mode,
  ]);
  assert.deepEqual(clocks.slice(0, 3), [
    ['2024-05-01T00:00:00.000Z', 'fixed'],
    ['2024-06-01T08:00:00.000Z', 'fixed'],
    ['2024-06-02T10:00:00.000Z', 'fixed'],
  ]);
  assert.equal(clocks[3]?.[1], 'system');
  assert.match(said, /prod: active$/m);
  assert.match(said, /^temporary: deleted\nname +type +state +title\nprod +production +active +Production$/m);
});

test('the program in TypeScript prints what follows it', async () => {
  const { source, prints } = programIn('ts');
  assert.equal(await run(process.execPath, ['--input-type=module-typescript', '--eval', source]), prints);
});

test('the program in Python prints what follows it', async (context) => {
  const { source, prints } = programIn('python');
  if (spawnSync('python3', ['--version']).status !== 0) {
    context.diagnostic('not run: there is no python3 on this machine');
    return;
  }
  assert.equal(await run('python3', ['-c', source]), prints);
});
