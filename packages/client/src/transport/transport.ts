/** Carries calls out: headers, time limits, repetitions, answers read and checked. */
import type { Static, TSchema } from 'typebox';
import type { TokenSource } from '../auth/token-source.ts';
import { apiErrorOf, type MusterApiError } from '../errors/api-error.ts';
import { decodeRefusal } from '../errors/decode-refusal.ts';
import { MusterError, MusterTimeoutError } from '../errors/muster-error.ts';
import { type Call, type CallOptions, renderQuery } from './call.ts';
import { decidePause, type RetryPolicy } from './decide-pause.ts';
import { decodeAnswer, networkError, readText, streamBytes } from './read-answer.ts';
import type { HttpRequest, Send } from './send.ts';
import type { Timing } from './timing.ts';

/** Who asks where, and how. */
export interface TransportSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly token: TokenSource;
  /** Of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly retry: RetryPolicy;
  readonly answerBytesMax: number;
  readonly send: Send;
  readonly timing: Timing;
  /** From 0 to 1. */
  readonly random: () => number;
}

type Read<Result> = (response: Response, what: string) => Promise<Result>;

const never = new AbortController().signal;

/** Carries calls out. Every method throws a `MusterError`, or the reason of the call's signal. */
export class Transport {
  readonly #settings: TransportSettings;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  /** The answer, which fits `schema`. */
  json<Schema extends TSchema>(schema: Schema, call: Call, options: CallOptions = {}): Promise<Static<Schema>> {
    return this.#run(call, options, async (response, what) =>
      decodeAnswer(schema, await readText(response, this.#settings.answerBytesMax), what),
    );
  }

  /** The answer as text. */
  text(call: Call, options: CallOptions = {}): Promise<string> {
    return this.#run(call, options, (response) => readText(response, this.#settings.answerBytesMax));
  }

  /** Resolves when the service has done it. */
  async nothing(call: Call, options: CallOptions = {}): Promise<void> {
    await this.text(call, options);
  }

  /** The bytes of the answer as they come; the time limit ends where they begin. */
  bytes(call: Call, options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return this.#run(call, options, async (response, what) => streamBytes(response, what, options.signal));
  }

  /** Resolves after `ms`; rejects with the reason of the signal. */
  pause(ms: number, { signal = never }: CallOptions): Promise<void> {
    return this.#settings.timing.pause(ms, signal);
  }

  async #run<Result>(call: Call, options: CallOptions, read: Read<Result>): Promise<Result> {
    const { retry, random } = this.#settings;
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      try {
        return await this.#attempt(call, options, { attempt, read });
      } catch (error) {
        options.signal?.throwIfAborted();
        const pauseMs = decidePause(call, { error, attempt }, retry, random());
        if (pauseMs === null) throw error;
        await this.pause(pauseMs, options);
      }
    }
  }

  /** One attempt within its time. */
  async #attempt<Result>(
    call: Call,
    options: CallOptions,
    { attempt, read }: { readonly attempt: number; readonly read: Read<Result> },
  ): Promise<Result> {
    const { timing, timeoutMs: timeoutMsUnlessGiven } = this.#settings;
    const { signal = never, timeoutMs = timeoutMsUnlessGiven } = options;
    const what = `${call.method} ${call.path}`;
    const late = new AbortController();
    const settled = new AbortController();
    if (timeoutMs !== null) {
      const error = new MusterTimeoutError(`no answer of ${what} within ${timeoutMs} ms`, timeoutMs);
      timing.pause(timeoutMs, settled.signal).then(
        () => late.abort(error),
        () => undefined,
      );
    }
    try {
      const response = await this.#exchange(call, options, AbortSignal.any([signal, late.signal]));
      const isGone = response.status === 404 && call.isDoneWhenGone === true && attempt > 1;
      if (!response.ok && !isGone && call.accepted?.includes(response.status) !== true) {
        throw await this.#refusalOf(response, what);
      }
      return await read(response, what);
    } catch (error) {
      late.signal.throwIfAborted();
      signal.throwIfAborted();
      throw error instanceof MusterError ? error : networkError(what, error);
    } finally {
      settled.abort();
    }
  }

  /** The answer to a request; one whose token was not accepted is sent again with a new token, if there is one. */
  async #exchange(call: Call, options: CallOptions, signal: AbortSignal): Promise<Response> {
    const { token, baseUrl, send } = this.#settings;
    const url = `${baseUrl}${call.path}${renderQuery(call.query)}`;
    const first = await token.current();
    const response = await send(url, this.#requestOf(call, options, first, signal));
    if (response.status !== 401 || call.bytes !== undefined) return response;
    token.forget(first);
    const second = await token.current();
    if (second === first) return response;
    await response.body?.cancel();
    return send(url, this.#requestOf(call, options, second, signal));
  }

  #requestOf(call: Call, { requestId }: CallOptions, token: string, signal: AbortSignal): HttpRequest {
    const { json, bytes } = call;
    const body = json === undefined ? bytes : JSON.stringify(json);
    const contentType = json === undefined ? 'application/octet-stream' : 'application/json';
    return {
      method: call.method,
      headers: {
        ...this.#settings.headers,
        authorization: `Bearer ${token}`,
        ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
      signal,
    };
  }

  async #refusalOf(response: Response, what: string): Promise<MusterApiError> {
    const { answerBytesMax, timing } = this.#settings;
    const { status, headers } = response;
    const text = await readText(response, answerBytesMax);
    const answer = { status, text, requestId: headers.get('x-request-id'), retryAfter: headers.get('retry-after') };
    return apiErrorOf(what, decodeRefusal(answer, timing.now()));
  }
}
