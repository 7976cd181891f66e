/** The call around a place. */

import {
  describeFunction,
  type FunctionDescription,
  parameterLabel,
  signatureOf,
} from '../functions/function-description.ts';
import type { Span } from '../syntax/span.ts';
import { openBrackets } from './brackets.ts';
import { cursorAt } from './cursor.ts';

/** How the function around the cursor is called, and where in it the cursor stands. */
export interface Signature {
  /** The name that is called. */
  readonly span: Span;
  /** One line: `text.contains(part: string, caseSensitive?: boolean): a boolean`. */
  readonly label: string;
  /** The arguments in brackets, each as it stands in the label. */
  readonly parameters: readonly string[];
  /** The index of the argument at the cursor; null when there are too many. */
  readonly active: number | null;
  readonly documentation: string;
}

/** The signature of the innermost known function or method whose brackets the offset is in; null outside. Never throws. */
export function signatureAt(text: string, offset: number): Signature | null {
  const cursor = cursorAt(text, offset);
  if (cursor === null) return null;
  for (const { callee, commaCount } of openBrackets(cursor.before).toReversed()) {
    const description = callee === null ? null : describeFunction(callee.text, callee.isMethod ? 'method' : 'function');
    if (callee === null || description === null) continue;
    return {
      span: callee.span,
      label: signatureOf(description),
      parameters: description.parameters.map(parameterLabel),
      active: activeParameter(description, commaCount),
      documentation: description.doc,
    };
  }
  return null;
}

function activeParameter({ parameters }: FunctionDescription, commaCount: number): number | null {
  const repeated = parameters.findIndex(({ isVariadic }) => isVariadic);
  if (repeated >= 0 && commaCount > repeated) return repeated;
  return commaCount < parameters.length ? commaCount : null;
}
