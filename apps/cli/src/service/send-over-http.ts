/** Sends requests without the time limits that `fetch` has of its own: an import may rest for longer. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Send } from '@muster/client';

/** Statuses that have no body, for which a `Response` takes none. */
const emptyStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** Sends a request over a connection of its own. */
export const sendOverHttp: Send = (url, { method, headers, body, signal }) => {
  const open = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = open(url, { method, headers, signal });
    request.once('response', (message) => resolve(responseOf(message)));
    request.once('error', reject);
    // An answer may come before the end of the upload: then the answer says what is wrong, not the broken pipe.
    if (typeof body === 'object') pipeline(Readable.from(body, { objectMode: false }), request).catch(reject);
    else request.end(body);
  });
};

function responseOf(message: IncomingMessage): Response {
  const status = message.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return new Response(emptyStatuses.has(status) ? null : Readable.toWeb(message), { status, headers });
}
