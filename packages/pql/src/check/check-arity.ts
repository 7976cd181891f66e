/** How many arguments a call takes. */
import { diagnose } from '../diagnostics/codes.ts';
import type { AstOf } from '../syntax/ast.ts';
import type { CheckContext } from './context.ts';

/** Whether a call has from `least` to `most` arguments, the receiver not among them; reports when it has not. */
export function hasArity(node: AstOf<'call'>, least: number, most: number, context: CheckContext): boolean {
  const got = node.arguments.length;
  if (got >= least && got <= most) return true;
  const expected = least === most ? argumentCount(most) : `at most ${argumentCount(most)}`;
  context.report(diagnose('check/wrong-arity', node.name.span, { name: node.name.text, expected, got }));
  return false;
}

/** A number of arguments in words: `no arguments`, `1 argument`. */
export function argumentCount(number: number): string {
  return number === 0 ? 'no arguments' : `${number} argument${number === 1 ? '' : 's'}`;
}
