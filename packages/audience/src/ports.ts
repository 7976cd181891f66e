/** What the pure rules and use cases need of the outside world: the time and fresh ids. */
import type { EpochMs } from './ids.ts';

/** The current time; tests hand in one that stands still. */
export interface Clock {
  now(): EpochMs;
}

/** Fresh identifiers; tests hand in a counted sequence. */
export interface IdSource {
  /** A new random UUID (version 4), in lower case. */
  uuid(): string;
}
