/** What Node refuses before there is a request: no hook and no error handler of the application sees it. */
import type { Socket } from 'node:net';
import { Problem } from '@muster/audience';
import { encodeProblem } from '@muster/wire';
import { requestIdOf } from './request-id.ts';

/** Node's codes that mean more than text which is not HTTP. */
const knownRefusals: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: new Problem('limitExceeded', [{ message: 'the headers are too long' }]),
  ERR_HTTP_REQUEST_TIMEOUT: new Problem('limitExceeded', [{ message: 'the headers took too long to arrive' }]),
};

const malformed = new Problem('requestMalformed', [
  {
    message: 'the method, the URL, a header or the framing of the body is not as HTTP has it',
    suggestion: 'encode characters other than ASCII in URLs, as in `%C3%BC`',
  },
]);

/** Answers on a connection whose bytes are not a request, and closes it. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  // Nobody is there any more, or Node has closed the connection by itself.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    const id = requestIdOf({ headers: {} });
    const problem = knownRefusals[error.code ?? ''] ?? malformed;
    const body = JSON.stringify(encodeProblem(problem, id));
    const head = [
      `HTTP/1.1 ${problem.definition.status} Bad Request`,
      `x-request-id: ${id}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}
