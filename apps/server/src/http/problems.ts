/** Every failure as an answer: one place decides what a client gets to see. */
import { Problem, type ProblemName } from '@muster/audience';
import { encodeInternalError, encodeProblem } from '@muster/wire';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from './gateway-error.ts';
import { logOf } from './request-log.ts';

/** Refusals of the framework and what they are called here. */
const frameworkProblems: Readonly<Record<string, { readonly problem: ProblemName; readonly message?: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { problem: 'bodyTooLarge' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { problem: 'unsupportedMediaType' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    problem: 'invalidBody',
    message: 'the body does not have the length that was announced',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { problem: 'invalidBody', message: 'the body is empty' },
  FST_ERR_MAX_PARAM_LENGTH: { problem: 'limitExceeded', message: 'a part of the path is too long' },
  FST_ERR_BAD_URL: { problem: 'invalidParameter', message: 'the URL is not encoded as URLs are' },
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: { problem: 'unsupportedMediaType' },
};

const suggestions: Partial<Record<ProblemName, string>> = {
  unsupportedMediaType: 'send `Content-Type: application/json`',
};

/** Refusals that pass by themselves. `tooManyRequests` says its own time. */
const worthAnotherTry: ReadonlySet<ProblemName> = new Set([
  'tooManyJobs',
  'tooManyPreviews',
  'tooManyExports',
  'keysUnavailable',
]);

/** The refusal behind an error, or null when it is a failure of the server. */
function refusalOf(error: FastifyError | Problem, bodyBytesMax: number): Problem | null {
  if (error instanceof Problem) return error;
  const known = frameworkProblems[error.code];
  if (known === undefined) return null;
  const suggestion = suggestions[known.problem];
  const message = known.problem === 'bodyTooLarge' ? `the body is larger than ${bodyBytesMax} bytes` : known.message;
  if (message === undefined && suggestion === undefined) return new Problem(known.problem);
  return new Problem(known.problem, [
    {
      message: message ?? 'the content type is missing or is not JSON',
      field: known.problem === 'unsupportedMediaType' ? 'content-type' : '',
      ...(known.problem === 'bodyTooLarge' ? { expected: `at most ${bodyBytesMax} bytes` } : {}),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ]);
}

/** What answers need to know. */
export interface ProblemOptions {
  readonly bodyBytesMax: number;
  readonly retryAfterSeconds: number;
}

/** Answers a request that has failed. */
export type ErrorHandler = (
  error: FastifyError | Problem | GatewayError,
  request: FastifyRequest,
  reply: FastifyReply,
) => void;

/** The handler of all errors of requests. */
export function createErrorHandler(options: ProblemOptions): ErrorHandler {
  return function handleError(
    error: FastifyError | Problem | GatewayError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    reply.type('application/json; charset=utf-8');
    if (error instanceof GatewayError) {
      reply.status(error.status).send({ error_code: error.code, message: error.message });
      return;
    }
    const problem = refusalOf(error, options.bodyBytesMax);
    if (problem === null) {
      logOf(request).error({ err: error }, 'request failed');
      reply.status(500).send(encodeInternalError(request.id));
      return;
    }
    if (problem.problem === 'engineUnavailable')
      logOf(request).error({ err: problem }, 'the data engine is not available');
    if (problem.problem === 'keysUnavailable') logOf(request).error({ err: problem }, 'no keys to check tokens with');
    if (worthAnotherTry.has(problem.problem)) reply.header('retry-after', options.retryAfterSeconds);
    reply.status(problem.definition.status).send(encodeProblem(problem, request.id));
  };
}
