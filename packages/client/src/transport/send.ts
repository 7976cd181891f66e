/** The way to a server: `fetch`, or what a program gives in its place. */

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Sends a request. Rejects when there is no answer, and with the signal's reason when that comes first. */
export type Send = (url: string, request: HttpRequest) => Promise<Response>;

/** Sends by the `fetch` of the platform. A redirect is an error: it would take the token elsewhere. */
export const sendByFetch: Send = (url, { method, headers, body, signal }) =>
  fetch(url, {
    method,
    headers,
    signal,
    redirect: 'error',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : streamOf(body) }),
    ...(typeof body === 'object' ? { duplex: 'half' } : {}),
  });

/** The same bytes as the stream that `fetch` takes by its standard; Node.js also takes an iterable, browsers do not. */
function streamOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
