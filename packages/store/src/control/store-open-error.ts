/**
 * The control store cannot be opened, for a reason the operator can act on: its message says what to do and needs no
 * stack trace.
 */
export class StoreOpenError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreOpenError';
  }
}
