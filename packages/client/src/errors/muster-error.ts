/** Failures of calls, as classes. Whatever a method of the client throws is one of them, or the reason of its signal. */

/** A call that failed, for whatever reason. */
export abstract class MusterError extends Error {}

/** There was no answer, or not all of it. `cause` says why. */
export class MusterNetworkError extends MusterError {
  override readonly name = 'MusterNetworkError';
}

/** There was no answer in time. */
export class MusterTimeoutError extends MusterError {
  override readonly name = 'MusterTimeoutError';
  readonly timeoutMs: number;

  constructor(message: string, timeoutMs: number) {
    super(message);
    this.timeoutMs = timeoutMs;
  }
}

/** There was an answer, and it is not what the API says: too long, no JSON, or of another shape. */
export class MusterAnswerError extends MusterError {
  override readonly name = 'MusterAnswerError';
}

/** The issuer of tokens gave none. */
export class MusterTokenError extends MusterError {
  override readonly name = 'MusterTokenError';
  readonly status: number;
  /** The `error` of the answer, such as `invalid_client`; empty when there is none. */
  readonly code: string;

  constructor(message: string, { status, code }: { readonly status: number; readonly code: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
