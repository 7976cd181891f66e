import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Ids of clients that are safe in headers, logs and answers. */
const requestIdPattern = /^[A-Za-z0-9._:@+/=-]{1,128}$/;

/** The id of a request: the client's `x-request-id` if it can be echoed, else 32 fresh letters and digits. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && requestIdPattern.test(given)) return given;
  return randomUUID().replaceAll('-', '');
}
