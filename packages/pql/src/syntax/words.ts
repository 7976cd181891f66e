/**
 * Which words are keywords, and where.
 *
 * No word is reserved everywhere: after a dot each is a field, and at the start of a path each but `true`, `false` and
 * `null` is one where a dot or a comparison follows.
 */
import type { ComparisonOperator, WordOperator } from './ast.ts';
import type { ParserState } from './parser-state.ts';
import type { TokenSymbol } from './token.ts';

const comparisonSymbols: ReadonlyMap<TokenSymbol, ComparisonOperator> = new Map([
  ['=', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** Word operators by their lower-case spelling. */
export const wordOperators: ReadonlyMap<string, WordOperator> = new Map([
  ['in', 'in'],
  ['notin', 'notIn'],
  ['like', 'like'],
  ['matches', 'matches'],
]);

/** Words that go on with an expression or a query, so that they do not begin an operand. */
const continuingWords: ReadonlySet<string> = new Set([
  'and',
  'or',
  'occurs',
  'from',
  'where',
  'over',
  ...wordOperators.keys(),
]);

/** The comparison that the next token is. */
export function comparisonAt(state: ParserState, distance = 0): ComparisonOperator | null {
  const token = state.peek(distance);
  return token.kind === 'symbol' ? (comparisonSymbols.get(token.symbol) ?? null) : null;
}

/** Whether the word at `distance` is the root of a path whatever it says, because of what follows it. */
export function isPathRoot(state: ParserState, distance = 0): boolean {
  return state.atSymbol('.', distance + 1) || comparisonAt(state, distance + 1) !== null;
}

/** Whether the token at `distance` is a word that goes on with what stands before it. */
export function isContinuing(state: ParserState, distance = 0): boolean {
  const word = state.wordAt(distance);
  return word !== null && continuingWords.has(word);
}

/** Whether the token at `distance` is a name that a variable may have. */
export function isVariableName(state: ParserState, distance = 0): boolean {
  return state.wordAt(distance) !== null && !isContinuing(state, distance);
}

/** Whether an operand may begin at `distance`, signs and square brackets apart. */
export function beginsOperand(state: ParserState, distance = 0): boolean {
  const token = state.peek(distance);
  if (token.kind === 'identifier') return !isContinuing(state, distance) || state.atSymbol('.', distance + 1);
  return token.kind === 'symbol' ? token.symbol === '(' || token.symbol === '{' : token.kind !== 'end';
}
