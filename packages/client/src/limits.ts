/** Bounds of the client, by name; docs/limits.md lists them. Those that options may replace are what holds otherwise. */
export const clientLimits = {
  /** Time of one attempt, its answer read; of a stream, until it begins. */
  attemptMs: 30_000,
  /** Attempts of one call. */
  attemptsMax: 4,
  /** Pause before the second attempt; each one after it is twice as long. */
  pauseMs: 200,
  pauseMsMax: 10_000,
  /** The longest `Retry-After` that is waited for. */
  retryAfterMsMax: 60_000,
  /** The longest answer that is read into memory. */
  answerBytesMax: 67_108_864,
  /** Pauses between looks at a job: from the first to the longest. */
  pollMsMin: 100,
  pollMsMax: 2_000,
  /** A token is renewed so long before it ends, as clients of the platform do. */
  tokenReserveMs: 500_000,
} as const;
