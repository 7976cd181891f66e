/** What a run of `node:test` did, for people to read: a line a file, and each failure in full. */
import { relative, resolve } from 'node:path';
import type { TestsStream } from 'node:test';
import { inspect } from 'node:util';
import { repositoryRoot } from './repository-root.ts';

/** How many tests passed, failed, or were not run although they are written down; suites do not count. */
export interface TestTally {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

/** The tally of a run without tests. */
export const emptyTally: TestTally = { passed: 0, failed: 0, notRun: 0 };

/** What this report reads of the events of `node:test`. */
interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    readonly success?: boolean;
    readonly message?: string;
    readonly details?: { readonly error?: unknown };
    readonly counts?: TestCounts;
    readonly duration_ms?: number;
  };
}

/** The counts of a file or of the whole run. */
interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly todo: number;
}

/** Where a report goes. */
export interface ReportSink {
  readonly write: (line: string) => void;
  /** Called at every sign of life. */
  readonly onEvent: () => void;
}

/**
 * The tally of the run behind `events`, when it has ended; meanwhile writes one line for each file that ends, the
 * error of each test that fails, and at the end what files with failures printed.
 */
export async function reportTestEvents(events: TestsStream, { write, onEvent }: ReportSink): Promise<TestTally> {
  let tally = emptyTally;
  const printed = new Map<string, string>();
  const passedFiles = new Set<string>();
  for await (const event of events) {
    const { type, data }: TestEvent = event;
    onEvent();
    if (type === 'test:fail' && isCause(data.details?.error)) write(renderFailure(data));
    if (type === 'test:stderr' || type === 'test:stdout') {
      const file = displayPath(data.file);
      printed.set(file, (printed.get(file) ?? '') + (data.message ?? ''));
    }
    if (type !== 'test:summary' || data.counts === undefined) continue;
    if (data.file === undefined) {
      tally = tallyOf(data.counts);
      continue;
    }
    if (tallyOf(data.counts).failed === 0) passedFiles.add(displayPath(data.file));
    write(renderFile(data.file, data.counts, data.duration_ms ?? 0));
  }
  // Only now, since what a process prints may arrive after its summary, and a file that breaks off has no summary.
  for (const [file, text] of printed) if (!passedFiles.has(file)) write(renderPrinted(file, text));
  return tally;
}

/** The path from the root, of a path that the events give now absolute, now relative. */
function displayPath(file: string | undefined): string {
  return file === undefined ? '' : relative(repositoryRoot, resolve(repositoryRoot, file));
}

function renderPrinted(file: string, text: string): string {
  return `\n${file} printed\n${text.trimEnd().replaceAll(/^/gm, '    ')}\n`;
}

/** Whether the error is a failure of its own, and not a suite's or parent's echo of one that was shown already. */
function isCause(error: unknown): boolean {
  return !(error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed');
}

function tallyOf(counts: TestCounts): TestTally {
  return {
    passed: counts.passed,
    failed: counts.failed + counts.cancelled,
    notRun: counts.skipped + counts.todo,
  };
}

function renderFailure(data: TestEvent['data']): string {
  const error = data.details?.error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const place = data.file === undefined ? '' : ` (${displayPath(data.file)}:${data.line ?? 1})`;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `\n✖ ${data.name ?? 'unnamed test'}${place}\n${detail.replaceAll(/^/gm, '    ')}\n`;
}

function renderFile(file: string, counts: TestCounts, durationMs: number): string {
  const { passed, failed } = tallyOf(counts);
  const seconds = (durationMs / 1000).toFixed(1).padStart(6);
  const outcome = failed === 0 ? `ok   ${String(passed).padStart(5)}` : `FAIL ${String(failed).padStart(5)}`;
  return `${outcome} ${seconds} s  ${displayPath(file)}`;
}
