/** Where tokens come from. */

/** Gives the token of the moment. */
export interface TokenSource {
  /** The token to send now. */
  current(): Promise<string>;
  /** Told when the service did not accept a token: the next one must be another. */
  forget(token: string): void;
}

/** A source of one token that does not change. */
export const fixedToken = (token: string): TokenSource => ({
  current: async () => token,
  forget: () => undefined,
});
