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
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const installedStamp = join(root, 'node_modules', '.muster-lock');
const installLock = join(root, '.muster-install');
const bundledNode = join(root, 'node_modules', '.bin', 'node');

/** The content hash of the committed lockfile. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Whether this very lockfile is installed. A platform that npm has no Node.js 24 package for does without: then the
 * Node.js that runs this must be new enough itself.
 */
function isInstalled() {
  return existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === lockHash();
}

/** Takes the right to install; false when a living process has it. Making a directory is atomic everywhere. */
function takeInstallLock() {
  try {
    mkdirSync(installLock);
    writeFileSync(join(installLock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Forgets a lock whose holder is gone. */
function dropStaleLock() {
  try {
    process.kill(Number(readFileSync(join(installLock, 'pid'), 'utf8')), 0);
  } catch (error) {
    // No such process. A lock without a pid yet is being taken at this moment.
    if (error.code === 'ESRCH') rmSync(installLock, { recursive: true, force: true });
  }
}

/** Installs the locked dependencies, once, however many programs are started together; npm's output goes to stderr. */
async function installMissing() {
  while (!isInstalled()) {
    if (!takeInstallLock()) {
      await delay(500);
      dropStaleLock();
      continue;
    }
    try {
      if (!isInstalled()) install();
    } finally {
      rmSync(installLock, { recursive: true, force: true });
    }
  }
}

function install() {
  process.stderr.write('muster: installing dependencies (first start, or package-lock.json has changed)\n');
  const wanted = lockHash();
  // Warnings about the Node.js that runs npm would mislead: the one that is installed here runs everything.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    process.stderr.write('muster: `npm ci` failed; the lines above say why\n');
    rmSync(installLock, { recursive: true, force: true });
    process.exit(1);
  }
  writeFileSync(installedStamp, wanted);
}

await installMissing();
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
