/**
 * Checks everything about the sources that needs no run of the program: types, lint and format, and the house rules.
 *
 * All checks run, also after one has failed; the output of a failed one is shown whole. The last line of the output
 * is `N passed, N failed`, counting checks.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { repositoryRoot } from './repository-root.ts';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

// The launcher puts `node_modules/.bin` first in PATH, so that these are the locked versions.
const checks: readonly Check[] = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'lint and format', command: 'biome', args: ['check', '.', '--max-diagnostics=200'] },
  { name: 'house rules', command: process.execPath, args: ['scripts/test.ts', 'fast', 'tests/tidy'] },
];

/** How long one check may take, in milliseconds. */
const checkTimeoutMs = 300_000;

/** Runs `check` and says in one line how it went; whether it passed. */
function runCheck(check: Check): boolean {
  const startedMs = performance.now();
  const result = spawnSync(check.command, check.args, {
    cwd: repositoryRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: checkTimeoutMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  const isPassed = result.status === 0;
  if (!isPassed) console.log([result.stdout, result.stderr, result.error?.message].filter(Boolean).join('\n'));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1).padStart(6);
  console.log(`${isPassed ? 'ok  ' : 'FAIL'} ${seconds} s  ${check.name}`);
  return isPassed;
}

const failedCount = checks.map(runCheck).filter((isPassed) => !isPassed).length;
console.log(`${checks.length - failedCount} passed, ${failedCount} failed`);
process.exit(failedCount === 0 ? 0 : 1);
