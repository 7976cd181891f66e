/** The end of the source before its time: the sender went away, so that the same file can be sent again. */
export class SourceInterrupted extends Error {
  constructor(cause: unknown) {
    super('the data stopped before its end', { cause });
    this.name = 'SourceInterrupted';
  }
}

/**
 * The bytes of `source`; its failures come as `SourceInterrupted`, apart from those of the stages that read them.
 * Ends with `SourceInterrupted` once `signal` is aborted.
 */
export async function* guardSource(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    while (true) {
      if (signal.aborted) throw new SourceInterrupted(signal.reason);
      const next = await nextOf(iterator);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function nextOf(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (error) {
    throw new SourceInterrupted(error);
  }
}
