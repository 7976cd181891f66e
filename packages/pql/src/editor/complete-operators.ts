/** What can stand behind an operand, in a declaration of variables, and in the steps of a chain. */
import type { Ast, OccursForm } from '../syntax/ast.ts';
import type { Token } from '../syntax/token.ts';
import { referencesOf } from '../syntax/walk.ts';
import type { PqlType } from '../types/type.ts';
import { openBrackets } from './brackets.ts';
import { isCalled } from './complete-members.ts';
import { keywordCandidate } from './complete-names.ts';
import type { Cursor } from './cursor.ts';
import { declarationsOf, type Picture, timeRulesOf } from './picture.ts';
import { type Candidate, nearness } from './proposal.ts';

/** The clauses that a step has not got yet, or a new step where one begins; null outside of the steps of a chain. */
export function clauseCandidates(cursor: Cursor): readonly Candidate[] | null {
  const { before } = cursor;
  const brackets = openBrackets(before);
  const steps = brackets.at(-1);
  const call = brackets.at(-2);
  if (steps?.symbol !== '[' || call?.symbol !== '(' || call.callee?.word !== 'chain' || call.commaCount < 2)
    return null;
  const previous = before.at(-1);
  if (previous?.kind !== 'symbol') return [];
  if (previous.symbol === '[' || previous.symbol === ',') return [stepCandidate(steps.commaCount)];
  if (previous.symbol !== ':' && previous.symbol !== ')') return [];
  const given = wordsOfStep(before);
  const bracket = isCalled(cursor) ? '' : '(';
  return expected(clauses.filter((word) => !given.has(word.toLowerCase()))).map((candidate) => ({
    ...candidate,
    insert: candidate.insert + bracket,
  }));
}

const clauses = ['WHAT', 'WHERE', 'WHEN', 'COUNT'] as const;
const labels = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function stepCandidate(index: number): Candidate {
  const start = `${labels[index] ?? `S${index + 1}`}: WHAT(`;
  const base = { label: `${start}…)`, insert: start, kind: 'keyword', detail: 'a step' } as const;
  return { ...base, nearness: nearness.expected };
}

/** The words directly in the step that the tokens end in. */
function wordsOfStep(before: readonly Token[]): ReadonlySet<string> {
  const words = new Set<string>();
  let depth = 0;
  for (const token of before.toReversed()) {
    if (token.kind === 'identifier' && depth === 0) words.add(token.word);
    if (token.kind !== 'symbol') continue;
    if (depth === 0 && (token.symbol === ',' || token.symbol === '[')) break;
    if (closers.has(token.symbol)) depth++;
    else if (token.symbol === '(' || token.symbol === '[' || token.symbol === '{') depth--;
  }
  return words;
}

/** What a declaration of variables wants; null when the cursor is not at a place of its own. */
export function declarationCandidates({ word, before }: Cursor, { nodes }: Picture): readonly Candidate[] | null {
  const previous = before.at(-1);
  for (const node of nodes) {
    if (newNamesOf(node).includes(word.start)) return [];
    if (node.kind === 'let' && node.value.span.start === word.start && node.name.span.end === previous?.span.end)
      return expected(['=']);
    const needsFrom = declarationsOf(node).some(({ array }) => array.span.start === word.start);
    if (needsFrom && !isWord(previous, 'from') && !isWord(previous, 'in')) return expected(['from']);
  }
  return null;
}

/** Where names begin that a node makes. */
function newNamesOf(node: Ast): readonly number[] {
  if (node.kind === 'let') return [node.name.span.start];
  if (node.kind === 'lambda') return node.parameters.map(({ span }) => span.start);
  return declarationsOf(node).map(({ name }) => name.span.start);
}

/** Operators and connecting words; null when no operand ends before the cursor. */
export function operatorCandidates(cursor: Cursor, picture: Picture): readonly Candidate[] | null {
  const previous = cursor.before.at(-1);
  if (previous === undefined || !endsOperand(previous, picture)) return null;
  const words = [
    ...connectingWords(previous, cursor.word.start, picture),
    ...operatorsAfter(previous.span.end, picture),
  ];
  const isTouching = cursor.word.start === previous.span.end;
  return expected(words).map((candidate) =>
    isTouching ? { ...candidate, insert: ` ${candidate.insert}` } : candidate,
  );
}

const closers: ReadonlySet<string> = new Set([')', ']', '}']);

/** Whether an operand may end with a token; of words, only those that are no keyword here. */
function endsOperand(token: Token, { nodes }: Picture): boolean {
  if (token.kind === 'symbol') return closers.has(token.symbol);
  if (token.kind !== 'identifier') return true;
  const { start, end } = token.span;
  return nodes.some((node) => {
    if (node.kind === 'member') return node.member.span.start === start;
    if (timeRulesOf(node).some((rule) => endsTimeRule(rule, end))) return true;
    return (node.kind === 'name' || node.kind === 'boolean' || node.kind === 'null') && node.span.start === start;
  });
}

/** Whether a time rule ends there with words of its own, as in `last month`. */
function endsTimeRule(rule: OccursForm, end: number): boolean {
  const last = referencesOf(rule).at(-1);
  return last !== undefined && last.kind !== 'expression' && last.span.end === end;
}

/** Words that go on with the form around: `where`, `over`, `from`, the `in` of a `let`. */
function connectingWords({ span: { end } }: Token, start: number, { nodes }: Picture): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'let' && node.value.span.end === end && node.body.span.start === start) return ['in'];
    const where = declarationsOf(node).some((declared) => declared.where === null && declared.array.span.end === end);
    if (where) return ['where'];
    if (node.kind !== 'aggregate' || node.variables.length > 0 || node.expression?.span.end !== end) return [];
    return node.expression.kind === 'name' ? ['over', 'from'] : ['over'];
  });
}

const equality = ['=', '!='] as const;
const order = ['<', '<=', '>', '>='] as const;
const lists = ['in', 'notIn'] as const;
const patterns = ['like', 'matches'] as const;

/** The operators that the operand before can have, and `and` and `or`. */
function operatorsAfter(end: number, picture: Picture): readonly string[] {
  const ending = picture.nodes.filter(({ span }) => span.end === end);
  const isComplete = ending.some(({ kind }) => kind === 'comparison' || kind === 'occurs');
  if (isComplete) return ['and', 'or'];
  const operand = ending.find(({ kind }) => kind !== 'logical' && kind !== 'not' && declaresNothing(kind));
  const type = operand === undefined ? undefined : picture.meaningOf(operand)?.expression.type;
  return operatorsOf(type ?? { kind: 'any' });
}

function declaresNothing(kind: Ast['kind']): boolean {
  return !['select', 'quantifier', 'aggregate', 'let', 'lambda', 'chain', 'if'].includes(kind);
}

function operatorsOf(type: PqlType): readonly string[] {
  switch (type.kind) {
    case 'array':
      return ['and', 'or', ...operatorsOf(type.element)];
    case 'timestamp':
      return ['occurs', ...order, ...equality, ...lists, 'and', 'or'];
    case 'string':
      return [...equality, ...lists, ...patterns, ...order, 'and', 'or'];
    case 'integer':
    case 'number':
      return [...equality, ...order, ...lists, 'and', 'or'];
    case 'boolean':
      return ['and', 'or', ...equality];
    case 'object':
      return ['and', 'or'];
    default:
      return ['and', 'or', ...equality, ...order, ...lists, ...patterns, 'occurs'];
  }
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'identifier' && token.word === word;
}

function expected(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => keywordCandidate(word, nearness.expected));
}
