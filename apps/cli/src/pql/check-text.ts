/** Expressions that commands are given, checked. */
import { re2Engine } from '@muster/evaluation';
import {
  analyzeExpression,
  type CheckedExpression,
  type CheckOptions,
  type Diagnostic,
  renderDiagnostics,
  type Schema,
} from '@muster/pql';
import { CliError } from '../cli-error.ts';
import type { Output } from '../output.ts';

/** The checked expression; warnings go to `output`. Throws `CliError` with all that is wrong with the text. */
export function checkText(
  text: string,
  schema: Schema,
  output: Pick<Output, 'message'>,
  options: Pick<CheckOptions, 'expect'> = {},
): CheckedExpression {
  const { checked, diagnostics } = analyzeExpression(text, schema, { ...options, regex: re2Engine });
  if (checked === null) throw invalidText(text, diagnostics);
  if (diagnostics.length > 0) output.message(renderDiagnostics(text, diagnostics));
  return checked;
}

/** The end of a command whose expression is wrong. */
export const invalidText = (text: string, diagnostics: readonly Diagnostic[]): CliError =>
  new CliError('invalidInput', renderDiagnostics(text, diagnostics));
