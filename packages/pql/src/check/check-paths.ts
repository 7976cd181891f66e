/** Names and members: what a path means. */
import type { DiagnosticExtra } from '../diagnostics/codes.ts';
import { diagnose } from '../diagnostics/codes.ts';
import type { AstOf, Identifier } from '../syntax/ast.ts';
import { renderString } from '../syntax/literals.ts';
import type { Span } from '../syntax/span.ts';
import { coverSpans } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import type { ObjectType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import { call, constant, flattened, itemsOf, only } from './build.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression } from './expression.ts';
import { itemType, uncalledMethod, unknownBareName, unknownMember } from './unknown-names.ts';

/** The meaning of a bare name: a variable, a member of the current item, `this`, `profile`. */
export function checkName(node: AstOf<'name'>, scope: NameScope, context: CheckContext): Expression {
  const named = scope.names.get(node.name);
  if (named !== undefined) return { ...named, span: node.span };
  const item = innermost(scope);
  const type = itemType(item.type);
  const isField = type.kind === 'object' && type.fields.has(node.name);
  if (!isField && node.name === 'this') return { ...item, span: node.span };
  if (!isField && node.name === 'profile') return { ...outermost(scope), span: node.span };
  const isOpen = type.kind === 'any' || (type.kind === 'object' && type.open === true);
  if (!isField && !isOpen) {
    context.report(unknownBareName(node, scope, context));
    return reported(node.span);
  }
  return memberOf({ ...item, span: node.span }, { text: node.name, span: node.span }, context);
}

/** `^` and `^^`: the item around, at last the profile. */
export function checkOuter(node: AstOf<'outer'>, scope: NameScope, context: CheckContext): Expression {
  const item = scope.items[scope.items.length - 1 - node.levels];
  if (item !== undefined) return { ...item, span: node.span };
  const why = scope.items.length === 1 ? 'it stands in no filter' : 'there are not that many filters around it';
  const extra = { help: 'the profile itself is `profile`', fix: { span: node.span, text: 'profile' } };
  context.report(diagnose('check/unsupported', node.span, { what: `\`${'^'.repeat(node.levels)}\``, why }, extra));
  return reported(node.span);
}

/** The current item. */
export function innermost(scope: NameScope): Expression {
  const item = scope.items.at(-1);
  if (item === undefined) throw new Error('a scope has no item');
  return item;
}

/** The profile. */
export function outermost(scope: NameScope): Expression {
  const [profile] = scope.items;
  if (profile === undefined) throw new Error('a scope has no item');
  return profile;
}

/** A member of a value; through an array it is the array of the members of its items. */
export function memberOf(object: Expression, member: Identifier, context: CheckContext): Expression {
  const span = coverSpans(object.span, member.span);
  // The parser has reported that there is no name.
  if (member.text === '') return reported(span);
  switch (object.type.kind) {
    case 'any':
      return untypedMember(object, member, span);
    case 'object':
      return typedMember(object, object.type, member, span, context);
    case 'array':
      return memberOfItems(object, member, span, context);
    default:
      reportNoObject(object, member, context);
      return reported(span);
  }
}

/** Reports a member of what has none; of a map, with the key that was meant. */
export function reportNoObject({ type, span }: Expression, member: Identifier, context: CheckContext): void {
  const extra = uncalledMethod(member) ?? (type.kind === 'map' ? askedByKey(member) : {});
  context.report(diagnose('check/not-an-object', span, { got: describeType(type) }, extra));
}

function askedByKey({ text, span }: Identifier): DiagnosticExtra {
  const get = `get(${renderString(text)})`;
  return { help: `a map is asked for a key by \`.${get}\``, fix: { span, text: get } };
}

function typedMember(
  object: Expression,
  type: ObjectType,
  member: Identifier,
  span: Span,
  context: CheckContext,
): Expression {
  const field = type.fields.get(member.text);
  if (field === undefined && type.open === true) return untypedMember(object, member, span);
  if (field === undefined) {
    context.report(unknownMember(member, type));
    return reported(span);
  }
  if (object.kind !== 'path') return computedMember(object, member, span, context);
  return { kind: 'path', variable: object.variable, steps: [...object.steps, member.text], type: field.type, span };
}

function untypedMember(object: Expression, member: Identifier, span: Span): Expression {
  if (isReported(object)) return reported(span);
  if (object.kind !== 'path') {
    const name = constant(member.text, scalarTypes.string, member.span);
    return call('get', [object, name], scalarTypes.any, span);
  }
  return { ...object, steps: [...object.steps, member.text], type: scalarTypes.any, span };
}

/** A member of an object that is not stored as such: what the object was made of. */
function computedMember(object: Expression, member: Identifier, span: Span, context: CheckContext): Expression {
  if (object.kind === 'object') {
    const found = object.members.find(({ name }) => name === member.text);
    if (found !== undefined) return { ...found.value, span };
  }
  if (object.kind === 'reduce' && object.value !== null) {
    const item = memberOf(object.value, member, context);
    return only({ generators: object.generators, item }, span, context);
  }
  const why = 'only stored objects and those made at the place have members';
  context.report(diagnose('check/unsupported', member.span, { what: 'a member of this object', why }));
  return reported(span);
}

/** `array.member`, flattened: an array-valued member gives its items. */
function memberOfItems(array: Expression, member: Identifier, span: Span, context: CheckContext): Expression {
  const { generators, item } = itemsOf(array, context);
  const value = memberOf(item, member, context);
  // What a member without a type holds is known from the value only: it may be an array, which is flattened as well.
  if (value.type.kind === 'any' && !isReported(value)) return untypedMember(array, member, span);
  return flattened({ generators, item: value }, span, context);
}
