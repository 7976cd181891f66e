/**
 * Runs the tests of the repository, each file in a process of its own.
 *
 *   node scripts/launch.mjs scripts/test.ts fast|all|services [part of a file's path]…
 *
 * `fast` leaves out `*.all.test.ts`, the suites that need a service such as PostgreSQL; `services` runs only those. The
 * last line of the output is `N passed, N failed`, counting tests and not suites. Skipped and to-do tests count as
 * failed, and so does a run in which no test ran: what was not tried has not passed.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { run } from 'node:test';
import { repositoryRoot } from './repository-root.ts';
import { emptyTally, reportTestEvents, type TestTally } from './test-report.ts';

const selections = {
  fast: (path: string): boolean => !path.endsWith('.all.test.ts'),
  services: (path: string): boolean => path.endsWith('.all.test.ts'),
  all: (): boolean => true,
} as const;

type Selection = keyof typeof selections;

/** How long one test, or one file in silence, may take before it is stopped and counted as failed, in milliseconds. */
const timeoutMs: Readonly<Record<Selection, number>> = { fast: 180_000, services: 600_000, all: 600_000 };

/** How much longer than its longest test a file may be silent, in milliseconds. */
const watchdogGraceMs = 15_000;

/** Files that run at the same time: each may hold a chDB engine with threads of its own, so that more gains nothing. */
const filesAtOnceMax = 4;

function isSelection(text: string | undefined): text is Selection {
  return text !== undefined && Object.hasOwn(selections, text);
}

/** The test files of a selection whose path contains one of `filters`, or all of them without filters, in order. */
function findTestFiles(selection: Selection, filters: readonly string[]): readonly string[] {
  return globSync('{packages,apps,tests,bench,scripts}/**/*.test.{ts,tsx}', {
    cwd: repositoryRoot,
    exclude: (path) => path.includes('node_modules'),
  })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => selections[selection](path))
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .sort();
}

/** Runs `files` and gives their tally once all are done. */
function runFiles(selection: Selection, files: readonly string[]): Promise<TestTally> {
  if (files.length === 0) return Promise.resolve(emptyTally);
  const abort = new AbortController();
  // `timeout` ends a test, not the process that a forgotten handle or an endless loop keeps alive; silence shows that.
  const watchdog = setTimeout(() => abort.abort(), timeoutMs[selection] + watchdogGraceMs);
  const events = run({
    cwd: repositoryRoot,
    files: [...files],
    concurrency: Math.min(availableParallelism(), filesAtOnceMax),
    timeout: timeoutMs[selection],
    signal: abort.signal,
  });
  return reportTestEvents(events, {
    onEvent: () => watchdog.refresh(),
    write: (line) => console.log(line),
  }).finally(() => clearTimeout(watchdog));
}

const [selection, ...filters] = process.argv.slice(2);
if (!isSelection(selection)) {
  console.error('usage: scripts/test.ts fast|all|services [part of a path]…');
  process.exit(2);
}
const tally = await runFiles(selection, findTestFiles(selection, filters));
if (tally.notRun > 0) console.log(`${tally.notRun} skipped or to-do tests count as failed: list known gaps as data`);
if (tally.passed + tally.failed + tally.notRun === 0) console.log('no test ran');
const failed = tally.failed + tally.notRun;
console.log(`${tally.passed} passed, ${failed} failed`);
process.exit(failed === 0 && tally.passed > 0 ? 0 : 1);
