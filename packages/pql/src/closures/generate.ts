import type { Expression } from '../check/expression.ts';
import type { JsFragment } from './code.ts';

/** Turns an expression into code; handed to the parts of the generator so that they need not import each other. */
export type Generate = (expression: Expression) => JsFragment;
