/** Repairs that write a part of the expression anew. */
import type { Fix } from '../diagnostics/diagnostic.ts';
import type { Ast } from '../syntax/ast.ts';
import { formatExpression } from '../syntax/format.ts';
import type { Span } from '../syntax/span.ts';
import { walkAst } from '../syntax/walk.ts';

/** The repair that puts a tree in the place of `span`; none where a part of it is missing, which no text can say. */
export function rewrite(span: Span, ast: Ast): { readonly fix?: Fix } {
  let isWhole = true;
  walkAst(ast, ({ kind }) => {
    isWhole &&= kind !== 'missing';
  });
  return isWhole ? { fix: { span, text: formatExpression(ast) } } : {};
}
