/** JSON Lines: one JSON value a line. */
import type { Row } from './row.ts';
import type { LineBlock } from './whole-lines.ts';

/** The rows of JSONL text, a block for each block of lines. Empty lines are no rows; malformed lines are rows that say so. */
export async function* readJsonl(lines: AsyncIterable<LineBlock>): AsyncGenerator<readonly Row[]> {
  let row = 0;
  for await (const block of lines) {
    const rows: Row[] = [];
    for (const line of block.bytes.toString('utf8').split('\n')) {
      if (line.trim() === '') continue;
      row++;
      rows.push(parseLine(line, row));
    }
    yield rows;
  }
}

function parseLine(line: string, row: number): Row {
  try {
    const document: unknown = JSON.parse(line);
    return { kind: 'document', row, bytes: line.length, document };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'malformed', row, message: `the line is not JSON: ${reason.replaceAll(/\s+/g, ' ').slice(0, 200)}` };
  }
}
