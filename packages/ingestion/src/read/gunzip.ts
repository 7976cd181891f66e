/** Compressed files, recognised by their first bytes. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Problem } from '@muster/audience';
import { SourceInterrupted } from './source.ts';

const gzipMagic = [0x1f, 0x8b] as const;

/**
 * The bytes of `source`, decompressed when they start as gzip does; several gzip files one after another count as one.
 * Throws `fileUnreadable` when the compressed data is damaged or incomplete.
 */
export async function* gunzipIfNeeded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const head = await readHead(iterator);
    const whole = continueWith(head, iterator);
    if (head[0] === gzipMagic[0] && head[1] === gzipMagic[1]) yield* gunzip(whole);
    else yield* whole;
  } finally {
    await iterator.return?.();
  }
}

/** At least two bytes, unless the source has fewer: the first chunk of a connection may be a single byte. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < gzipMagic.length) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* continueWith(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  while (true) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* gunzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = Readable.from(compressed, { objectMode: false });
  const output = createGunzip({ chunkSize: 65_536 });
  // `pipe` carries back pressure but no errors.
  input.on('error', (error) => output.destroy(error));
  input.pipe(output);
  try {
    for await (const chunk of output) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    if (error instanceof SourceInterrupted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('fileUnreadable', [{ message: `the compressed data is damaged: ${reason}` }], { cause: error });
  } finally {
    input.destroy();
    output.destroy();
  }
}
