/** What a run of `node:test` did, for people to read: a line a file, and each failure in full. */
import { relative } from 'node:path';
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
 * error of each test that fails, and what a file with failures printed. What a passing file printed is left out.
 */
export async function reportTestEvents(events: TestsStream, { write, onEvent }: ReportSink): Promise<TestTally> {
  let tally = emptyTally;
  const printed = new Map<string, string>();
  for await (const event of events) {
    const { type, data }: TestEvent = event;
    onEvent();
    if (type === 'test:fail' && isCause(data.details?.error)) write(renderFailure(data));
    if (type === 'test:stderr' || type === 'test:stdout') {
      printed.set(data.file ?? '', (printed.get(data.file ?? '') ?? '') + (data.message ?? ''));
    }
    if (type !== 'test:summary' || data.counts === undefined) continue;
    if (data.file === undefined) {
      tally = tallyOf(data.counts);
      continue;
    }
    if (tallyOf(data.counts).failed > 0) write((printed.get(data.file) ?? '').trimEnd());
    printed.delete(data.file);
    write(renderFile(data.file, data.counts, data.duration_ms ?? 0));
  }
  // A file that broke off has no summary of its own.
  for (const text of printed.values()) write(text.trimEnd());
  return tally;
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
  const place = data.file === undefined ? '' : ` (${relative(repositoryRoot, data.file)}:${data.line ?? 1})`;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `\n✖ ${data.name ?? 'unnamed test'}${place}\n${detail.replaceAll(/^/gm, '    ')}\n`;
}

function renderFile(file: string, counts: TestCounts, durationMs: number): string {
  const { passed, failed } = tallyOf(counts);
  const seconds = (durationMs / 1000).toFixed(1).padStart(6);
  const outcome = failed === 0 ? `ok   ${String(passed).padStart(5)}` : `FAIL ${String(failed).padStart(5)}`;
  return `${outcome} ${seconds} s  ${relative(repositoryRoot, file)}`;
}
