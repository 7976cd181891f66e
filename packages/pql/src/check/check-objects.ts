/** Objects that are not stored: literals, and what came with a request. */
import { diagnose } from '../diagnostics/codes.ts';
import type { AstOf } from '../syntax/ast.ts';
import type { Field } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression, ObjectMember } from './expression.ts';

/** `{"name": value, …}`. */
export function checkObject(node: AstOf<'objectLiteral'>, scope: NameScope, context: CheckContext): Expression {
  const members: ObjectMember[] = [];
  const fields = new Map<string, Field>();
  for (const { key, value: valueNode, span } of node.entries) {
    const value = context.check(valueNode, scope);
    if (fields.has(key)) {
      context.report(diagnose('check/duplicate-member', span, { name: key }));
      return reported(node.span);
    }
    members.push({ name: key, value });
    fields.set(key, { type: value.type });
  }
  const isFlawed = members.some(({ value }) => isReported(value));
  return isFlawed
    ? reported(node.span)
    : { kind: 'object', members, type: { kind: 'object', fields }, span: node.span };
}

/** `@{schema;version=1}`: an audience's rule is asked without a request. */
export function checkContextReference(node: AstOf<'context'>, context: CheckContext): Expression {
  if (context.hasRequest) return { kind: 'context', schema: node.schema, type: scalarTypes.any, span: node.span };
  const why = 'an audience is evaluated without a request that could bring it';
  context.report(diagnose('check/unsupported', node.span, { what: 'a context reference', why }));
  return reported(node.span);
}
