/**
 * Runs a TypeScript program of this repository on the Node.js version it is written for.
 *
 *   node scripts/launch.mjs <program.ts> [arguments]
 *
 * npm scripts start here because nothing may be installed yet and the Node.js that npm itself uses may be older than
 * the one the code needs: this file is plain JavaScript for Node 20, installs the committed lockfile when it has
 * changed since the last installation, and hands over to the Node.js in `node_modules`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const installedStamp = join(root, 'node_modules', '.muster-lock');
const bundledNode = join(root, 'node_modules', '.bin', 'node');

/** The content hash of the committed lockfile. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Installs the locked dependencies unless this very lockfile is installed already; npm's output goes to stderr. */
function installMissing() {
  const wanted = lockHash();
  if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === wanted && existsSync(bundledNode)) return;
  process.stderr.write('muster: installing dependencies (first start, or package-lock.json has changed)\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (npm.status !== 0) {
    process.stderr.write('muster: `npm ci` failed; the lines above say why\n');
    process.exit(1);
  }
  writeFileSync(installedStamp, wanted);
}

installMissing();
const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('usage: node scripts/launch.mjs <program.ts> [arguments]\n');
  process.exit(2);
}

const child = spawn(existsSync(bundledNode) ? bundledNode : process.execPath, [join(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// A terminal sends Ctrl-C to the whole process group, a supervisor only to this process.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT');
});
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
