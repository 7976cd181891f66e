/** What other layers must know about a checked expression before they run it. */
import { bodyOf, childrenOf } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf, Query, Variable } from '../check/expression.ts';
import type { RegexEngine } from '../closures/closure.ts';
import { evaluateIn, rootFrame } from '../explain/interpret.ts';
import { isArray } from '../functions/compare.ts';
import { timeBinder } from '../plan/bind-time.ts';
import type { Span } from '../syntax/span.ts';
import { eventMember } from '../types/type.ts';
import type { EventWindow } from './event-window.ts';
import { eventWindow } from './event-window.ts';
import { isEventArray, type Origins, originsOf, pathsIn } from './origins.ts';

/** One question about events. */
export interface EventStep {
  readonly span: Span;
  readonly window: EventWindow;
  /** Whether an event can make it true; false for conditions on the absence of events. */
  readonly isPositive: boolean;
}

/** A reference to another audience. */
export interface MembershipUse {
  readonly audienceId: string;
  readonly span: Span;
}

/** The facts about an expression; lists hold each thing once, in order of first use. */
export interface ExpressionFacts {
  /** Dotted paths of attributes. */
  readonly profileFields: readonly string[];
  /** Dotted paths from the event on. */
  readonly eventFields: readonly string[];
  /** Event types that `eventType` is compared with by `=`, `in` or `equals`. */
  readonly eventTypes: readonly string[];
  readonly memberships: readonly MembershipUse[];
  readonly eventSteps: readonly EventStep[];
  /** The number of counts, sums, averages, minima and maxima. */
  readonly aggregationCount: number;
  /** How many questions about arrays stand inside one another; 0 without any. */
  readonly nestingDepth: number;
  readonly usesEvents: boolean;
  readonly usesAttributes: boolean;
  /** A month or day of an attribute compared with that of today, whatever the year: the first one. */
  readonly ignoresYear: Span | null;
}

interface Collected {
  readonly origins: Origins;
  readonly holdsWithoutData: HoldsWithoutData;
  readonly fields: Set<string>;
  /** Arrays that are only gone through. */
  readonly passed: Set<string>;
  readonly eventTypes: Set<string>;
  readonly memberships: Map<string, MembershipUse>;
  readonly eventSteps: EventStep[];
  aggregationCount: number;
  nestingDepth: number;
  usesProfile: boolean;
  ignoresYear: Span | null;
}

/** Where a walk is. */
interface Position {
  /** Whether more matches can only make the whole true. */
  readonly isPositive: boolean;
  readonly depth: number;
}

/** The facts about an expression. */
export function factsOf(checked: CheckedExpression): ExpressionFacts {
  const collected: Collected = {
    origins: originsOf(checked),
    holdsWithoutData: emptyProfileTest(),
    fields: new Set(),
    passed: new Set(),
    eventTypes: new Set(),
    memberships: new Map(),
    eventSteps: [],
    aggregationCount: 0,
    nestingDepth: 0,
    usesProfile: false,
    ignoresYear: null,
  };
  visit(checked.root, { isPositive: true, depth: 0 }, collected);
  const { eventSteps, aggregationCount, nestingDepth, ignoresYear } = collected;
  const isPrefix = (path: string): boolean => [...collected.fields].some((field) => field.startsWith(`${path}.`));
  const fields = [...collected.fields].filter((path) => !(collected.passed.has(path) && isPrefix(path)));
  const prefix = `${eventMember}.`;
  const profileFields = fields.filter((path) => path !== eventMember && !path.startsWith(prefix));
  return {
    profileFields,
    eventFields: fields.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
    eventTypes: [...collected.eventTypes],
    memberships: [...collected.memberships.values()],
    eventSteps,
    aggregationCount,
    nestingDepth,
    usesEvents: eventSteps.length > 0,
    usesAttributes: profileFields.length > 0 || collected.usesProfile,
    ignoresYear,
  };
}

function visit(node: Expression, position: Position, collected: Collected): void {
  switch (node.kind) {
    case 'path':
      visitPath(node, position, collected);
      return;
    case 'membership':
      if (!collected.memberships.has(node.audienceId)) {
        collected.memberships.set(node.audienceId, { audienceId: node.audienceId, span: node.span });
      }
      return;
    case 'not':
      visit(node.operand, { ...position, isPositive: !position.isPositive }, collected);
      return;
    case 'call':
      visitCall(node, position, collected);
      return;
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      visitQuery(node, position, collected);
      return;
    default:
      for (const child of childrenOf(node)) visit(child, position, collected);
  }
}

