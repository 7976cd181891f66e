/** Why an expression has the value it has. */
import type { Reducer } from '../check/expression.ts';
import type { Span } from '../syntax/span.ts';

/** A value as it is shown: bounded, whatever the data; times in ISO 8601. */
export type ShownValue =
  | null
  | boolean
  | number
  | string
  | { readonly kind: 'array'; readonly length: number; readonly first: readonly ShownValue[] }
  | { readonly kind: 'object'; readonly members: readonly string[] };

/** A stretch of time in ISO 8601, both ends included; null where it is open. */
export interface ShownRange {
  readonly from: string | null;
  readonly to: string | null;
}

/** An item that was looked at. */
export interface ShownItem {
  /** Its position in its array, from 0. */
  readonly index: number;
  /** The `_id` and `timestamp` of an event. */
  readonly id?: string;
  readonly timestamp?: string;
}

/** A combination of items that passed all conditions: one item for each variable. */
export interface ItemMatch {
  readonly items: readonly ShownItem[];
  /** What it adds to an aggregate, an array or a map, or what it is ordered by; null for `exists` and `count`. */
  readonly value: ShownValue;
}

/** A combination of items that did not pass, and the first condition that it failed. */
export interface ItemMiss {
  readonly items: readonly ShownItem[];
  readonly failed: Explanation;
}

/** One step of a sequence of events. */
export interface ExplainedStep {
  /** The events the step could take. */
  readonly moments: Explanation;
  /** How many it needs. */
  readonly count: number;
  /** When it was complete; null when it was not, or a step before was not. */
  readonly completeAt: string | null;
}

/** A part of an expression with its value and what decided it. */
export type Explanation = {
  readonly span: Span;
  /** The part as it was written. */
  readonly text: string;
  readonly value: ShownValue;
  /** Whether the value counts as true. Source: docs/pql.md#truth. */
  readonly truth: boolean;
} & (
  | {
      readonly kind: 'and' | 'or';
      readonly operands: readonly Explanation[];
      /** Positions of the operands that made the result what it is: all true ones of an `or`, all false ones of an `and`. */
      readonly decidedBy: readonly number[];
    }
  | { readonly kind: 'not'; readonly operand: Explanation }
  | {
      /** Whether `operand` has a value; the other way round when negated. */
      readonly kind: 'presence';
      readonly operand: Explanation;
      readonly negated: boolean;
    }
  | {
      /** An operator or function; for a comparison the arguments are its two sides. */
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly Explanation[];
    }
  | { readonly kind: 'if'; readonly condition: Explanation; readonly taken: Explanation }
  | {
      /** `occurs`: true when the subject lies in one of the ranges, or, negated, has a time and lies in none. */
      readonly kind: 'time';
      readonly subject: Explanation;
      readonly moment: string | null;
      /** Null when a time it is compared with is missing. */
      readonly ranges: readonly ShownRange[] | null;
      readonly negated: boolean;
    }
  | {
      /** A question about arrays. */
      readonly kind: 'items';
      /** `none`: true when nothing matches, as in `forall`, where matches are counterexamples. */
      readonly question: Reducer | 'collect' | 'slice' | 'map' | 'none';
      /** Whether all combinations were looked at; else the counts are those of the first ones. */
      readonly isComplete: boolean;
      /** Combinations that passed all conditions, and those that failed one. */
      readonly matchCount: number;
      readonly missCount: number;
      /** The first matches. */
      readonly matches: readonly ItemMatch[];
      /** The misses that came nearest. */
      readonly misses: readonly ItemMiss[];
    }
  | { readonly kind: 'sequence'; readonly steps: readonly ExplainedStep[] }
  | { readonly kind: 'membership'; readonly audienceId: string }
  | {
      /** A field, a constant, a list. */
      readonly kind: 'value';
      readonly isConstant: boolean;
    }
);

/** The explanation of one kind. */
export type ExplanationOf<Kind extends Explanation['kind']> = Extract<Explanation, { readonly kind: Kind }>;
