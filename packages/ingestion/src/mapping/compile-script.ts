/** Expressions of a mapping as functions of a row. */
import {
  type CheckedExpression,
  compileClosure,
  type Evaluation,
  type PqlObject,
  type PqlValue,
  TooManyStepsError,
} from '@muster/pql';
import { RowRejected } from '../facts.ts';

/** The value of an expression for a row. Throws `RowRejected` when it takes too many steps on it. */
export function compileScript(checked: CheckedExpression, evaluation: Evaluation): (row: PqlObject) => PqlValue {
  const evaluate = compileClosure(checked, evaluation);
  return (row) => {
    try {
      return evaluate(row);
    } catch (error) {
      throw error instanceof TooManyStepsError ? new RowRejected(error.message) : error;
    }
  };
}
