/** Proposals and their order. */
import type { Span } from '../syntax/span.ts';

/** What a proposal is, for its icon. */
export type ProposalKind = 'field' | 'variable' | 'function' | 'method' | 'keyword' | 'value' | 'audience' | 'unit';

/** One way to go on. */
export interface Proposal {
  readonly label: string;
  /** What takes the place of the completion's span. */
  readonly insert: string;
  readonly kind: ProposalKind;
  /** A few words beside the label: a type, a signature. */
  readonly detail: string;
  readonly documentation?: string;
}

/** The ways to go on at a place, the likeliest first, at most `proposalsMax`. */
export interface Completion {
  readonly span: Span;
  readonly proposals: readonly Proposal[];
}

/** The largest number of proposals at one place. */
export const proposalsMax = 200;

/** How far away a proposal comes from; smaller is nearer. */
export const nearness = { expected: 0, variable: 1, field: 2, callable: 3, keyword: 4, outer: 5, deep: 6 } as const;

/** A proposal before it is known whether it fits what was typed. */
export interface Candidate extends Proposal {
  readonly nearness: number;
  /** What may be typed to find it; its label when left out. */
  readonly keys?: readonly string[];
}

/**
 * The candidates that fit a prefix: those that begin with it, then those that do so in another case, those that
 * contain it, and those that it abbreviates; among these the nearer first, then in the order given. Of several with one insert, the first.
 */
export function rankCandidates(candidates: readonly Candidate[], prefix: string): readonly Proposal[] {
  const found = new Map<string, { readonly candidate: Candidate; readonly fit: number }>();
  for (const candidate of candidates) {
    const fit = Math.min(...(candidate.keys ?? [candidate.label]).map((key) => fitOf(key, prefix)));
    if (Number.isFinite(fit) && !found.has(candidate.insert)) found.set(candidate.insert, { candidate, fit });
  }
  return [...found.values()]
    .sort((a, b) => a.fit - b.fit || a.candidate.nearness - b.candidate.nearness)
    .slice(0, proposalsMax)
    .map(({ candidate }) => proposalOf(candidate));
}

function proposalOf({ label, insert, kind, detail, documentation }: Candidate): Proposal {
  const proposal = { label, insert, kind, detail };
  return documentation === undefined || documentation === '' ? proposal : { ...proposal, documentation };
}

/** One letter is in nearly every name, so it takes two to look inside. */
const innerMatchLengthMin = 2;

function fitOf(key: string, prefix: string): number {
  if (key.startsWith(prefix)) return 0;
  const lower = key.toLowerCase();
  const wanted = prefix.toLowerCase();
  if (lower.startsWith(wanted)) return 1;
  if (wanted.length < innerMatchLengthMin) return Number.POSITIVE_INFINITY;
  if (lower.includes(wanted)) return 2;
  return lower[0] === wanted[0] && isAbbreviation(wanted, key) ? 3 : Number.POSITIVE_INFINITY;
}

/** Whether a text is made of the beginnings of words of a key, the first among them: `prodItems` of `productListItems`. */
function isAbbreviation(wanted: string, key: string): boolean {
  const [first, ...rest] = (key.match(/[A-Z]?[a-z\d]+|[A-Z]+/g) ?? []).map((word) => word.toLowerCase());
  // How much of the text can be made of the words so far.
  let made = new Set(beginnings(wanted, 0, first ?? ''));
  for (const word of rest)
    made = new Set([...made, ...[...made].flatMap((length) => beginnings(wanted, length, word))]);
  return made.has(wanted.length);
}

/** Where the text can have got to from a place by a beginning of a word. */
function beginnings(wanted: string, from: number, word: string): readonly number[] {
  const ends: number[] = [];
  for (let length = 0; length < word.length && word[length] === wanted[from + length]; length++) {
    ends.push(from + length + 1);
  }
  return ends;
}
