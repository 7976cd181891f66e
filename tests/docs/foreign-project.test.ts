/** The packages that other projects install are sound under the settings of those projects. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = `import { createClient } from '@muster/client';
import { parseExpression } from '@muster/pql';
export const made = [createClient, parseExpression];
`;

/**
 * What `tsconfig.json` has to say, as the READMEs of the packages have it; strict, and nothing stricter. The types are
 * those of browsers: with those of Node.js, and stricter, all sources are checked anyway.
 */
const compilerOptions = {
  target: 'esnext',
  module: 'nodenext',
  lib: ['esnext', 'dom'],
  types: [],
  noEmit: true,
  allowImportingTsExtensions: true,
  strict: true,
};

test('sources of the packages pass the type check of a project that installs them', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-foreign-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules/@muster'), { recursive: true });
  for (const name of ['client', 'pql']) {
    await symlink(join(root, 'packages', name), join(folder, 'node_modules/@muster', name));
  }
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await writeFile(join(folder, 'program.ts'), program);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
