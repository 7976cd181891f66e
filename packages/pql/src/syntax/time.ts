/** What may follow `occurs`. */
import { nearestName } from '../diagnostics/suggest.ts';
import {
  type Ast,
  type ComparisonOperator,
  type OccursForm,
  type TimeReference,
  type TimeUnit,
  timeUnits,
} from './ast.ts';
import type { ParserState } from './parser-state.ts';
import { comparisonAt, isContinuing, isPathRoot } from './words.ts';

/** Units by every accepted spelling: singular, plural, and the published misspelling `millenium`. */
const unitsBySpelling: ReadonlyMap<string, TimeUnit> = new Map([
  ...timeUnits.flatMap((unit): readonly (readonly [string, TimeUnit])[] => [
    [`${unit}s`, unit],
    [unit, unit],
  ]),
  ['centuries', 'century'],
  ['millennia', 'millennium'],
  ['millenium', 'millennium'],
  ['milleniums', 'millennium'],
  ['millenia', 'millennium'],
]);

/** `subject occurs …`; the keyword comes next. `start` is where the subject begins. */
export function parseOccurs(state: ParserState, { left, start }: { readonly left: Ast; readonly start: number }): Ast {
  state.advance();
  const form = parseOccursForm(state);
  return state.built({ kind: 'occurs', subject: left, form, span: { start, end: state.previousEnd } });
}

/** What stands after `occurs`, or in the `WHEN` of a chain. */
export function parseOccursForm(state: ParserState): OccursForm {
  if (comparisonAt(state) !== null) return parseDistance(state);
  const foreign = parseForeignDistance(state);
  if (foreign !== null) return foreign;
  if (isPathRoot(state)) return { kind: 'on', reference: parseReference(state) };
  if (state.takeWord('between')) {
    const from = parseReference(state);
    state.expectWord('and');
    return { kind: 'between', from, to: parseReference(state) };
  }
  if (state.takeWord('before')) return { kind: 'side', direction: 'before', reference: parseReference(state) };
  if (state.takeWord('after')) return { kind: 'side', direction: 'after', reference: parseReference(state) };
  state.takeWord('on');
  return { kind: 'on', reference: parseReference(state) };
}

function parseDistance(state: ParserState): OccursForm {
  const operator = comparisonAt(state) ?? '=';
  state.advance();
  return parseAfterOperator(state, operator);
}

function parseAfterOperator(state: ParserState, operator: ComparisonOperator): OccursForm {
  const amount = parseAmount(state);
  const unit = parseUnit(state);
  if (state.atWord('ago'))
    return { kind: 'distance', operator, amount, unit, direction: 'before', reference: parseAgo(state) };
  const direction = parseDirection(state);
  return { kind: 'distance', operator, amount, unit, direction, reference: parseReference(state) };
}

/** `3 days ago`: reported, and taken for `3 days before now`. */
function parseAgo(state: ParserState): TimeReference {
  const { span } = state.token;
  const text = 'before now';
  state.report('syntax/foreign-form', span, { found: state.textOf(span), instead: text }, { fix: { span, text } });
  state.advance();
  return { kind: 'named', name: 'now', span };
}

/** Words before a distance that say no more than that it is one: `in the last 3 days`, `within 3 days before now`. */
const distanceWords: ReadonlySet<string> = new Set(['in', 'within', 'during', 'the']);

/** `3 days before now`, `within 3 days of now`, `in the last 3 days`: reported, and taken for `<= 3 days before now`. */
function parseForeignDistance(state: ParserState): OccursForm | null {
  let length = 0;
  while (distanceWords.has(state.wordAt(length) ?? '')) length++;
  const which = calendarWords.find((word) => word !== 'this' && state.atWord(word, length));
  const amountAt = which === undefined ? length : length + 1;
  const unit = unitsBySpelling.get(state.wordAt(amountAt + 1) ?? '');
  if (state.peek(amountAt).kind !== 'number' || unit === undefined) return null;
  const { start } = state.token.span;
  for (let count = 0; count < amountAt; count++) state.advance();
  if (which !== undefined) return parseCounted(state, { start, which, unit });
  if (amountAt === 0) reportNoOperator(state);
  else {
    const span = { start, end: state.previousEnd };
    state.report(
      'syntax/foreign-form',
      span,
      { found: state.textOf(span), instead: '<=' },
      { fix: { span, text: '<=' } },
    );
  }
  return parseAfterOperator(state, '<=');
}

function reportNoOperator(state: ParserState): void {
  const { span } = state.token;
  const found = state.textOf(span);
  const fix = { span, text: `<= ${found}` };
  const what = 'a comparison such as `<=`';
  state.report('syntax/expected', span, { what, found }, { help: `write \`${fix.text}\``, fix });
}

