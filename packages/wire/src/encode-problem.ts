/** Refusals as error bodies. */
import type { Problem, ProblemDetail } from '@muster/audience';
import type { ProblemBody } from './problem-schema.ts';

/** Where the reference documents one message made of title and finding, instead of title first, findings after. */
const titleIsPrefix = new Set<Problem['problem']>(['audienceInvalid', 'permissionDenied']);

/** Where the first message is the finding itself, without the title. */
const titleIsReplaced = new Set<Problem['problem']>(['entitiesNotFound']);

/** Where the reference puts the long code into the entries, instead of the status. */
const codeIsLong = new Set<Problem['problem']>(['bulkSizeInvalid', 'entitiesNotFound', 'permissionDenied']);

/** The findings of a body that could not be read: which fields have no usable value, then why. */
function bodyFindings(details: readonly ProblemDetail[]): readonly ProblemDetail[] {
  const names = details
    .map((detail) => detail.field ?? '')
    .filter((field) => field !== '')
    .map((field) => field.slice(1).replaceAll('/', '.'));
  return names.length === 0
    ? details
    : [{ message: `No usable value for ${[...new Set(names)].join(', ')}` }, ...details];
}

function messagesOf(problem: Problem): readonly ProblemDetail[] {
  const { title } = problem.definition;
  if (titleIsPrefix.has(problem.problem) && problem.details.length > 0) {
    return problem.details.map((detail) => ({ ...detail, message: `${title} ${detail.message}` }));
  }
  if (titleIsReplaced.has(problem.problem) && problem.details.length > 0) return problem.details;
  const details = problem.problem === 'invalidBody' ? bodyFindings(problem.details) : problem.details;
  return [{ message: title }, ...details];
}

/** The error body for a problem. Its title repeats the first message, as the reference's do. */
export function encodeProblem(problem: Problem, requestId: string): ProblemBody {
  const { code, status, title } = problem.definition;
  const messages = messagesOf(problem);
  const entryCode = codeIsLong.has(problem.problem) ? code : status;
  return {
    requestId,
    errors: { [String(status)]: messages.map((detail) => ({ code: entryCode, ...detail })) },
    type: `https://ns.adobe.com/aep/errors/${code}`,
    title: messages[0]?.message ?? title,
    status,
  };
}

/** The error body for a failure that is the server's own: an id to ask about, and nothing else. */
export function encodeInternalError(requestId: string): ProblemBody {
  const title = 'The request failed for a reason inside the server. The log has it under this request id.';
  return {
    requestId,
    errors: { '500': [{ code: 500, message: title }] },
    type: 'https://ns.adobe.com/aep/errors/MUSTER-100000-500',
    title,
    status: 500,
  };
}
