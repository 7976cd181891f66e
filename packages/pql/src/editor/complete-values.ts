/** Known values, and audiences. */
import { isStatus, memberStatuses, ownNamespace } from '../check/check-memberships.ts';
import type { Expression } from '../check/expression.ts';
import type { Ast } from '../syntax/ast.ts';
import { renderString } from '../syntax/literals.ts';
import { describeType } from '../types/describe.ts';
import type { Cursor, OpenQuote } from './cursor.ts';
import { fieldOf } from './field-of.ts';
import { membershipKey } from './memberships.ts';
import type { Picture } from './picture.ts';
import { type Candidate, nearness } from './proposal.ts';

/** An audience that an expression may name. */
export interface NamedAudience {
  readonly id: string;
  readonly name: string;
}

/** What can stand inside the string at the cursor. */
export function valueCandidates(
  { word }: Cursor,
  quoted: OpenQuote,
  picture: Picture,
  audiences: readonly NamedAudience[],
): readonly Candidate[] {
  const node = picture.nodes.find(({ kind, span }) => kind === 'string' && span.start === word.start - 1);
  if (node === undefined) return [];
  const key = keyAt(node, picture);
  if (key === 'audience')
    return audiences.map((audience) => audienceCandidate(audience, stringBody(audience.id, quoted)));
  if (key === 'namespace') return [namespaceCandidate(stringBody(ownNamespace, quoted))];
  const compared = comparedWith(node, picture);
  return knownValues(compared).map((value) => ({
    ...valueBase(compared),
    label: value,
    insert: stringBody(value, quoted),
  }));
}

/** Literals that can stand for a whole operand, in quotes: the known values of what it is compared with, or audiences. */
export function literalCandidates(
  node: Ast,
  picture: Picture,
  audiences: readonly NamedAudience[],
): readonly Candidate[] {
  const key = keyAt(node, picture);
  if (key === 'audience') return audiences.map((audience) => audienceCandidate(audience, renderString(audience.id)));
  if (key === 'namespace') return [namespaceCandidate(renderString(ownNamespace))];
  const compared = comparedWith(node, picture);
  const base = valueBase(compared);
  if (compared?.type.kind === 'boolean') {
    return ['true', 'false'].map((value) => ({ ...base, label: value, insert: value }));
  }
  return knownValues(compared).map((value) => {
    const text = renderString(value);
    return { ...base, label: text, insert: text, keys: [text, value] };
  });
}

function valueBase(compared: Expression | null): Pick<Candidate, 'kind' | 'detail' | 'nearness'> {
  return { kind: 'value', detail: compared === null ? '' : describeType(compared.type), nearness: nearness.expected };
}

function audienceCandidate({ id, name }: NamedAudience, insert: string): Candidate {
  return { label: name, insert, kind: 'audience', detail: id, nearness: nearness.expected, keys: [name, id] };
}

function namespaceCandidate(insert: string): Candidate {
  return { label: ownNamespace, insert, kind: 'value', detail: 'a namespace', nearness: nearness.expected };
}

/** What a text stands for at its place: the id of an audience, or the namespace of memberships. */
function keyAt(node: Ast, { parents }: Picture): 'namespace' | 'audience' | null {
  const parent = parents.get(node);
  if (parent?.kind !== 'call' || parent.arguments[0] !== node) return null;
  if (parent.receiver === null) return parent.name.text === 'inSegment' ? 'audience' : null;
  return parent.name.text === 'get' ? membershipKey(parent.receiver) : null;
}

/** Methods whose arguments are values of the receiver. */
const valueMethods: ReadonlySet<string> = new Set([
  'equals',
  'notEqualTo',
  'contains',
  'doesNotContain',
  'startsWith',
  'doesNotStartWith',
  'endsWith',
  'doesNotEndWith',
  'includes',
  'intersects',
  'intersection',
  'subsetOf',
  'supersetOf',
]);

/** What a literal is compared with, alone or as an item of a list. */
function comparedWith(node: Ast, { parents, meaningOf }: Picture): Expression | null {
  const parent = parents.get(node);
  const [operand, around] = parent?.kind === 'list' ? [parent, parents.get(parent)] : [node, parent];
  if (around?.kind === 'comparison') {
    const other = around.left === operand ? around.right : around.left;
    return meaningOf(other)?.expression ?? null;
  }
  if (around?.kind !== 'call' || around.receiver === null || around.receiver === operand) return null;
  return valueMethods.has(around.name.text) ? (meaningOf(around.receiver)?.expression ?? null) : null;
}

function knownValues(expression: Expression | null): readonly string[] {
  if (expression === null) return [];
  return isStatus(expression) ? memberStatuses : (fieldOf(expression)?.values ?? []);
}

/** A value as it stands between the quotes that are there, with the closing one when it is missing. */
function stringBody(value: string, { quote, isClosed }: OpenQuote): string {
  const body = renderString(value).slice(1, -1);
  return (quote === "'" ? body.replaceAll("'", "\\'") : body) + (isClosed ? '' : quote);
}
