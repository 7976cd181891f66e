import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Ids of clients that are safe in headers, logs and answers. */
const requestIdPattern = /^[A-Za-z0-9._:@+/=-]{1,128}$/;

/** Hexadecimal digits of this process, so that no other one makes the same ids. */
const prefix = randomBytes(10).toString('hex');
const counterDigits = 12;
let requestCount = 0;

/** The id of a request: the client's `x-request-id` if it can be echoed, else 32 digits that are given to no other. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && requestIdPattern.test(given)) return given;
  requestCount += 1;
  return prefix + requestCount.toString(16).padStart(counterDigits, '0');
}
