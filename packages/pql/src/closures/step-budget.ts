/**
 * A bound on the work of one evaluation. Loops inside loops take as many steps as the product of what they go through:
 * without a bound, a short rule over a profile with many events would not come to an end.
 */
import { isArray } from '../functions/compare.ts';
import type { PqlValue } from '../types/value.ts';

/** Bounds on evaluations in memory. */
export const evaluationLimits = {
  /** Items that are looked at in loops inside other loops: some seconds of work. */
  stepsMax: 25_000_000,
} as const;

/** An evaluation was given up, since the expression asks for more than `stepsMax` steps on this profile. */
export class TooManyStepsError extends Error {
  override readonly name = 'TooManyStepsError';
  readonly stepsMax: number;

  constructor(stepsMax: number) {
    super(
      `the expression takes more than ${stepsMax.toLocaleString('en')} steps on this profile: it looks at items of arrays again for each item of others; filters on them, or fewer loops, make it shorter`,
    );
    this.stepsMax = stepsMax;
  }
}

/** What is left of the steps of an evaluation. */
export class StepBudget {
  readonly #stepsMax: number;
  /** Programs count it down themselves. */
  left: number;

  constructor(stepsMax: number = evaluationLimits.stepsMax) {
    this.#stepsMax = stepsMax;
    this.left = stepsMax;
  }

  /** For the next evaluation. */
  refill(): void {
    this.left = this.#stepsMax;
  }

  /** The value; when it is an array, its items count as steps. */
  countItems(value: PqlValue): PqlValue {
    if (isArray(value)) this.left -= value.length;
    return this.left < 0 ? this.giveUp() : value;
  }

  /** Gives the evaluation up. */
  giveUp(): never {
    throw new TooManyStepsError(this.#stepsMax);
  }
}
