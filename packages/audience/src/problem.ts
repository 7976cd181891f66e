/**
 * Expected refusals. Each has one entry here: the code clients see, the HTTP status, the title. Decisions return or
 * throw a `Problem`; one mapper in the server gives it the wire's shape. docs/errors.md lists the same entries, kept
 * equal by a test.
 *
 * Codes: `UPAPI-…` and `UPLIB-…` are the reference API's own, where it documents one; `MUSTER-…` are ours.
 */

/** What the registry says about one problem. */
export interface ProblemDefinition {
  readonly code: string;
  readonly status: number;
  /** First message and title; lower-case style does not apply here: documented texts are kept to the letter. */
  readonly title: string;
}

/** All problems by name. */
export const problemDefinitions = {
  audienceNotFound: {
    code: 'UPAPI-113430-404',
    status: 404,
    title: 'The audience entity ID is not found. Use a valid entity and try again.',
  },
  invalidBody: {
    code: 'UPLIB-101206-500',
    status: 400,
    title: 'There is a problem extracting the user JSON, field(s) missing or invalid. Correct and try again.',
  },
  audienceInvalid: { code: 'UPAPI-113434-400', status: 400, title: 'There is a problem in audience validation.' },
  audienceNotDeletable: { code: 'UPAPI-113631-403', status: 400, title: 'The audience cannot be deleted.' },
  audienceExists: {
    code: 'MUSTER-100001-409',
    status: 409,
    title: 'An audience with this audienceId exists already in this namespace.',
  },
  expressionInvalid: { code: 'MUSTER-100002-400', status: 400, title: 'There is a problem in the PQL expression.' },
  preconditionFailed: {
    code: 'MUSTER-100003-412',
    status: 412,
    title: 'The supplied version does not match the current version of the entity.',
  },
  invalidParameter: { code: 'MUSTER-100004-400', status: 400, title: 'There is a problem in the query parameters.' },
  limitExceeded: { code: 'MUSTER-100005-400', status: 400, title: 'A limit is exceeded.' },
  routeNotFound: { code: 'MUSTER-100006-404', status: 404, title: 'There is no such resource path.' },
  methodNotAllowed: { code: 'MUSTER-100007-405', status: 405, title: 'The method is not allowed on this resource.' },
  bodyTooLarge: { code: 'MUSTER-100008-413', status: 413, title: 'The request body is too large.' },
  unsupportedMediaType: { code: 'MUSTER-100009-415', status: 415, title: 'The content type is not supported.' },
  jobNotFound: { code: 'MUSTER-100010-404', status: 404, title: 'The segment job is not found.' },
  tooManyJobs: { code: 'MUSTER-100011-429', status: 429, title: 'Too many segment jobs are in progress.' },
  importNotFound: { code: 'MUSTER-100012-404', status: 404, title: 'The import is not found.' },
  importConflict: {
    code: 'MUSTER-100013-409',
    status: 409,
    title: 'The import cannot take data in its present state.',
  },
  mappingInvalid: { code: 'MUSTER-100014-400', status: 400, title: 'There is a problem in the mapping.' },
  fileUnreadable: { code: 'MUSTER-100015-400', status: 400, title: 'The file cannot be read.' },
  sandboxNotFound: { code: 'MUSTER-100016-404', status: 404, title: 'The sandbox is not found.' },
  engineUnavailable: {
    code: 'MUSTER-100017-503',
    status: 503,
    title: 'The data engine is not available at the moment. Try again.',
  },
  engineExhausted: {
    code: 'MUSTER-100070-503',
    status: 503,
    title: 'The data engine has not the memory or the time for this.',
  },
  jobNotCancellable: { code: 'MUSTER-100018-400', status: 400, title: 'The segment job has ended already.' },
  bulkSizeInvalid: {
    code: 'UPAPI-113015-400',
    status: 400,
    title: 'The number of requested IDs is invalid. Cannot be 0 or exceed 100.',
  },
  entitiesNotFound: { code: 'UPAPI-113000-404', status: 404, title: 'The entity is not found.' },
  idempotencyKeyReused: {
    code: 'MUSTER-100050-422',
    status: 422,
    title: 'The Idempotency-Key was used for another request.',
  },
  requestMalformed: { code: 'MUSTER-100019-400', status: 400, title: 'The request is not well-formed HTTP.' },
  scheduleNotFound: { code: 'MUSTER-100040-404', status: 404, title: 'The schedule is not found.' },
  scheduleInvalid: { code: 'MUSTER-100041-400', status: 400, title: 'There is a problem in schedule validation.' },
  definitionExists: {
    code: 'MUSTER-100042-422',
    status: 422,
    title: 'A segment definition with this name exists already.',
  },
  permissionDenied: { code: 'UPAPI-113752-403', status: 403, title: 'Permission denied on some resources.' },
  notAcceptable: { code: 'MUSTER-100060-406', status: 406, title: 'The answer has no form that the request accepts.' },
  tooManyRequests: { code: 'MUSTER-100061-429', status: 429, title: 'The organisation sends too many requests.' },
  keysUnavailable: {
    code: 'MUSTER-100062-503',
    status: 503,
    title: 'The keys that tokens are checked with are not available at the moment. Try again.',
  },
  sandboxExists: { code: 'MUSTER-100063-409', status: 409, title: 'A sandbox of this name exists already.' },
  previewNotFound: { code: 'MUSTER-100301-404', status: 404, title: 'The preview is not found.' },
  tooManyPreviews: { code: 'MUSTER-100302-429', status: 429, title: 'Too many previews are in progress.' },
  exportNotFound: { code: 'MUSTER-100303-404', status: 404, title: 'The export job is not found.' },
  exportFileNotFound: { code: 'MUSTER-100304-404', status: 404, title: 'The file of the export job is not found.' },
  exportNotCancellable: { code: 'MUSTER-100305-400', status: 400, title: 'The export job has ended already.' },
  tooManyExports: { code: 'MUSTER-100306-429', status: 429, title: 'Too many export jobs are in progress.' },
  externalInvalid: { code: '100910-400', status: 400, title: 'There is a problem in the external audience.' },
  externalNotFound: { code: '100940-404', status: 404, title: 'The external audience is not found.' },
  externalConflict: {
    code: '100950-409',
    status: 409,
    title: 'The external audience exists already, or is being ingested.',
  },
  externalUnprocessable: {
    code: '100960-422',
    status: 422,
    title: 'The external audience cannot do this in its present state.',
  },
  sandboxBusy: { code: 'MUSTER-100080-409', status: 409, title: 'The sandbox is being reset or deleted.' },
  sandboxNotDeletable: { code: 'MUSTER-100081-400', status: 400, title: 'The default sandbox cannot be deleted.' },
} as const satisfies Record<string, ProblemDefinition>;

/** The name of a problem in the registry. */
export type ProblemName = keyof typeof problemDefinitions;

/** One thing that is wrong, in terms of the request. */
export interface ProblemDetail {
  readonly message: string;
  /** Where in the request: a JSON pointer into the body (`/expression/value`), a header or a parameter name. */
  readonly field?: string;
  /** Where in the field's text: UTF-16 offsets, 0-based, end excluded. */
  readonly position?: { readonly start: number; readonly end: number };
  readonly expected?: string;
  /** What to do about it. */
  readonly suggestion?: string;
  /** The lines of the field's text with the place underlined, for people. */
  readonly excerpt?: string;
}

/** An expected refusal on its way to the caller. */
export class Problem extends Error {
  readonly problem: ProblemName;
  readonly details: readonly ProblemDetail[];

  constructor(problem: ProblemName, details: readonly ProblemDetail[] = [], options?: ErrorOptions) {
    super(details[0]?.message ?? problemDefinitions[problem].title, options);
    this.name = 'Problem';
    this.problem = problem;
    this.details = details;
  }

  get definition(): ProblemDefinition {
    return problemDefinitions[this.problem];
  }
}
