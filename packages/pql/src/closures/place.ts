import type { Expression } from '../check/expression.ts';
import type { JsFragment } from './code.ts';

/** Turns an expression into code; handed to the parts of the generator so that they need not import each other. */
export type Generate = (expression: Expression) => JsFragment;

/** How the parts of an expression become code at some place of a program. */
export interface Place {
  /** Parts that are computed as often as the expression itself. */
  readonly here: Generate;
  /** Parts of a query that are computed for each item. */
  readonly inside: Generate;
  /** Whether the place is in a loop. */
  readonly isRepeated: boolean;
  /** The variables that the program is given. */
  readonly given: readonly number[];
  /** The statement that counts a step of a loop inside a loop. */
  readonly step: JsFragment;
  /** A function that gives its argument, and counts the items of an array as steps. */
  readonly countItems: JsFragment;
}
