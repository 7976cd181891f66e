/** Refusals of the service. */
import type { ProblemBody } from '@muster/wire';
import { MusterError } from './muster-error.ts';

/** One thing that is wrong: message and code, and where they apply field, position, expected, suggestion, excerpt. */
export type Finding = Readonly<ProblemBody['errors'][string][number]>;

/** What an error answer says. */
export interface Refusal {
  readonly status: number;
  /** Which of its two forms the answer has, or `other`: then something between client and service has answered. */
  readonly form: 'service' | 'gateway' | 'other';
  /** Such as `UPAPI-113430-404`, of the gateway such as `403010`; empty for `other`. */
  readonly code: string;
  readonly title: string;
  readonly requestId: string;
  /** In the order of the answer. The first repeats the title. */
  readonly findings: readonly Finding[];
  /** What `Retry-After` asks for. */
  readonly retryAfterMs: number | null;
}

/** The service refused. Its subclasses tell the reasons that programs act on. */
export class MusterApiError extends MusterError implements Refusal {
  override readonly name: string = 'MusterApiError';
  readonly status: number;
  readonly form: Refusal['form'];
  readonly code: string;
  readonly title: string;
  readonly requestId: string;
  readonly findings: readonly Finding[];
  readonly retryAfterMs: number | null;

  constructor(what: string, refusal: Refusal) {
    const { status, title, findings } = refusal;
    const texts = findings.map(({ message, field }) => (field === undefined ? message : `${field}: ${message}`));
    super(`${what} was refused with ${status}: ${texts.length === 0 ? title : [...new Set(texts)].join('; ')}`);
    this.status = status;
    this.form = refusal.form;
    this.code = refusal.code;
    this.title = title;
    this.requestId = refusal.requestId;
    this.findings = findings;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** 400, 413, 415, 422: the request has to change. `findings` say where. */
export class MusterInvalidError extends MusterApiError {
  override readonly name = 'MusterInvalidError';
}

/** 401, 403: the token is missing or not valid, or does not allow this. */
export class MusterUnauthorisedError extends MusterApiError {
  override readonly name = 'MusterUnauthorisedError';
}

/** 404: there is no such resource in this organisation and sandbox. */
export class MusterNotFoundError extends MusterApiError {
  override readonly name = 'MusterNotFoundError';
}

/** 409: the resource exists already, or is in a state that does not allow this. */
export class MusterConflictError extends MusterApiError {
  override readonly name = 'MusterConflictError';
}

/** 412: somebody else has changed the resource since it was read. */
export class MusterPreconditionFailedError extends MusterApiError {
  override readonly name = 'MusterPreconditionFailedError';
}

/** 429: too much at once; `retryAfterMs` says when to come again. */
export class MusterRateLimitedError extends MusterApiError {
  override readonly name = 'MusterRateLimitedError';
}

/** 502, 503, 504: the service, or what it needs, is away for the moment. */
export class MusterUnavailableError extends MusterApiError {
  override readonly name = 'MusterUnavailableError';
}

const classes: ReadonlyMap<number, typeof MusterApiError> = new Map<number, typeof MusterApiError>([
  [400, MusterInvalidError],
  [401, MusterUnauthorisedError],
  [403, MusterUnauthorisedError],
  [404, MusterNotFoundError],
  [409, MusterConflictError],
  [412, MusterPreconditionFailedError],
  [413, MusterInvalidError],
  [415, MusterInvalidError],
  [422, MusterInvalidError],
  [429, MusterRateLimitedError],
  [502, MusterUnavailableError],
  [503, MusterUnavailableError],
  [504, MusterUnavailableError],
]);

/** The error for a refusal of `what`, of the class of its status. */
export function apiErrorOf(what: string, refusal: Refusal): MusterApiError {
  const ErrorClass = classes.get(refusal.status) ?? MusterApiError;
  return new ErrorClass(what, refusal);
}
