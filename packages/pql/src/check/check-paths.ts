/** Names and members: what a path means. */
import { diagnose } from '../diagnostics/codes.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { AstOf, Identifier } from '../syntax/ast.ts';
import { renderString } from '../syntax/literals.ts';
import type { Span } from '../syntax/span.ts';
import { coverSpans } from '../syntax/span.ts';
import { describeType } from '../types/describe.ts';
import type { ObjectType, PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import { call, constant, flattened, itemsOf, only } from './build.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression } from './expression.ts';

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
  if (!isField && !isOpen) return unknownName(node, scope, context);
  return memberOf({ ...item, span: node.span }, { text: node.name, span: node.span }, context);
}

/** The type whose members a path has: through an array, of arrays perhaps, those of its items. */
function itemType(type: PqlType): PqlType {
  return type.kind === 'array' ? itemType(type.element) : type;
}

function fieldNames(type: PqlType): readonly string[] {
  const inner = itemType(type);
  return inner.kind === 'object' ? [...inner.fields.keys()] : [];
}

/** `^` and `^^`: the item around, at last the profile. */
export function checkOuter(node: AstOf<'outer'>, scope: NameScope, context: CheckContext): Expression {
  const item = scope.items[scope.items.length - 1 - node.levels];
  if (item !== undefined) return { ...item, span: node.span };
  const why = scope.items.length === 1 ? 'it stands in no filter' : 'there are not that many filters around it';
  context.report(diagnose('check/unsupported', node.span, { what: '^'.repeat(node.levels), why }));
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
  const get = `get(${renderString(member.text)})`;
  const extra =
    type.kind === 'map'
      ? { help: `a map is asked for a key by \`.${get}\``, fix: { span: member.span, text: get } }
      : {};
  context.report(diagnose('check/not-an-object', span, { got: describeType(type) }, extra));
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
    context.report(unknownField(member, type));
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

function unknownField(member: Identifier, type: ObjectType): ReturnType<typeof diagnose> {
  return diagnose('check/unknown-field', member.span, {
    name: member.text,
    nearest: nearestName(member.text, type.fields.keys()),
  });
}

/** Reports a bare name that means nothing, with the likeliest cause as help. */
function unknownName(node: AstOf<'name'>, scope: NameScope, context: CheckContext): Expression {
  const around = scope.items.slice(0, -1).reverse();
  const levels = around.findIndex((item) => fieldNames(item.type).includes(node.name)) + 1;
  if (levels > 0) {
    const path = `${'^'.repeat(levels)}.${node.name}`;
    context.report(
      diagnose(
        'check/unknown-field',
        node.span,
        { name: node.name },
        { help: `paths start at the item here; write \`${path}\``, fix: { span: node.span, text: path } },
      ),
    );
    return reported(node.span);
  }
  const nearest = nearestName(node.name, [...scope.names.keys(), ...fieldNames(innermost(scope).type)]);
  context.report(diagnose('check/unknown-field', node.span, { name: node.name, nearest }));
  return reported(node.span);
}
