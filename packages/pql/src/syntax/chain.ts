/** Chains: sequences of events. */
import type { Ast, ChainStep, Identifier, OccursForm } from './ast.ts';
import { isCloser, type ParserState } from './parser-state.ts';
import { parseOccursForm } from './time.ts';

/** `chain(array, time, [step, …])`; the keyword comes next. */
export function parseChain(state: ParserState): Ast {
  const { start } = state.advance().span;
  const open = state.advance();
  return state.bracketed(() => {
    const array = state.grammar.enclosed(state);
    state.expectSymbol(',', 'a chain is written `chain(xEvent, timestamp, [A: WHAT(…)])`');
    const time = state.grammar.enclosed(state);
    state.expectSymbol(',', 'a chain is written `chain(xEvent, timestamp, [A: WHAT(…)])`');
    const steps = parseSteps(state);
    state.expectClose(open, ')');
    return state.built({ kind: 'chain', array, time, steps, span: { start, end: state.previousEnd } });
  });
}

function parseSteps(state: ParserState): readonly ChainStep[] {
  const open = state.token;
  if (!state.expectSymbol('[')) return [];
  if (state.atSymbol(']')) state.reportExpected('a step such as `A: WHAT(…)`');
  const steps = state.items(']', () => parseStep(state));
  state.expectClose(open, ']');
  return steps;
}

/** The clauses of a step as they are read. */
interface Clauses {
  what: Ast | null;
  where: Ast | null;
  when: ChainStep['when'];
  count: ChainStep['count'];
}

function parseStep(state: ParserState): ChainStep {
  const { start } = state.token.span;
  const label = parseLabel(state);
  const clauses: Clauses = { what: null, where: null, when: null, count: null };
  let isSound = true;
  while (state.token.kind !== 'end' && !isCloser(state.token) && !state.atSymbol(',')) {
    if (parseClause(state, clauses)) continue;
    isSound = false;
    state.skipUntil(() => state.atSymbol('(', 1) && isClauseWord(state));
  }
  if (clauses.what === null && isSound) state.reportExpected('`WHAT(…)`');
  const absent: Ast = { kind: 'missing', span: { start: state.previousEnd, end: state.previousEnd } };
  return { label, ...clauses, what: clauses.what ?? absent, span: { start, end: state.previousEnd } };
}

/** `A:`; a step that begins with its first clause lacks it. */
function parseLabel(state: ParserState): Identifier {
  if (isClauseWord(state) && state.atSymbol('(', 1)) {
    state.reportExpected('a label such as `A:`');
    return { text: '', span: { start: state.token.span.start, end: state.token.span.start } };
  }
  const label = state.expectIdentifier('the label of a step');
  state.expectSymbol(':');
  return label;
}

const clauseWords = ['what', 'where', 'when', 'count'] as const;

function isClauseWord(state: ParserState): boolean {
  return clauseWords.some((word) => state.atWord(word));
}

/** Reads a clause; false, with a report, where none begins. */
function parseClause(state: ParserState, clauses: Clauses): boolean {
  const word = clauseWords.find((candidate) => state.atWord(candidate));
  if (word === undefined) {
    return state.reportExpected(clauses.what === null ? '`WHAT(…)`' : '`WHERE(…)`, `WHEN(…)` or `COUNT(…)`');
  }
  const { span } = state.token;
  if (clauses[word] !== null) state.report('syntax/duplicate-clause', span, { clause: state.textOf(span) });
  state.advance();
  const open = state.token;
  if (!state.expectSymbol('(')) return false;
  if (word === 'when') clauses.when = parseWhen(state);
  else if (word === 'count') clauses.count = parseCount(state);
  else clauses[word] = state.grammar.enclosed(state);
  state.expectClose(open, ')');
  return true;
}

/** What follows `occurs`; a whole condition on the time is reported, and taken for its end. */
function parseWhen(state: ParserState): OccursForm {
  const at = state.atWord('occurs', 1) ? 1 : 0;
  const next = state.peek(at + 1);
  const isField = state.atSymbol('.', at + 1) || isCloser(next);
  if (state.atWord('occurs', at) && !isField) {
    const span = { start: state.token.span.start, end: next.span.start };
    const found = state.textOf({ start: span.start, end: state.peek(at).span.end });
    const help = 'leave it out: `WHEN` takes what follows `occurs`';
    state.report('syntax/unexpected-token', span, { found }, { help, fix: { span, text: '' } });
    for (let count = 0; count <= at; count++) state.advance();
  }
  return parseOccursForm(state);
}

function parseCount(state: ParserState): ChainStep['count'] {
  const { span } = state.token;
  const value = state.grammar.enclosed(state);
  if (value.kind === 'number' && value.isInteger) return { value: value.value, span };
  if (value.kind !== 'missing') state.report('syntax/bad-amount', value.span, { found: state.textOf(value.span) });
  return null;
}