function visitPath(node: ExpressionOf<'path'>, { isPositive }: Position, collected: Collected): void {
  for (const path of pathsIn(node, collected.origins)) {
    if (path.length === 0) collected.usesProfile = true;
    else collected.fields.add(path.join('.'));
  }
  // The events as such: whether there are any at all.
  if (isEventArray(node, collected.origins)) {
    collected.eventSteps.push({ span: node.span, window: { kind: 'unbounded' }, isPositive });
  }
}

function visitQuery(node: Query, position: Position, collected: Collected): void {
  const depth = position.depth + 1;
  collected.nestingDepth = Math.max(collected.nestingDepth, depth);
  if (node.kind === 'reduce' && node.reducer !== 'exists' && node.reducer !== 'only') collected.aggregationCount++;
  const conditions = node.generators.flatMap(({ where }) => (where === null ? [] : [where]));
  for (const { variable, array } of node.generators) visitArray(array, variable, conditions, node, position, collected);
  for (const part of [...conditions, ...bodyOf(node)]) {
    visit(part, { ...position, depth }, collected);
  }
}

function visitArray(
  array: Expression,
  variable: Variable,
  conditions: readonly Expression[],
  { span }: Expression,
  position: Position,
  collected: Collected,
): void {
  if (isEventArray(array, collected.origins)) {
    const window = eventWindow(conditions, variable);
    collected.eventSteps.push({ span, window, isPositive: position.isPositive });
    return;
  }
  if (array.kind === 'path') {
    for (const path of pathsIn(array, collected.origins)) collected.passed.add(path.join('.'));
  }
  visit(array, position, collected);
}

function visitCall(node: ExpressionOf<'call'>, position: Position, collected: Collected): void {
  for (const type of comparedEventTypes(node, collected.origins)) collected.eventTypes.add(type);
  if (collected.ignoresYear === null && isYearless(node, collected.origins)) collected.ignoresYear = node.span;
  const isPositive = collected.holdsWithoutData(node) ? !position.isPositive : position.isPositive;
  for (const argument of node.arguments) visit(argument, { ...position, isPositive }, collected);
}

function comparedEventTypes({ name, arguments: args }: ExpressionOf<'call'>, origins: Origins): readonly string[] {
  if (name !== '=' && name !== 'in' && name !== 'equals') return [];
  const isCompared = args.some((argument) => {
    if (argument.kind !== 'path') return false;
    return pathsIn(argument, origins).some((path) => path.join('.') === `${eventMember}.eventType`);
  });
  if (!isCompared) return [];
  const values = args.flatMap((argument) => (argument.kind === 'constant' ? [argument.value] : []));
  return values
    .flatMap((value) => (isArray(value) ? value : [value]))
    .filter((value): value is string => typeof value === 'string');
}

const yearlessParts: Readonly<Record<string, string>> = {
  getMonth: 'currentMonth',
  getDayOfMonth: 'currentDayOfMonth',
};

/** Whether a call compares a part of an attribute's date with the same part of today. */
function isYearless({ arguments: args }: ExpressionOf<'call'>, origins: Origins): boolean {
  const names = args.flatMap((argument) => (argument.kind === 'call' ? [argument.name] : []));
  return args.some((argument) => {
    if (argument.kind !== 'call' || !names.includes(yearlessParts[argument.name] ?? '')) return false;
    return pathsIn(argument, origins).some(([first]) => first !== eventMember);
  });
}

/** Whether a boolean call is true of a profile without any data: then data can only make it false. */
type HoldsWithoutData = (call: ExpressionOf<'call'>) => boolean;

function emptyProfileTest(): HoldsWithoutData {
  const bind = timeBinder(0);
  const frame = rootFrame({ asOf: 0, regex: noMatches }, new Map());
  const known = new Map<Expression, boolean>();
  return (call) => {
    if (call.type.kind !== 'boolean') return false;
    const holds = known.get(call) ?? evaluateIn(bind(call), frame) === true;
    known.set(call, holds);
    return holds;
  };
}

/** Where there is no data, there is no text to match. */
const noMatches: RegexEngine = {
  compile: () => ({ pattern: { groupCount: 0, test: () => false, group: () => null } }),
};
