/** What a method of the client asks the transport for. */
import type { HttpRequest } from './send.ts';

/** Query parameters: what is undefined is left out, a list is repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One call of an operation. */
export interface Call {
  readonly method: HttpRequest['method'];
  /** From the root of the server, encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, while it comes. A call with it is made once: the bytes are gone. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  /** Whether the call may be made again when nobody knows what became of it: twice does no more than once. */
  readonly isRepeatable: boolean;
  /** Whether `not found` says that an earlier attempt of this very call was heard. */
  readonly isDoneWhenGone?: boolean;
  /** Statuses beside 2xx whose answer is the resource too. */
  readonly accepted?: readonly number[];
}

/** What any call may be told. */
export interface CallOptions {
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt; null: as long as it takes. */
  readonly timeoutMs?: number | null | undefined;
  /** Sent as `x-request-id`; comes back in errors and stands in the server's log. */
  readonly requestId?: string | undefined;
}

/** The header that fixes the time of a run, where one is given. */
export function asOfHeaders(asOf: string | undefined): Readonly<Record<string, string>> {
  return asOf === undefined ? {} : { 'x-muster-as-of': asOf };
}

/** A path below the base path of the API, each part encoded. */
export function pathOf(...parts: readonly string[]): string {
  return `/data/core/ups/${parts.map(encodeURIComponent).join('/')}`;
}

/** The query of a URL with its question mark; empty without parameters. */
export function renderQuery(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) parameters.append(name, String(item));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