/** The amount and the unit of `last 3 days`, which are read up to there. */
function parseCounted(
  state: ParserState,
  { start, which, unit }: { readonly start: number; readonly which: 'this' | 'last' | 'next'; readonly unit: TimeUnit },
): OccursForm {
  const amount = parseAmount(state);
  const unitText = state.textOf(state.advance().span);
  const direction = which === 'next' ? 'after' : 'before';
  const span = { start, end: state.previousEnd };
  const text = `<= ${state.textOf(amount.span)} ${unitText} ${direction} now`;
  state.report('syntax/foreign-form', span, { found: state.textOf(span), instead: text }, { fix: { span, text } });
  return { kind: 'distance', operator: '<=', amount, unit, direction, reference: { kind: 'named', name: 'now', span } };
}

function parseAmount(state: ParserState): Ast {
  const amount = state.grammar.sum(state);
  if (amount.kind === 'missing' || (amount.kind === 'number' && amount.isInteger)) return amount;
  state.report('syntax/bad-amount', amount.span, { found: state.textOf(amount.span) });
  return { kind: 'missing', span: amount.span };
}

const directions = ['before', 'after', 'from'] as const;

function parseDirection(state: ParserState): 'before' | 'after' | 'from' {
  const direction = directions.find((word) => state.takeWord(word));
  if (direction !== undefined) return direction;
  if (state.atWord('of')) {
    const { span } = state.token;
    state.report(
      'syntax/foreign-form',
      span,
      { found: state.textOf(span), instead: 'from' },
      { fix: { span, text: 'from' } },
    );
    state.advance();
    return 'from';
  }
  state.reportExpected('`before`, `after` or `from`', 'a distance is written `<= 3 days before now`');
  return 'before';
}

/** A unit; where there is none, that is reported and `day` stands for it. */
function parseUnit(state: ParserState): TimeUnit {
  const word = state.wordAt();
  if (word === null || directions.some((direction) => direction === word)) {
    state.reportExpected('a unit of time');
    return 'day';
  }
  const unit = unitsBySpelling.get(word);
  if (unit === undefined) reportUnknownUnit(state);
  state.advance();
  return unit ?? 'day';
}

function reportUnknownUnit(state: ParserState): void {
  const { span } = state.token;
  const name = state.textOf(span);
  const nearest = nearestName(name, unitsBySpelling.keys());
  const extra = nearest === null ? { help: `units are ${timeUnits.join(', ')}` } : { fix: { span, text: nearest } };
  state.report('syntax/unknown-unit', span, { name, nearest }, extra);
}

const namedTimes = ['now', 'today', 'yesterday', 'tomorrow'] as const;
const calendarWords = ['this', 'last', 'next'] as const;

/** Words that begin a time reference or an `occurs` form, so that a field so called needs brackets there. */
export const timeWords: ReadonlySet<string> = new Set([
  ...namedTimes,
  ...calendarWords,
  ...directions,
  'on',
  'between',
]);

function parseReference(state: ParserState): TimeReference {
  const { span } = state.token;
  // `now(…)` and `last(…)` are calls, whether or not there are such functions.
  const isPath = isPathRoot(state) || state.atSymbol('(', 1);
  const name = namedTimes.find((word) => state.atWord(word));
  if (name !== undefined && !isPath) {
    state.advance();
    return { kind: 'named', name, span };
  }
  const which = calendarWords.find((word) => state.atWord(word));
  if (which !== undefined && !isPath) {
    if (state.wordAt(1) !== null && !isContinuing(state, 1)) {
      state.advance();
      const unit = parseUnit(state);
      return { kind: 'calendar', which, unit, span: { start: span.start, end: state.previousEnd } };
    }
    if (state.peek(1).kind === 'number' && which !== 'this') return parseCountedReference(state, which);
  }
  const expression = state.grammar.sum(state);
  return { kind: 'expression', expression, span: { start: span.start, end: Math.max(span.start, state.previousEnd) } };
}

/** `last 3 days`: reported, and taken for a reference to now. */
function parseCountedReference(state: ParserState, which: 'last' | 'next'): TimeReference {
  const { start } = state.advance().span;
  const count = state.textOf(state.advance().span);
  const unit = unitsBySpelling.get(state.wordAt() ?? '');
  const unitText = unit === undefined ? 'days' : state.textOf(state.advance().span);
  const span = { start, end: state.previousEnd };
  const instead = `<= ${count} ${unitText} ${which === 'last' ? 'before' : 'after'} now`;
  state.report('syntax/foreign-form', span, { found: state.textOf(span), instead });
  return { kind: 'named', name: 'now', span };
}
