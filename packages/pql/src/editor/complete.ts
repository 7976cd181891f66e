/** What can stand at a place of a half-written text. */
import type { Schema } from '../types/type.ts';
import { memberCandidates } from './complete-members.ts';
import { nameCandidates } from './complete-names.ts';
import { clauseCandidates, declarationCandidates, operatorCandidates } from './complete-operators.ts';
import { timeCandidates } from './complete-time.ts';
import { type NamedAudience, valueCandidates } from './complete-values.ts';
import { boundedOffset, type Cursor, cursorAt } from './cursor.ts';
import { type Picture, pictureOf } from './picture.ts';
import { type Candidate, type Completion, rankCandidates } from './proposal.ts';

/** What completion may be told beyond the schema. */
export interface CompletionOptions {
  /** The audiences to propose inside `inSegment("…")`. */
  readonly audiences?: readonly NamedAudience[];
}

/**
 * The ways to go on at an offset (UTF-16) of a text, the likeliest first, and what they replace.
 *
 * Works on half-written text. Never throws; there are no proposals where a new name or a number is expected, nor in a
 * text above the limits of the parser. O(length + fields of the schema).
 */
export function completeAt(text: string, offset: number, schema: Schema, options: CompletionOptions = {}): Completion {
  const cursor = cursorAt(text, offset);
  if (cursor === null) {
    const place = boundedOffset(text, offset);
    return { span: { start: place, end: place }, proposals: [] };
  }
  const picture = pictureOf(cursor.markedText, schema);
  const candidates = candidatesAt(cursor, picture, schema, options);
  return { span: cursor.word, proposals: rankCandidates(candidates, cursor.prefix) };
}

function candidatesAt(
  cursor: Cursor,
  picture: Picture,
  schema: Schema,
  { audiences = [] }: CompletionOptions,
): readonly Candidate[] {
  if (cursor.quoted !== null) return valueCandidates(cursor, cursor.quoted, picture, audiences);
  if (cursor.isInert) return [];
  const previous = cursor.before.at(-1);
  if (previous?.kind === 'symbol' && previous.symbol === '.') return memberCandidates(cursor, picture, schema);
  return (
    clauseCandidates(cursor) ??
    timeCandidates(cursor, picture) ??
    declarationCandidates(cursor, picture) ??
    operatorCandidates(cursor, picture) ??
    nameCandidates(cursor, picture, schema, audiences)
  );
}
