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
 * The candidates that fit a prefix: those that begin with it, then those that do so in another case, then those that
 * contain it; among these the nearer first, then in the order given. Of several with one insert, the first.
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
  return wanted.length >= innerMatchLengthMin && lower.includes(wanted) ? 2 : Number.POSITIVE_INFINITY;
}
