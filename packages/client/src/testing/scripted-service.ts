/** A service that answers by a script, and a clock that nobody waits for. */
import { type ClientOptions, createClient, type MusterClient } from '../create-client.ts';
import type { HttpRequest } from '../transport/send.ts';
import type { Timing } from '../transport/timing.ts';

/** What happens to one request: an answer, a broken connection, or nothing at all until the client gives up. */
export type Step =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'broken'
  | 'silent';

/** What a client has done with the script. */
export interface Scripted {
  readonly client: MusterClient;
  readonly requests: readonly (HttpRequest & { readonly url: string })[];
  /** The pauses between attempts, in milliseconds. */
  readonly pauses: readonly number[];
}

/** A time limit that the script recognises: the clock lets it pass when a request stays silent. */
const timeoutMs = 30_000;

/** A client of a service that goes through `steps`, a request each. A request beyond them is a broken connection. */
export function runScript(steps: readonly Step[], options: Partial<ClientOptions> = {}): Scripted {
  const requests: (HttpRequest & { readonly url: string })[] = [];
  const pauses: number[] = [];
  const silent: (() => void)[] = [];
  const timing: Timing = {
    now: () => 0,
    async pause(ms) {
      if (ms !== timeoutMs) pauses.push(ms);
      else await new Promise<void>((resolve) => silent.push(resolve));
    },
  };
  const send = async (url: string, request: HttpRequest): Promise<Response> => {
    requests.push({ ...request, url });
    const step = steps[requests.length - 1] ?? 'broken';
    if (step === 'broken') throw new TypeError('fetch failed', { cause: new Error('socket hang up') });
    if (step !== 'silent') return new Response(step.body ?? null, step);
    return new Promise((_resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason));
      for (const pass of silent.splice(0)) pass();
    });
  };
  const who = { baseUrl: 'http://service/', token: 'token', apiKey: 'key', org: 'ORG@AdobeOrg', sandbox: 'prod' };
  const injected = { send, timing, timeoutMs, random: () => 0.5, newKey: () => 'new-key' };
  return { client: createClient({ ...who, ...injected, ...options }), requests, pauses };
}
