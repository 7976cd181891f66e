/**
 * The checked expression: every name resolved, every type known, every shorthand spelled out.
 *
 * All ways to ask about arrays (select, filter, quantifier, aggregate, dotted path) come out as generators with a
 * `reduce` or a `collect` on top, so that later stages know one form only.
 * INVARIANT: nodes of type boolean in boolean position are never null: the checker wraps what may be in `truth`.
 */
import type { FunctionName } from '../functions/function-record.ts';
import type { ComparisonOperator, TimeUnit } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import type { PqlType } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';

/** A name that holds a value while something is evaluated: the profile, or the item a generator is at. */
export interface Variable {
  /** Unique in its expression; 0 is the profile. */
  readonly id: number;
  readonly name: string;
  readonly type: PqlType;
}

/** The items of `array` that pass `where`, one after the other. */
export interface Generator {
  readonly variable: Variable;
  readonly array: Expression;
  readonly where: Expression | null;
}

/** How a generated sequence becomes one value; `only` takes the value of the one combination there can be. */
export type Reducer = 'exists' | 'count' | 'sum' | 'average' | 'min' | 'max' | 'only';

/** Which items of a sequence come first: those with the greatest or the least `by`. Items without one are left out. */
export interface SliceOrder {
  readonly by: Expression;
  readonly direction: 'greatest' | 'least';
}

/** A named value of an object. */
export interface ObjectMember {
  readonly name: string;
  readonly value: Expression;
}

/** A point or interval of time; `instant` is known per profile only, the others from `now` alone. */
export type TimeReference =
  | { readonly kind: 'named'; readonly name: 'now' | 'today' | 'yesterday' | 'tomorrow' }
  | { readonly kind: 'calendar'; readonly which: 'this' | 'last' | 'next'; readonly unit: TimeUnit }
  | {
      /** `date(y, m, d)` with arguments that need no profile. */
      readonly kind: 'day';
      readonly year: Expression;
      readonly month: Expression;
      readonly day: Expression;
    }
  | { readonly kind: 'instant'; readonly expression: Expression };

/** The forms of `occurs`. Source: docs/pql.md#time. */
export type TimeTest =
  | {
      readonly kind: 'distance';
      readonly operator: ComparisonOperator;
      readonly amount: number;
      readonly unit: TimeUnit;
      readonly direction: 'before' | 'after' | 'from';
      readonly reference: TimeReference;
    }
  | { readonly kind: 'side'; readonly direction: 'before' | 'after'; readonly reference: TimeReference }
  | { readonly kind: 'on'; readonly reference: TimeReference }
  | { readonly kind: 'between'; readonly from: TimeReference; readonly to: TimeReference };

/** A stretch of time in epoch milliseconds, both ends included; infinite where open. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** One step of a sequence: `count` of its moments (any array of timestamps) are needed, then the next step begins. */
export interface SequenceStep {
  readonly moments: Expression;
  readonly count: number;
}

/** A checked expression. */
export type Expression = { readonly type: PqlType; readonly span: Span } & (
  | { readonly kind: 'constant'; readonly value: PqlValue }
  | {
      /** A member of a variable, reached through objects only; no steps: the variable itself. */
      readonly kind: 'path';
      readonly variable: Variable;
      readonly steps: readonly string[];
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly arguments: readonly Expression[] }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      /** Whether a value counts as true: booleans as they are, null as false, the rest by presence. */
      readonly kind: 'truth';
      readonly operand: Expression;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: 'occurs'; readonly subject: Expression; readonly test: TimeTest }
  | {
      /** `occurs` once `now` is known: the subject lies in one of the ranges, or, negated, in none. */
      readonly kind: 'within';
      readonly subject: Expression;
      readonly ranges: readonly TimeRange[];
      readonly negated: boolean;
    }
  | {
      readonly kind: 'reduce';
      readonly reducer: Reducer;
      readonly generators: readonly [Generator, ...Generator[]];
      /** What is summed, averaged, compared or given; null for `exists` and `count`. Aggregates leave nulls out. */
      readonly value: Expression | null;
    }
  | {
      /** The values of `item` for each combination of the generators, without nulls. */
      readonly kind: 'collect';
      readonly generators: readonly [Generator, ...Generator[]];
      readonly item: Expression;
    }
  | {
      /** The first `count` items, in the order of the sequence or in that of `order`, where ties keep the former. */
      readonly kind: 'slice';
      readonly generators: readonly [Generator, ...Generator[]];
      readonly item: Expression;
      readonly order: SliceOrder | null;
      readonly count: number;
    }
  | {
      /** A map with an entry for each combination of the generators; no two have the same key. */
      readonly kind: 'map';
      readonly generators: readonly [Generator, ...Generator[]];
      readonly key: Expression;
      readonly value: Expression;
    }
  | {
      /** A map as the array of its entries, objects with `key` and `value`, in order of key. */
      readonly kind: 'entries';
      readonly map: Expression;
    }
  | {
      /** An object made of values; null when all of them are. */
      readonly kind: 'object';
      readonly members: readonly ObjectMember[];
    }
  | {
      /** What the caller of an evaluation gave for a schema, untyped; null when nothing. */
      readonly kind: 'context';
      readonly schema: string;
    }
  | {
      /** Whether the moments of the steps can be passed one strictly after the other. */
      readonly kind: 'sequence';
      readonly steps: readonly [SequenceStep, ...SequenceStep[]];
    }
  | { readonly kind: 'membership'; readonly audienceId: string }
  | {
      /** A value that a scan has computed; made by the planner, never by the checker. */
      readonly kind: 'slot';
      readonly index: number;
    }
);

/** The kinds of checked expression. */
export type ExpressionKind = Expression['kind'];
/** The checked expression of one kind. */
export type ExpressionOf<Kind extends ExpressionKind> = Extract<Expression, { readonly kind: Kind }>;

/** An expression that goes through arrays. */
export type Query = ExpressionOf<'reduce' | 'collect' | 'slice' | 'map'>;

/** An expression that passed the checker. */
export interface CheckedExpression {
  readonly root: Expression;
  /** The type of the value; `root` is of this type, or boolean where a boolean was asked for. */
  readonly type: PqlType;
  readonly profile: Variable;
  /** Variable ids are below this. */
  readonly variableCount: number;
}
