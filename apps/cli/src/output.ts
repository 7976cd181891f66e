/** Where results and messages go: results to stdout, everything else to stderr. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** The program's two channels. */
export interface Output {
  /** A result: as text for people, or as JSON when that was asked for. */
  result(json: unknown, text: string): Promise<void>;
  /** A line for people on stderr. */
  message(text: string): void;
  /** Raw text of a result that is itself a document. */
  write(chunk: string | Uint8Array): Promise<void>;
}

/** The output of a process. */
export function createOutput(isJson: boolean, stdout: Writable, stderr: Writable): Output {
  const write = async (chunk: string | Uint8Array): Promise<void> => {
    if (!stdout.write(chunk)) await once(stdout, 'drain');
  };
  return {
    write,
    result: (json, text) => write(isJson ? `${JSON.stringify(json)}\n` : text === '' ? '' : `${text}\n`),
    message: (text) => {
      stderr.write(`${text}\n`);
    },
  };
}

/** Rows of cells as lines with aligned columns; numbers stand at the right. */
export function renderTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const renderRow = (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [header, ...rows].map(renderRow).join('\n');
}
