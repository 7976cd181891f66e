/** The functions that render, handed to their parts so that these need not import each other. */
import type { Expression } from '../check/expression.ts';
import type { Environment, SqlOperand } from './environment.ts';
import type { SqlFragment } from './fragment.ts';

/** What renders any expression. */
export interface Renderer {
  readonly value: (expression: Expression, environment: Environment) => SqlOperand;
  readonly condition: (expression: Expression, environment: Environment) => SqlFragment;
}
