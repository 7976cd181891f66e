/** What can stand where an operand begins. */
import { innermost } from '../check/check-paths.ts';
import type { NameScope } from '../check/context.ts';
import { describedFunctions } from '../functions/function-description.ts';
import type { Ast } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import { leafPaths } from '../types/leaves.ts';
import type { Schema } from '../types/type.ts';
import { callCandidate, fieldCandidate, isCalled } from './complete-members.ts';
import { literalCandidates } from './complete-values.ts';
import type { Cursor } from './cursor.ts';
import { fieldDocumentation } from './field-of.ts';
import { type Picture, pictureOf } from './picture.ts';
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
export function nameCandidates(cursor: Cursor, picture: Picture, schema: Schema): readonly Candidate[] {
  const node = nodeAt(cursor, picture);
  const scope = (node === null ? null : picture.meaningOf(node)?.scope) ?? profileScope(schema);
  return [
    ...(node === null ? [] : literalCandidates(node, picture)),
    ...(scope === null ? [] : scopeCandidates(scope, cursor.prefix)),
    ...[...describedFunctions()].map((description) => callCandidate(description, 'function', isCalled(cursor))),
    ...operandKeywords.map((word) => keywordCandidate(word)),
  ];
}

/** A keyword as a proposal. */
export function keywordCandidate(word: string, distance: number = nearness.keyword): Candidate {
  const documentation = keywordDescriptions[word];
  const base = { label: word, insert: word, kind: 'keyword', detail: 'keyword', nearness: distance } as const;
  return documentation === undefined ? base : { ...base, documentation };
}

/** Variables, the fields of the current item, those of the items around, and paths further down. */
export function scopeCandidates(scope: NameScope, prefix: string): readonly Candidate[] {
  const variables = [...scope.names].toReversed().map(([name, { type }]): Candidate => {
    return { label: name, insert: name, kind: 'variable', detail: describeType(type), nearness: nearness.variable };
  });
  const item = innermost(scope);
  const fields =
    item.type.kind === 'object'
      ? [...item.type.fields].map(([name, field]) => fieldCandidate(name, field, nearness.field))
      : [];
  return [...variables, ...fields, ...outerFields(scope), ...deepFields(scope, prefix)];
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

/** Fields at any depth, by their own name; only once something is typed. */
function deepFields(scope: NameScope, prefix: string): readonly Candidate[] {
  const { type } = innermost(scope);
  if (prefix === '' || type.kind !== 'object') return [];
  return [...leafPaths(type)].flatMap(({ path, field }): readonly Candidate[] => {
    const name = path.at(-1);
    if (name === undefined || path.length === 1) return [];
    const label = path.join('.');
    const documentation = fieldDocumentation(name, field);
    const base = { label, insert: label, kind: 'field', detail: describeType(field.type) } as const;
    return [{ ...base, documentation, nearness: nearness.deep, keys: [name] }];
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
