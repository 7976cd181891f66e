import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Problem } from '@muster/audience';
import { importLimits } from '../limits.ts';
import { type FileFormat, readRows } from './read-rows.ts';
import type { Row } from './row.ts';
import { guardSource, SourceInterrupted } from './source.ts';

const anyFormat: FileFormat = { format: null, delimiter: ',' };

/** The bytes in chunks of `size`, as a network might deliver them. */
async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(
  bytes: Uint8Array | string,
  file: FileFormat = anyFormat,
  chunkSize = 3,
): Promise<readonly Row[]> {
  const source = chunks(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, chunkSize);
  const { blocks } = await readRows(source, file, importLimits);
  const rows: Row[] = [];
  for await (const block of blocks) rows.push(...block);
  return rows;
}

const cells = (rows: readonly Row[]): readonly (readonly string[] | string)[] =>
  rows.map((row) => (row.kind === 'cells' ? row.cells : row.kind === 'malformed' ? row.message : 'document'));

async function assertUnreadable(bytes: Uint8Array | string, message: RegExp): Promise<void> {
  await assert.rejects(rowsOf(bytes, anyFormat, 1_000), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.problem, 'fileUnreadable');
    assert.match(error.message, message);
    return true;
  });
}

test('a CSV file gives its cells, also across chunk borders, quotes and line breaks in quotes', async () => {
  const text = 'a,b\r\n1,"x, ""y"""\r\n2,"line\r\nbreak"\r\n\r\n3,é\r\n';
  for (const size of [1, 2, 5, 1000]) {
    assert.deepEqual(cells(await rowsOf(text, anyFormat, size)), [
      ['1', 'x, "y"'],
      ['2', 'line\r\nbreak'],
      ['3', 'é'],
    ]);
  }
});

test('a byte order mark is not part of the first column', async () => {
  const { header } = await readRows(chunks(Buffer.from('\uFEFFa,b\n1,2\n'), 1), anyFormat, importLimits);
  assert.deepEqual(header, ['a', 'b']);
});

test('another delimiter is taken from the mapping', async () => {
  assert.deepEqual(cells(await rowsOf('a;b\n1;2', { format: 'csv', delimiter: ';' })), [['1', '2']]);
});

test('a row with too many cells is malformed and keeps its number', async () => {
  const rows = await rowsOf('a,b\n1,2\n1,2,3\n5,6\n');
  assert.deepEqual(
    rows.map((row) => [row.row, row.kind]),
    [
      [1, 'cells'],
      [2, 'malformed'],
      [3, 'cells'],
    ],
  );
  assert.match(String(cells(rows)[1]), /3 cells, the header 2/);
});

test('JSON lines are documents, and malformed lines keep their number', async () => {
  const rows = await rowsOf('{"a":1}\n\n{oops\n[2]\n');
  assert.deepEqual(
    rows.map((row) => [row.row, row.kind]),
    [
      [1, 'document'],
      [2, 'malformed'],
      [3, 'document'],
    ],
  );
});

test('gzip is recognised, also as several files one after another', async () => {
  const twice = Buffer.concat([gzipSync('a,b\n1,2\n'), gzipSync('3,4\n')]);
  assert.deepEqual(cells(await rowsOf(twice, anyFormat, 1)), [
    ['1', '2'],
    ['3', '4'],
  ]);
});

test('damaged files are refused with the place', async () => {
  await assertUnreadable(Buffer.from([...Buffer.from('a,b\n1,2\n3,'), 0xff, 0x0a]), /line 3 is not UTF-8/);
  await assertUnreadable(gzipSync('a,b\n1,2\n').subarray(0, 20), /compressed data is damaged/);
  await assertUnreadable('a,a\n1,2\n', /`a` twice/);
  await assertUnreadable('a,b\n1,2\n3,"open\n', /row 2 cannot be read/);
  await assertUnreadable(
    `a,b\n${'x'.repeat(importLimits.lineBytesMax + 200_000)}`,
    /line 2 is longer than 1048576 bytes/,
  );
});

test('an empty file has no rows', async () => {
  assert.deepEqual(await rowsOf(''), []);
});

test('a source that fails or is aborted is interrupted, not unreadable', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync('a,b\n1,2\n').subarray(0, 12);
    throw new Error('connection reset');
  }
  const abort = new AbortController();
  for (const signal of [abort.signal, AbortSignal.abort()]) {
    const reading = readRows(guardSource(broken(), signal), anyFormat, importLimits);
    await assert.rejects(reading, SourceInterrupted);
  }
});
