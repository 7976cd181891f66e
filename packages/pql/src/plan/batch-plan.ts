/** The plan of a batch: leaves shared by all audiences, grouped by the pass over the data that fills them. */
import type { Expression, Reducer, Variable } from '../check/expression.ts';
import type { Formula } from './formula.ts';

/** An aggregate over the events of a profile that looks at nothing but each event. */
export interface EventAggregate {
  /** `collect` gathers the values that are not null, in no order. */
  readonly reducer: Exclude<Reducer, 'only'> | 'collect';
  /** The event. */
  readonly variable: Variable;
  readonly where: Expression | null;
  /** What is summed, compared or gathered, per event; null for `exists` and `count`. */
  readonly value: Expression | null;
}

/** A set of profiles that a scan finds. */
export type Leaf =
  | {
      /** Profiles for which a condition on their own attributes holds. */
      readonly kind: 'profile';
      readonly condition: Expression;
    }
  | {
      /** Profiles with an event for which a condition on the event alone holds. */
      readonly kind: 'event';
      readonly variable: Variable;
      readonly condition: Expression | null;
    }
  | {
      /** Profiles for whose aggregates, the `slot`s of the condition, it holds; only profiles with events count. */
      readonly kind: 'eventGroup';
      readonly aggregates: readonly EventAggregate[];
      readonly condition: Expression;
    }
  | {
      /** Profiles for which a condition on attributes and events together holds. */
      readonly kind: 'general';
      readonly condition: Expression;
    };

/** What a batch computes: numbered leaves, and each audience as algebra over them. */
export interface BatchPlan {
  readonly leaves: readonly Leaf[];
  readonly audiences: readonly { readonly audienceId: string; readonly formula: Formula }[];
}
