/** What can stand where an operand begins. */
import { innermost } from '../check/check-paths.ts';
import type { NameScope } from '../check/context.ts';
import { itemType } from '../check/unknown-names.ts';
import { describedFunctions } from '../functions/function-description.ts';
import type { Ast } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType, Schema } from '../types/type.ts';
import { callCandidate, fieldCandidate, isCalled } from './complete-members.ts';
import { literalCandidates, type NamedAudience } from './complete-values.ts';
import type { Cursor } from './cursor.ts';
import { fieldDocumentation } from './field-of.ts';
import { proposedFields } from './field-order.ts';
import { declarationsOf, type Picture, pictureOf } from './picture.ts';
import { type Candidate, nearness } from './proposal.ts';
import { keywordDescriptions } from './word-descriptions.ts';

const operandKeywords = [
  'not',
  'exists',
  'select',
  'forall',
  'sum',
  'average',
  'min',
  'max',
  'let',
  'true',
  'false',
  'null',
  'profile',
  'this',
] as const;

/** Known values, variables, fields, functions and keywords. */
export function nameCandidates(
  cursor: Cursor,
  picture: Picture,
  schema: Schema,
  audiences: readonly NamedAudience[],
): readonly Candidate[] {
  const node = nodeAt(cursor, picture);
  const scope = (node === null ? null : picture.meaningOf(node)?.scope) ?? profileScope(schema);
  return [
    ...(node !== null && scope !== null && isGoneThrough(node, picture) ? arrayCandidates(scope) : []),
    ...(node === null ? [] : literalCandidates(node, picture, audiences)),
    ...(scope === null ? [] : scopeCandidates(scope, cursor.prefix)),
    ...[...describedFunctions()].map((description) => callCandidate(description, 'function', isCalled(cursor))),
    ...operandKeywords.map((word) => keywordCandidate(word)),
  ];
}

/** Whether a node is what a variable goes through: `select V from …`. */
function isGoneThrough(node: Ast, { parents }: Picture): boolean {
  const parent = parents.get(node);
  return parent !== undefined && declarationsOf(parent).some(({ array }) => array === node);
}

/** The arrays in sight: of the variables before, then of the item. */
function arrayCandidates({ names, items }: NameScope): readonly Candidate[] {
  const ofVariables = [...names].toReversed().flatMap(([name, { type }]) => arraysBelow(type, `${name}.`));
  return [...ofVariables, ...items.slice(-1).flatMap(({ type }) => arraysBelow(type, ''))];
}

function arraysBelow(type: PqlType, root: string): readonly Candidate[] {
  if (type.kind !== 'object') return [];
  return proposedFields(type.fields).flatMap(([name, field]): readonly Candidate[] => {
    const label = root + name;
    if (field.type.kind !== 'array') return arraysBelow(field.type, `${label}.`);
    return [{ ...fieldCandidate(label, field, nearness.expected), keys: [name, label] }];
  });
}

/** A keyword as a proposal. */
export function keywordCandidate(word: string, distance: number = nearness.keyword): Candidate {
  const documentation = keywordDescriptions[word];
  const base = { label: word, insert: word, kind: 'keyword', detail: 'keyword', nearness: distance } as const;
  return documentation === undefined ? base : { ...base, documentation };
}

/** Variables, the fields of the current item, those of the items around, and paths further down. */
export function scopeCandidates(scope: NameScope, prefix: string): readonly Candidate[] {
  const names = [...scope.names].toReversed();
  const variables = names.map(([name, { type }]): Candidate => {
    return { label: name, insert: name, kind: 'variable', detail: describeType(type), nearness: nearness.variable };
  });
  const { type } = innermost(scope);
  const fields =
    type.kind === 'object'
      ? proposedFields(type.fields).map(([name, field]) => fieldCandidate(name, field, nearness.field))
      : [];
  const isScalarItem = type.kind !== 'object' && scope.items.length > 1;
  return [
    ...(isScalarItem ? [keywordCandidate('this', nearness.expected)] : []),
    ...variables,
    ...fields,
    ...outerFields(scope),
    ...names.flatMap(([name, variable]) => fieldsBelow(variable.type, prefix, `${name}.`)),
    ...fieldsBelow(type, prefix),
  ];
}

/** Fields of the items around, through `^`. */
function outerFields({ items }: NameScope): readonly Candidate[] {
  return items
    .slice(0, -1)
    .toReversed()
    .flatMap(({ type }, index): readonly Candidate[] => {
      if (type.kind !== 'object') return [];
      const root = '^'.repeat(index + 1);
      return [...type.fields].map(([name, field]) => {
        const path = `${root}.${name}`;
        return { ...fieldCandidate(name, field, nearness.outer), label: path, insert: path, keys: [name] };
      });
    });
}

/** Fields at any depth, by their own name; only once something is typed. Those of a variable begin with its name. */
function fieldsBelow(type: PqlType, prefix: string, root = ''): readonly Candidate[] {
  if (prefix === '' || type.kind !== 'object') return [];
  return [...type.fields].flatMap(([name, field]): readonly Candidate[] => {
    const label = root + name;
    const distance = root.indexOf('.') === root.length - 1 ? nearness.field : nearness.deep;
    const candidate = {
      ...fieldCandidate(label, field, distance),
      documentation: fieldDocumentation(name, field),
      keys: [name],
    };
    const inner = fieldsBelow(itemType(field.type), prefix, `${label}.`);
    return root === '' ? inner : [candidate, ...inner];
  });
}

function nodeAt({ word }: Cursor, { nodes }: Picture): Ast | null {
  return (
    nodes.find(
      (node) =>
        (node.kind === 'name' && node.span.start === word.start) ||
        (node.kind === 'call' && node.receiver === null && node.name.span.start === word.start),
    ) ?? null
  );
}

/** The names of the profile alone, for text that the parser passed over. */
function profileScope(schema: Schema): NameScope | null {
  const picture = pictureOf('true', schema);
  const [node] = picture.nodes;
  return node === undefined ? null : (picture.meaningOf(node)?.scope ?? null);
}
