/** Explanations as text for people. */
import { assertNever } from '../assert.ts';
import type { Explanation, ExplanationOf, ShownItem, ShownRange, ShownValue } from './explanation.ts';

const textLengthMax = 80;

/**
 * The explanation as indented lines, ✓ before what is true and ✗ before what is not. Of an `and` or `or` it shows the
 * operands that decided; the rest of the tree has them all. Ends without a line break.
 */
export function renderExplanation(explanation: Explanation): string {
  return linesOf(explanation).join('\n');
}

function linesOf(explanation: Explanation): readonly string[] {
  return [headOf(explanation), ...detailsOf(explanation).map((line) => `  ${line}`)];
}

function headOf(explanation: Explanation): string {
  const summary = summaryOf(explanation);
  const head = `${markOf(explanation)} ${shortText(explanation.text)}`;
  return summary === '' ? head : `${head}: ${summary}`;
}

function markOf({ truth }: Explanation): string {
  return truth ? '✓' : '✗';
}

/** The text on one line, cut when long. */
function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > textLengthMax ? `${line.slice(0, textLengthMax - 1)}…` : line;
}

/** What follows the text on its line. */
function summaryOf(explanation: Explanation): string {
  switch (explanation.kind) {
    case 'and':
    case 'or':
      return junctionSummary(explanation);
    case 'not':
      return '';
    case 'presence':
      return presenceSummary(explanation);
    case 'call':
      return sidesSummary(explanation);
    case 'if':
      return `${explanation.condition.truth ? 'first' : 'second'} branch, ${renderValue(explanation.value)}`;
    case 'time':
      return timeSummary(explanation);
    case 'items':
      return itemsSummary(explanation);
    case 'sequence':
      return explanation.truth ? 'all steps were passed in order' : '';
    case 'membership':
      return explanation.truth ? `is in ${explanation.audienceId}` : `is not in ${explanation.audienceId}`;
    case 'value':
      return `is ${renderValue(explanation.value)}`;
    default:
      return assertNever(explanation);
  }
}

function junctionSummary({ kind, truth, operands }: ExplanationOf<'and' | 'or'>): string {
  if (kind === 'and') return truth ? 'all hold' : 'needs all, these fail';
  return truth ? `one of ${operands.length} is enough` : 'none holds';
}

/** The values of the sides that are not written as what they are. */
function sidesSummary({ arguments: args, value }: ExplanationOf<'call'>): string {
  const sides = args
    .filter((argument) => argument.text !== renderValue(argument.value) && !isNested(argument))
    .map((argument) => `${shortText(argument.text)} is ${renderValue(argument.value)}`);
  return typeof value === 'boolean' ? sides.join(', ') : [renderValue(value), ...sides].join(', ');
}

/** Whether an argument is worth lines of its own. */
function isNested({ kind }: Explanation): boolean {
  return kind !== 'value' && kind !== 'membership';
}

function presenceSummary({ operand, negated, truth }: ExplanationOf<'presence'>): string {
  const is = truth === negated ? 'is missing' : `is ${renderValue(operand.value)}`;
  return truth ? is : `${is}, wanted ${negated ? 'none' : 'a value'}`;
}

function timeSummary({ moment, ranges, negated, subject }: ExplanationOf<'time'>): string {
  if (moment === null) return `${shortText(subject.text)} is missing`;
  if (ranges === null) return `${moment}, but there is no time to compare with`;
  return `${moment}, wanted ${negated ? 'not ' : ''}${ranges.map(renderRange).join(' or ')}`;
}

function renderRange({ from, to }: ShownRange): string {
  if (from === null) return `until ${to ?? 'any time'}`;
  return to === null ? `from ${from} on` : `from ${from} to ${to}`;
}

function itemsSummary({ question, isComplete, matchCount, missCount, value }: ExplanationOf<'items'>): string {
  const count = matchCount + missCount;
  const all = isComplete ? `${count}` : `the first ${count} combinations`;
  const matched = count === 0 ? 'there are no items' : `${matchCount} of ${all} match`;
  switch (question) {
    case 'exists':
    case 'collect':
    case 'slice':
    case 'map':
      return matched;
    case 'none':
      // What matches is a counterexample: for who wrote `forall`, an item that fails.
      return count === 0 ? matched : `no item may fail, ${matchCount} of ${all} fail`;
    default:
      return `${renderValue(value)}, ${matched}`;
  }
}

/** The lines under an explanation. */
function detailsOf(explanation: Explanation): readonly string[] {
  switch (explanation.kind) {
    case 'and':
    case 'or':
      return explanation.decidedBy.flatMap((index) => linesOfMaybe(explanation.operands[index]));
    case 'not':
      return linesOf(explanation.operand);
    case 'presence':
      return isNested(explanation.operand) ? linesOf(explanation.operand) : [];
    case 'call':
      return explanation.arguments.filter(isNested).flatMap(linesOf);
    case 'if':
      return [explanation.condition, explanation.taken].filter(({ kind }) => kind !== 'value').flatMap(linesOf);
    case 'time':
      return isNested(explanation.subject) ? linesOf(explanation.subject) : [];
    case 'items':
      return itemLines(explanation);
    case 'sequence':
      return explanation.steps.flatMap(({ moments, count, completeAt }, index) => [
        `${completeAt === null ? '✗' : '✓'} step ${index + 1} needs ${count}: ${completeAt ?? 'not reached'}`,
        ...detailsOf(moments).map((line) => `  ${line}`),
      ]);
    case 'membership':
    case 'value':
      return [];
    default:
      return assertNever(explanation);
  }
}

function linesOfMaybe(explanation: Explanation | undefined): readonly string[] {
  return explanation === undefined ? [] : linesOf(explanation);
}

/** The matches; the misses only where nothing matched and something was wanted. */
function itemLines({ question, matches, matchCount, misses, missCount }: ExplanationOf<'items'>): readonly string[] {
  const found = matches.map(({ items, value }) => {
    return `• ${items.map(renderItem).join(', ')}${value === null ? '' : `: ${renderValue(value)}`}`;
  });
  const showsMisses = matchCount === 0 && question !== 'none';
  const missed = misses.flatMap(({ items, failed }) => {
    const [head = '', ...rest] = linesOf(failed);
    return [`• ${items.map(renderItem).join(', ')} ${head}`, ...rest.map((line) => `  ${line}`)];
  });
  return showsMisses
    ? [...missed, ...moreLine(missCount - misses.length)]
    : [...found, ...moreLine(matchCount - found.length)];
}

function moreLine(count: number): readonly string[] {
  return count > 0 ? [`• and ${count} more`] : [];
}

function renderItem({ index, id, timestamp }: ShownItem): string {
  const name = id === undefined ? `#${index}` : `#${index} ${id}`;
  return timestamp === undefined ? name : `${name} (${timestamp})`;
}

/** A value in few words. */
function renderValue(value: ShownValue): string {
  if (value === null) return 'missing';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (value.kind === 'object') return `an object with ${value.members.join(', ')}`;
  const more = value.length > value.first.length ? ', …' : '';
  return `[${value.first.map(renderValue).join(', ')}${more}]`;
}
