/** What a method does with each item: an expression on the item, or a function of it, `(X) => …`. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Ast, AstOf } from '../syntax/ast.ts';
import type { CheckContext, NameScope } from './context.ts';
import { insideItem, withName } from './context.ts';
import type { Expression } from './expression.ts';

/** An expression and the scope it is to be checked in. */
export interface ItemFunction {
  readonly body: Ast;
  readonly scope: NameScope;
}

/**
 * The function that a method is given; null, and reported, when it takes other parameters.
 *
 * `items` are what it may name: the item of an array, or key and value of a map's entry. A function of one parameter gets
 * the last of them. In an expression, bare names are members of the last of them; in a function they mean what they mean
 * around it.
 */
export function itemFunction(
  argument: Ast,
  scope: NameScope,
  items: readonly [Expression, ...Expression[]],
  context: CheckContext,
): ItemFunction | null {
  const last = items.at(-1) ?? items[0];
  if (argument.kind !== 'lambda') return { body: argument, scope: insideItem(scope, last) };
  const { parameters } = argument;
  const meanings = parameters.length === 1 ? [last] : items;
  if (parameters.length !== meanings.length) return refuseParameters(argument, items.length, context);
  let inner = scope;
  for (const [index, { text, span }] of parameters.entries()) {
    if (parameters.findIndex((parameter) => parameter.text === text) < index) {
      context.report(diagnose('check/duplicate-variable', span, { name: text }));
      return null;
    }
    inner = withName(inner, text, meanings[index] ?? last);
  }
  return { body: argument.body, scope: inner };
}

function refuseParameters({ parameters, span }: AstOf<'lambda'>, most: number, context: CheckContext): null {
  const expected = most === 1 ? '1 parameter' : `1 to ${most} parameters`;
  context.report(diagnose('check/wrong-arity', span, { name: '=>', expected, got: parameters.length }));
  return null;
}
