/** Bytes cut at line ends, checked to be UTF-8. */
import { isUtf8 } from 'node:buffer';
import { Problem } from '@muster/audience';
import type { ImportLimits } from '../limits.ts';

/** Lines that follow each other, each with its line end, save perhaps the last of the file. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** Line number of the first line, from 1. */
  readonly firstLine: number;
}

const newline = 0x0a;
const sliceBytesMax = 131_072;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The whole lines of `source` in blocks about as large as its chunks, without a byte order mark.
 *
 * Throws `fileUnreadable`, naming the line, when one is longer than `lineBytesMax` or not UTF-8. Holds one chunk and
 * one line.
 */
export async function* wholeLines(source: AsyncIterable<Uint8Array>, limits: ImportLimits): AsyncGenerator<LineBlock> {
  const rest = new LineRest();
  let firstLine = 1;
  let isStart = true;
  for await (const chunk of slices(source)) {
    const end = chunk.lastIndexOf(newline) + 1;
    const head = end === 0 ? Buffer.alloc(0) : rest.take(chunk.subarray(0, end));
    rest.add(chunk.subarray(end));
    if (rest.length > limits.lineBytesMax) refuseLine(firstLine + countLines(head), limits);
    if (head.length === 0) continue;
    const block = isStart ? withoutByteOrderMark(head) : head;
    isStart = false;
    assertUtf8(block, firstLine);
    yield { bytes: block, firstLine };
    firstLine += countLines(block);
  }
  const end = rest.take(new Uint8Array(0));
  const last = isStart ? withoutByteOrderMark(end) : end;
  if (last.length === 0) return;
  assertUtf8(last, firstLine);
  yield { bytes: last, firstLine };
}

/** The beginning of a line whose end has not come yet, in parts: joined once, however small the chunks are. */
class LineRest {
  #parts: Uint8Array[] = [];
  length = 0;

  add(part: Uint8Array): void {
    // Copied: the sender may reuse its buffer before the line ends.
    if (part.length > 0) this.#parts.push(Uint8Array.from(part));
    this.length += part.length;
  }

  /** All parts and then `end`; nothing is left. */
  take(end: Uint8Array): Buffer {
    const whole = Buffer.concat([...this.#parts, end]);
    this.#parts = [];
    this.length = 0;
    return whole;
  }
}

/** The bytes in pieces no larger than `sliceBytesMax`: a sender in the same process may hand over a file as one chunk. */
async function* slices(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += sliceBytesMax) yield chunk.subarray(at, at + sliceBytesMax);
  }
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}

/** How many line ends there are. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

function refuseLine(line: number, limits: ImportLimits): never {
  throw new Problem('fileUnreadable', [
    {
      message: `line ${line} is longer than ${limits.lineBytesMax} bytes (lineBytesMax)`,
      suggestion: 'check that the file is CSV or JSONL with one record a line',
    },
  ]);
}

function assertUtf8(block: Buffer, firstLine: number): void {
  if (isUtf8(block)) return;
  // No byte of a multi-byte character is a line break, so lines can be judged one by one.
  let line = firstLine;
  let start = 0;
  while (start < block.length) {
    const at = block.indexOf(newline, start);
    const end = at < 0 ? block.length : at + 1;
    if (!isUtf8(block.subarray(start, end))) break;
    start = end;
    line++;
  }
  throw new Problem('fileUnreadable', [
    { message: `line ${line} is not UTF-8 text`, suggestion: 'convert the file to UTF-8 and import it again' },
  ]);
}
