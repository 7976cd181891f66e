/** From the bytes of a file to its rows. */
import type { ImportLimits } from '../limits.ts';
import { readCsv } from './csv.ts';
import { gunzipIfNeeded } from './gunzip.ts';
import { readJsonl } from './jsonl.ts';
import type { RowSource } from './row.ts';
import { type LineBlock, wholeLines } from './whole-lines.ts';

/** How a file is written; a format of null is found out from the first character and the header's shape. */
export interface FileFormat {
  readonly format: 'csv' | 'jsonl' | null;
  /** Between the cells of a CSV row. */
  readonly delimiter: string;
}

/**
 * The rows of a file, compressed or not. Pulls only what its reader asks for, so that memory stays bounded.
 *
 * Throws `fileUnreadable` when the file is not what it claims to be; rows that are wrong by themselves are `malformed`.
 */
export async function readRows(
  bytes: AsyncIterable<Uint8Array>,
  file: FileFormat,
  limits: ImportLimits,
): Promise<RowSource> {
  const lines = wholeLines(gunzipIfNeeded(bytes), limits);
  const first = await lines.next();
  const whole = continueWith(first, lines);
  const format = file.format ?? (startsWithObject(first) ? 'jsonl' : 'csv');
  return format === 'csv' ? readCsv(whole, file.delimiter, limits) : { header: null, blocks: readJsonl(whole) };
}

const startsWithObject = (first: IteratorResult<LineBlock>): boolean =>
  first.done === true || /^\s*[{[]/.test(first.value.bytes.toString('utf8', 0, 1_000));

async function* continueWith(
  first: IteratorResult<LineBlock>,
  lines: AsyncGenerator<LineBlock>,
): AsyncGenerator<LineBlock> {
  try {
    if (first.done !== true) yield first.value;
    yield* lines;
  } finally {
    await lines.return(undefined);
  }
}
