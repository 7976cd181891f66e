/** What can stand behind a dot: the fields of the object before it, and the methods that fit its type. */
import type { Expression } from '../check/expression.ts';
import { isNumeric, isScalar } from '../check/literals.ts';
import {
  describedMethods,
  describeFunction,
  type FunctionDescription,
  type Receiver,
  signatureOf,
} from '../functions/function-description.ts';
import type { Ast } from '../syntax/ast.ts';
import { parseExpression } from '../syntax/parser.ts';
import type { Token } from '../syntax/token.ts';
import { describeType } from '../types/describe.ts';
import type { Field, PqlType, Schema } from '../types/type.ts';
import type { Cursor } from './cursor.ts';
import { fieldDocumentation } from './field-of.ts';
import { proposedFields } from './field-order.ts';
import { membershipKey } from './memberships.ts';
import { type Picture, pictureOf } from './picture.ts';
import { type Candidate, nearness } from './proposal.ts';

/** The fields and methods of what stands before the dot. */
export function memberCandidates(cursor: Cursor, picture: Picture, schema: Schema): readonly Candidate[] {
  const object = objectBefore(cursor, picture);
  if (object !== null && membershipKey(object) !== null) return methodsNamed('get', cursor);
  const meaning = object === null ? null : picture.meaningOf(object);
  const expression = meaning?.expression ?? objectFromTokens(cursor, schema);
  return expression === null ? [] : [...fieldsOf(expression), ...methodsOf(expression.type, isCalled(cursor))];
}

/** Whether a bracket follows the word already, so that a proposal must bring none. */
export function isCalled({ markedText, word }: Cursor): boolean {
  return /^[\p{L}\p{N}_$]*\s*\(/u.test(markedText.slice(word.start));
}

/** A call as a proposal. */
export function callCandidate(
  description: FunctionDescription,
  kind: 'function' | 'method',
  isCalledAlready: boolean,
): Candidate {
  const { name, parameters, doc, examples } = description;
  const brackets = parameters.length === 0 ? '()' : '(';
  return {
    label: name,
    insert: isCalledAlready ? name : name + brackets,
    kind,
    detail: signatureOf(description),
    documentation: [doc, ...examples.map((example) => `\`${example}\``)].join('\n\n'),
    nearness: nearness.callable,
  };
}

/** A field as a proposal. */
export function fieldCandidate(name: string, field: Field, distance: number): Candidate {
  return {
    label: name,
    insert: name,
    kind: 'field',
    detail: describeType(field.type),
    documentation: fieldDocumentation(name, field),
    nearness: distance,
  };
}

function methodsNamed(name: string, cursor: Cursor): readonly Candidate[] {
  const description = describeFunction(name, 'method');
  return description === null ? [] : [callCandidate(description, 'method', isCalled(cursor))];
}

function objectBefore({ word }: Cursor, { nodes }: Picture): Ast | null {
  for (const node of nodes) {
    const object = objectOf(node, word.start);
    if (object !== null) return object;
  }
  return null;
}

function objectOf(node: Ast, start: number): Ast | null {
  if (node.kind === 'member' && node.member.span.start === start) return node.object;
  return node.kind === 'call' && node.name.span.start === start ? node.receiver : null;
}

/** For text that the parser passed over: the plain path before the dot, from the profile. */
function objectFromTokens({ before, markedText }: Cursor, schema: Schema): Expression | null {
  let first = before.length - 1;
  while (isDot(before[first]) && isRoot(before[first - 1])) first -= 2;
  const start = before[first + 1]?.span.start;
  const end = before.at(-2)?.span.end;
  if (start === undefined || end === undefined || start >= end) return null;
  const text = markedText.slice(start, end);
  const picture = pictureOf(text, schema);
  const [root] = picture.nodes;
  return root === undefined || parseExpression(text).diagnostics.length > 0
    ? null
    : (picture.meaningOf(root)?.expression ?? null);
}

function isDot(token: Token | undefined): boolean {
  return token?.kind === 'symbol' && token.symbol === '.';
}

function isRoot(token: Token | undefined): boolean {
  return token?.kind === 'identifier' || token?.kind === 'parameter';
}

function fieldsOf({ type }: Expression): readonly Candidate[] {
  const item = itemType(type);
  if (item.kind !== 'object') return [];
  return proposedFields(item.fields).map(([name, field]) => fieldCandidate(name, field, nearness.field));
}

function itemType(type: PqlType): PqlType {
  let item = type;
  while (item.kind === 'array') item = item.element;
  return item;
}

function methodsOf(type: PqlType, isCalledAlready: boolean): readonly Candidate[] {
  return [...describedMethods()]
    .filter(({ receiver }) => receiver !== null && fitsReceiver(receiver, type))
    .map((description) => callCandidate(description, 'method', isCalledAlready));
}

/** Whether a method may stand behind a value of a type; of an array, a method of its items asks about some item. */
function fitsReceiver(receiver: Receiver, type: PqlType): boolean {
  if (receiver === 'any' || type.kind === 'any') return true;
  const item = itemType(type);
  const isArray = type.kind === 'array';
  switch (receiver) {
    case 'string':
    case 'timestamp':
      return item.kind === receiver || item.kind === 'any';
    case 'number':
      return isNumeric(item) || item.kind === 'any';
    case 'map':
      return item.kind === 'map';
    case 'container':
      return isArray || type.kind === 'map';
    case 'array':
      return isArray;
    case 'scalars':
      return isArray && isScalar(item);
    case 'numbers':
      return isArray && (isNumeric(item) || item.kind === 'object' || item.kind === 'any');
    default:
      return isArray && (isNumeric(item) || item.kind !== 'string');
  }
}
