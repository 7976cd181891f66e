/** The log of one request. */
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';

/**
 * A logger whose lines have the request's id, made where there is something to log: a child logger for every request
 * would take a sixth of a look-up.
 */
export function logOf(request: FastifyRequest): FastifyBaseLogger {
  return request.log.child({ requestId: request.id });
}
