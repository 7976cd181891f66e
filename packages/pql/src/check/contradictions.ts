/**
 * Conditions that no profile can fulfil: legal, but never what was meant.
 *
 * Looks at the operands of each `and` that compare one value with constants, and at days that are written in numbers. What
 * takes more than that to see (sums, windows of time, what an `or` leaves) is not looked for.
 */
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isArray } from '../functions/compare.ts';
import { midnight } from '../functions/dates.ts';
import { comparisonNames } from '../functions/operators.ts';
import { expressionKey } from '../plan/leaf-key.ts';
import type { Span } from '../syntax/span.ts';
import type { PqlValue } from '../types/value.ts';
import { referencesOf, walkExpression } from './children.ts';
import type { Expression, ExpressionOf, TimeReference } from './expression.ts';

/** A warning for each condition that is never true, in order of the text. */
export function findContradictions(root: Expression): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walkExpression(root, (node) => {
    if (node.kind === 'call') found.push(...comparedWithNull(node));
    if (node.kind === 'occurs') found.push(...impossibleDays(node));
    if (node.kind === 'and') found.push(...contradictoryOperands(node.operands));
  });
  return found.sort((a, b) => a.span.start - b.span.start);
}

function comparedWithNull({ name, arguments: args, span }: ExpressionOf<'call'>): readonly Diagnostic[] {
  const isNullLiteral = args.some((argument) => argument.kind === 'constant' && argument.type.kind === 'null');
  if (!comparisonNames.has(name) || !isNullLiteral) return [];
  const instead = name === '!=' ? 'isNotNull()' : 'isNull()';
  return [
    diagnose('check/never-true', span, { why: 'nothing compares with null' }, { help: `ask by \`.${instead}\`` }),
  ];
}

/** A day that the calendar does not have, or a stretch of days that ends before it begins. */
function impossibleDays({ test, span }: ExpressionOf<'occurs'>): readonly Diagnostic[] {
  const days = referencesOf(test).map(writtenDay);
  if (days.includes(null)) return [diagnose('check/never-true', span, { why: 'the calendar has no such day' })];
  const [from, to] = days;
  const isReversed = test.kind === 'between' && typeof from === 'number' && typeof to === 'number' && from > to;
  return isReversed ? [diagnose('check/never-true', span, { why: 'the last day lies before the first' })] : [];
}

/** The midnight of a day that is written in numbers, null when there is no such day; undefined for other references. */
function writtenDay(reference: TimeReference): number | null | undefined {
  if (reference.kind !== 'day') return undefined;
  const parts = [reference.year, reference.month, reference.day];
  const numbers = parts.flatMap((part) => (part.kind === 'constant' ? [part.value] : []));
  return numbers.length < parts.length ? undefined : midnight(...numbers);
}

/** What the operands of an `and` so far allow a value to be. */
interface Allowed {
  readonly low: number;
  readonly high: number;
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
  /** One of these; null where any. */
  readonly values: ReadonlySet<PqlValue> | null;
  /** None of these; grows in place, since a rule may leave out thousands. */
  readonly excluded: Set<PqlValue>;
  /** Whether it must be there, or must not; null when that was not said. */
  readonly present: boolean | null;
}

/** Any value, present or not. */
function anything(): Allowed {
  return {
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    isLowOpen: false,
    isHighOpen: false,
    values: null,
    excluded: new Set(),
    present: null,
  };
}

/** A condition on one value. */
interface Restriction {
  readonly subject: Expression;
  readonly restrict: (allowed: Allowed) => Allowed;
}

function contradictoryOperands(operands: readonly Expression[]): readonly Diagnostic[] {
  const bySubject = new Map<string, Allowed>();
  const isOpposed = oppositionTo(operands);
  return operands.flatMap((operand) => {
    if (isOpposed(operand)) return [contradiction(operand.span)];
    const restriction = restrictionOf(operand);
    if (restriction === null) return [];
    const subject = subjectKey(restriction.subject);
    const before = bySubject.get(subject) ?? anything();
    // One warning for a value: what follows would only repeat it.
    if (!isPossible(before)) return [];
    const after = restriction.restrict(before);
    bySubject.set(subject, after);
    return isPossible(after) ? [] : [contradiction(operand.span)];
  });
}

