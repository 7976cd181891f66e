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
    ...(body === undefined ? {} : { body }),
    ...(typeof body === 'object' ? { duplex: 'half' } : {}),
  });
