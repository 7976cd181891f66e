/** References to other audiences, by name or through the map of memberships. Source: docs/pql.md#other-audiences. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast, AstOf } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { scalarTypes } from '../types/type.ts';
import { constant } from './build.ts';
import { hasArity } from './check-arity.ts';
import { walkExpression } from './children.ts';
import type { CheckContext, NameScope } from './context.ts';
import { reported } from './context.ts';
import type { Expression, ExpressionOf } from './expression.ts';

/** The member of a profile that holds its memberships by namespace and audience. */
export const membershipMap = 'segmentMembership';
/** The namespace of audiences that are evaluated here. */
export const ownNamespace = 'ups';
/** What the status of a member may be called. Only the first is given: who stays is not told from who comes. */
export const memberStatuses = ['realized', 'existing'] as const;

/** `inSegment("id")`. */
export function checkInSegment(node: AstOf<'call'>, context: CheckContext): Expression {
  const [argument] = node.arguments;
  if (!hasArity(node, 1, 1, context) || argument === undefined) return reported(node.span);
  if (argument.kind === 'string') return membership(argument.value, node.span);
  if (argument.kind !== 'missing') {
    const what = 'the argument of `inSegment`';
    const expected = 'an audience id in quotes';
    context.report(diagnose('check/type-mismatch', argument.span, { what, expected, got: 'an expression' }));
  }
  return reported(node.span);
}

function membership(audienceId: string, span: Span): ExpressionOf<'membership'> {
  return { kind: 'membership', audienceId, type: scalarTypes.boolean, span };
}

/** Whether an expression is the map of memberships of the profile, which is known for each audience, not stored. */
export function isMembershipMap(expression: Expression): boolean {
  if (expression.kind !== 'path' || expression.type.kind !== 'map') return false;
  return expression.variable.id === 0 && expression.steps.length === 1 && expression.steps[0] === membershipMap;
}

/** Any other question about the map of memberships than about one audience. */
export function refuseMembershipMap(span: Span, context: CheckContext): Expression {
  context.report(membershipMapRefusal(span));
  return reported(span);
}

function membershipMapRefusal(span: Span): Diagnostic {
  const why = `write \`${membershipMap}.get("${ownNamespace}").get("audience id").status\` or \`inSegment("audience id")\``;
  return diagnose('check/unsupported', span, { what: 'the map of memberships as a whole', why });
}

/** Reports each place where the map of memberships is itself the value that is asked for, as in `segmentMembership.isNull()`. */
export function findMembershipMaps(root: Expression): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walkExpression(root, (node) => {
    if (isMembershipMap(node)) found.push(membershipMapRefusal(node.span));
  });
  return found;
}

/**
 * `segmentMembership.get("ups").get("id")` as an object with the status of the membership; null when `node` is not the
 * outer call of that form.
 */
export function checkMembershipEntry(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Expression | null {
  const inner = node.receiver;
  if (node.name.text !== 'get' || inner?.kind !== 'call' || inner.name.text !== 'get') return null;
  // In a row of gets only the first two can be the form; to check the start of each pair would be work done twice.
  if (inner.receiver === null || isOtherCall(inner.receiver)) return null;
  if (!isMembershipMap(context.check(inner.receiver, scope))) return null;
  const [namespace, ...more] = inner.arguments;
  const [audienceId, ...others] = node.arguments;
  if (namespace?.kind !== 'string' || audienceId?.kind !== 'string' || more.length + others.length > 0) {
    return refuseMembershipMap(node.span, context);
  }
  if (namespace.value.toLowerCase() !== ownNamespace) {
    const what = `the namespace \`${namespace.value}\``;
    const why = `only memberships of \`${ownNamespace}\` are known by namespace; write \`inSegment("audience id")\``;
    context.report(diagnose('check/unsupported', namespace.span, { what, why }));
    return reported(node.span);
  }
  const { span } = node;
  const status: Expression = {
    kind: 'if',
    condition: membership(audienceId.value, span),
    whenTrue: constant(memberStatuses[0], scalarTypes.string, span),
    whenFalse: constant(null, scalarTypes.string, span),
    type: scalarTypes.string,
    span,
  };
  const fields = new Map([['status', { type: scalarTypes.string }]]);
  return { kind: 'object', members: [{ name: 'status', value: status }], type: { kind: 'object', fields }, span };
}

/** Whether a receiver is a call that gives something else than the map of memberships. */
function isOtherCall(receiver: Ast): boolean {
  if (receiver.kind !== 'call') return false;
  const [name] = receiver.arguments;
  return receiver.name.text !== 'get' || name?.kind !== 'string' || name.value !== membershipMap;
}

/** A status compared with a text, as the membership it stands for; null when the sides are something else. */
export function compareStatus(
  operator: string,
  left: Expression,
  right: Expression,
  span: Span,
  context: CheckContext,
): Expression | null {
  const member = memberOfStatus(left) ?? memberOfStatus(right);
  const text = left.kind === 'constant' ? left : right;
  if (member === null || text.kind !== 'constant' || (operator !== '=' && operator !== '!=')) return null;
  if (text.value === 'exited') {
    const why = 'who has left an audience is in the log of changes only';
    context.report(diagnose('check/unsupported', text.span, { what: 'the status `exited` in a rule', why }));
    return reported(span);
  }
  const isMemberStatus = memberStatuses.some((status) => status === text.value);
  const holdsForMembers = text.value !== null && isMemberStatus === (operator === '=');
  return holdsForMembers ? { ...member, span } : constant(false, scalarTypes.boolean, span);
}

/** Whether an expression is the status of a membership. */
export function isStatus(expression: Expression): boolean {
  return memberOfStatus(expression) !== null;
}

function memberOfStatus(expression: Expression): ExpressionOf<'membership'> | null {
  if (expression.kind !== 'if' || expression.condition.kind !== 'membership') return null;
  const { whenTrue } = expression;
  return whenTrue.kind === 'constant' && whenTrue.value === memberStatuses[0] ? expression.condition : null;
}