/** Tells, operand after operand, whether the opposite was among those before. */
function oppositionTo(operands: readonly Expression[]): (operand: Expression) => boolean {
  // Keys of whole operands cost more than the rest of the check; most rules negate nothing.
  if (!operands.some(({ kind }) => kind === 'not')) return () => false;
  const [positive, negative] = [new Set<string>(), new Set<string>()];
  return (operand) => {
    const isNegated = operand.kind === 'not';
    const key = expressionKey(isNegated ? operand.operand : operand);
    (isNegated ? negative : positive).add(key);
    return (isNegated ? positive : negative).has(key);
  };
}

function subjectKey(subject: Expression): string {
  return subject.kind === 'path' ? `${subject.variable.id} ${subject.steps.join('.')}` : expressionKey(subject);
}

function contradiction(span: Span): Diagnostic {
  return diagnose('check/never-true', span, { why: 'no value fulfils this and the conditions before it' });
}

function isPossible({ low, high, isLowOpen, isHighOpen, values, excluded, present }: Allowed): boolean {
  // Nothing but absence was asked for.
  if (present === false) return true;
  if (low > high || (low === high && (isLowOpen || isHighOpen))) return false;
  if (values === null) return true;
  return [...values].some((value) => {
    if (excluded.has(value)) return false;
    if (typeof value !== 'number') return true;
    return (isLowOpen ? value > low : value >= low) && (isHighOpen ? value < high : value <= high);
  });
}

/** What a condition demands of the value it compares with constants; null for any other condition. */
function restrictionOf(condition: Expression): Restriction | null {
  const isNegated = condition.kind === 'not';
  const node = isNegated ? condition.operand : condition;
  if (node.kind !== 'call') return null;
  const [left, right] = node.arguments;
  if (left === undefined) return null;
  if (node.name === 'isNull') return { subject: left, restrict: (allowed) => withPresence(allowed, isNegated) };
  if (isNegated || right === undefined) return null;
  if (right.kind === 'constant') return comparisonRestriction(node.name, left, right.value);
  return left.kind === 'constant' ? comparisonRestriction(mirrored[node.name] ?? '', right, left.value) : null;
}

const mirrored: Readonly<Record<string, string>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function comparisonRestriction(name: string, subject: Expression, value: PqlValue): Restriction | null {
  const restrict = (change: (allowed: Allowed) => Partial<Allowed>): Restriction => ({
    subject,
    restrict: (before) => {
      const allowed = withPresence(before, true);
      return { ...allowed, ...change(allowed) };
    },
  });
  const items = isArray(value) ? value : [value];
  if (subject.type.kind === 'array' || subject.kind === 'constant' || items.includes(null)) return null;
  if (name === '=' || name === 'in') return restrict((allowed) => ({ values: common(allowed.values, items) }));
  if (name === '!=' || name === 'notIn') {
    return restrict(({ excluded }) => {
      for (const item of items) excluded.add(item);
      return {};
    });
  }
  if (typeof value !== 'number') return null;
  const isOpen = name === '<' || name === '>';
  if (name === '<' || name === '<=') return restrict((allowed) => withHigh(allowed, value, isOpen));
  return name === '>' || name === '>=' ? restrict((allowed) => withLow(allowed, value, isOpen)) : null;
}

/** A value that must and must not be there is none: an empty set of values says so. */
function withPresence(allowed: Allowed, present: boolean): Allowed {
  if (allowed.present !== null && allowed.present !== present) return { ...allowed, present: true, values: new Set() };
  return { ...allowed, present };
}

function withHigh(allowed: Allowed, high: number, isHighOpen: boolean): Partial<Allowed> {
  if (high > allowed.high) return {};
  return { high, isHighOpen: high === allowed.high ? isHighOpen || allowed.isHighOpen : isHighOpen };
}

function withLow(allowed: Allowed, low: number, isLowOpen: boolean): Partial<Allowed> {
  if (low < allowed.low) return {};
  return { low, isLowOpen: low === allowed.low ? isLowOpen || allowed.isLowOpen : isLowOpen };
}

function common(values: ReadonlySet<PqlValue> | null, items: readonly PqlValue[]): ReadonlySet<PqlValue> {
  return new Set(values === null ? items : items.filter((item) => values.has(item)));
}
