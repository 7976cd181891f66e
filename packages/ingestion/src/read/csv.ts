/** CSV as RFC 4180 describes it: a header, quoted fields, line breaks inside quotes. */
import { Problem } from '@muster/audience';
import { type Parser, parse } from 'csv-parse';
import type { ImportLimits } from '../limits.ts';
import type { Row, RowSource } from './row.ts';
import type { LineBlock } from './whole-lines.ts';

/** What a parser has found since it was last asked. */
interface Found {
  header: readonly string[] | null;
  rows: Row[];
  count: number;
}

/**
 * The header and the rows of CSV text. A row with another number of cells than the header is malformed; empty lines are no
 * rows.
 *
 * Throws `fileUnreadable` when there is no header, a column name comes twice, or a quote is misplaced or never closed:
 * after that nobody knows where the next row begins, so that going on could lose rows unseen.
 */
export async function readCsv(
  lines: AsyncIterable<LineBlock>,
  delimiter: string,
  limits: ImportLimits,
): Promise<RowSource> {
  const found: Found = { header: null, rows: [], count: 0 };
  const blocks = readBlocks(lines, openParser(found, delimiter, limits), found);
  // The parser looks ahead, so the header may come only with a later block.
  let first = await blocks.next();
  while (found.header === null && first.done !== true) first = await blocks.next();
  if (found.header === null) {
    throw new Problem('fileUnreadable', [{ message: 'the file has no header line with the names of its columns' }]);
  }
  assertHeader(found.header, limits);
  return { header: found.header, blocks: continueWith(first, blocks) };
}

async function* continueWith(
  first: IteratorResult<readonly Row[]>,
  blocks: AsyncGenerator<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  if (first.done !== true) yield first.value;
  yield* blocks;
}

function openParser(found: Found, delimiter: string, limits: ImportLimits): Parser {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.lineBytesMax,
    // Records are taken here, not from the stream's readable side: one call a record instead of one promise.
    on_record: (cells: readonly string[]) => {
      takeRecord(found, cells);
      return null;
    },
  });
  parser.resume();
  return parser;
}

function takeRecord(found: Found, cells: readonly string[]): void {
  if (found.header === null) {
    found.header = cells;
    return;
  }
  found.count++;
  if (cells.length !== found.header.length) {
    const message = `the row has ${cells.length} cells, the header ${found.header.length}`;
    found.rows.push({ kind: 'malformed', row: found.count, message });
    return;
  }
  let bytes = 0;
  for (const cell of cells) bytes += cell.length;
  found.rows.push({ kind: 'cells', row: found.count, bytes, cells });
}

async function* readBlocks(
  lines: AsyncIterable<LineBlock>,
  parser: Parser,
  found: Found,
): AsyncGenerator<readonly Row[]> {
  const failed = new Promise<never>((_, reject) => parser.once('error', reject));
  // The race below may be over when the parser fails; it is looked at again at the next block or at the end.
  failed.catch(() => undefined);
  const ended = new Promise<void>((resolve) => parser.once('end', resolve));
  try {
    for await (const block of lines) {
      await Promise.race([failed, new Promise<void>((resolve) => parser.write(block.bytes, () => resolve()))]);
      yield takeRows(found);
    }
    parser.end();
    await Promise.race([failed, ended]);
    yield takeRows(found);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error;
    const message = `row ${found.count + 1} cannot be read: ${lowerFirst(error.message)}`;
    const suggestion = 'mend the quotes of this row; a quote inside a quoted cell is written twice';
    throw new Problem('fileUnreadable', [{ message, suggestion }], { cause: error });
  } finally {
    parser.destroy();
  }
}

function takeRows(found: Found): readonly Row[] {
  const rows = found.rows;
  found.rows = [];
  return rows;
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

function assertHeader(header: readonly string[], limits: ImportLimits): void {
  if (header.length > limits.columnsMax) {
    const message = `the file has ${header.length} columns; at most ${limits.columnsMax} are accepted (columnsMax)`;
    throw new Problem('fileUnreadable', [{ message }]);
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Problem('fileUnreadable', [{ message: `the header names the column \`${twice}\` twice` }]);
  }
}
