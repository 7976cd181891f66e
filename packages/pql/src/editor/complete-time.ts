/** What can stand in a time rule, after `occurs` or in a `WHEN`. */

import { describeFunction } from '../functions/function-description.ts';
import type { Ast, OccursForm, TimeReference } from '../syntax/ast.ts';
import type { Token } from '../syntax/token.ts';
import { referencesOf } from '../syntax/walk.ts';
import { callCandidate, isCalled } from './complete-members.ts';
import { keywordCandidate, scopeCandidates } from './complete-names.ts';
import type { Cursor } from './cursor.ts';
import { type Picture, timeRulesOf } from './picture.ts';
import { type Candidate, nearness } from './proposal.ts';
import { unitNames } from './word-descriptions.ts';

const directions = ['before', 'after', 'from'] as const;
const references = ['now', 'today', 'yesterday', 'tomorrow', 'this', 'last', 'next'] as const;
const starts = ['before', 'after', 'between', 'on', '<=', '<', '>=', '>', '=', '!='] as const;

/** The proposals of a time rule; null when the cursor is in none. */
export function timeCandidates(cursor: Cursor, picture: Picture): readonly Candidate[] | null {
  for (const node of picture.nodes) {
    for (const rule of timeRulesOf(node)) {
      const candidates = distanceCandidates(cursor, rule) ?? ruleCandidates(cursor, rule, picture);
      if (candidates !== null) return candidates;
    }
  }
  return null;
}

/** In `<= 3 days`: nothing for the amount, then units. */
function distanceCandidates({ before, word }: Cursor, rule: OccursForm): readonly Candidate[] | null {
  if (rule.kind !== 'distance') return null;
  const previous = before.at(-1);
  if (rule.amount.span.start === word.start) return [];
  const isUnit = previous?.kind === 'number' && rule.amount.span.end === previous.span.end;
  return isUnit ? unitCandidates('plural') : null;
}

function ruleCandidates(cursor: Cursor, rule: OccursForm, picture: Picture): readonly Candidate[] | null {
  const previous = cursor.before.at(-1);
  for (const reference of referencesOf(rule)) {
    if (reference.kind === 'calendar' && reference.span.start === previous?.span.start)
      return unitCandidates('singular');
    const node = expressionAt(reference, cursor.word.start);
    if (node !== null) return referenceCandidates(cursor, rule, reference, node, picture);
  }
  return null;
}

function expressionAt(reference: TimeReference, start: number): Ast | null {
  if (reference.kind !== 'expression') return null;
  const { expression } = reference;
  return (expression.kind === 'name' || expression.kind === 'call') && expression.span.start === start
    ? expression
    : null;
}

function referenceCandidates(
  cursor: Cursor,
  rule: OccursForm,
  reference: TimeReference,
  node: Ast,
  picture: Picture,
): readonly Candidate[] {
  const previous = cursor.before.at(-1);
  if (rule.kind === 'between' && rule.to === reference && !isWord(previous, ['and'])) return keywords(['and']);
  if (rule.kind === 'distance' && !isWord(previous, directions)) return keywords(directions);
  const scope = picture.meaningOf(node)?.scope;
  const date = describeFunction('date', 'function');
  return [
    ...(rule.kind === 'on' && !isWord(previous, ['on']) ? keywords(starts) : []),
    ...keywords(references),
    ...(date === null ? [] : [callCandidate(date, 'function', isCalled(cursor))]),
    ...(scope === undefined ? [] : scopeCandidates(scope, cursor.prefix)),
  ];
}

function isWord(token: Token | undefined, words: readonly string[]): boolean {
  return token?.kind === 'identifier' && words.includes(token.word);
}

function keywords(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => keywordCandidate(word, nearness.expected));
}

function unitCandidates(number: 'singular' | 'plural'): readonly Candidate[] {
  return unitNames.map((unit) => {
    const [label, other] = number === 'singular' ? [unit.singular, unit.plural] : [unit.plural, unit.singular];
    const base = { label, insert: label, kind: 'unit', detail: 'unit of time' } as const;
    return { ...base, nearness: nearness.expected, keys: [label, other] };
  });
}
