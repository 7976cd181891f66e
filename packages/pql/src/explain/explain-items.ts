/** Which items of arrays matched, and what the others lacked. */
import { bodyOf, conjunctsOf } from '../check/children.ts';
import type { Expression, Generator, Query } from '../check/expression.ts';
import { isObject } from '../functions/maps.ts';
import { formatIsoTime } from '../types/iso-time.ts';
import type { PqlValue } from '../types/value.ts';
import type { Explain, Outcome } from './explain.ts';
import type { Explanation, ItemMatch, ItemMiss, ShownItem, ShownValue } from './explanation.ts';
import { evaluateIn, type Frame, itemsIn, withItem } from './interpret.ts';
import { shownValue } from './shown-value.ts';

/** Bounds on explanations. */
export const explanationLimits = {
  /** Combinations of items that one question is explained with; what comes after them is not looked at. */
  combinationsMax: 10_000,
} as const;

/** How much is shown, and how what is inside of an item is explained. */
interface ItemOptions {
  readonly itemsMax: number;
  readonly explain: Explain;
}

/** A miss before it is explained. */
interface Miss {
  readonly items: readonly ShownItem[];
  readonly failed: Expression;
  readonly frame: Frame;
  /** Larger is nearer: the number of conditions that it passed, with those of earlier variables. */
  readonly passed: number;
}

/** What a walk through the combinations found. */
interface Findings {
  readonly matches: ItemMatch[];
  /** The nearest so far, the nearest first. */
  readonly misses: Miss[];
  matchCount: number;
  missCount: number;
}

/** The explanation of a question about arrays. */
export function explainItems(
  node: Query,
  outcome: Outcome,
  frame: Frame,
  { itemsMax, explain }: ItemOptions,
): Explanation {
  const findings: Findings = { matches: [], misses: [], matchCount: 0, missCount: 0 };
  const value = bodyOf(node).at(-1) ?? null;
  const stepsLeftMin = frame.budget.left * (1 - walkShare);
  const walk: Walk = { findings, value, itemsMax, stepsLeftMin };
  const isComplete = walkItems(node.generators, walk, { frame, items: [], passed: 0 });
  const misses = findings.misses.map(
    ({ items, failed, frame: inner }): ItemMiss => ({ items, failed: explain(failed, inner) }),
  );
  const { matches, matchCount, missCount } = findings;
  const question = node.kind === 'reduce' ? node.reducer : node.kind;
  return { ...outcome, kind: 'items', question, isComplete, matchCount, missCount, matches, misses };
}

/** What a walk may take of the steps that are left, so that some are left to explain what it finds. */
const walkShare = 0.1;

interface Walk {
  readonly findings: Findings;
  readonly value: Expression | null;
  readonly itemsMax: number;
  /** With fewer steps left, the walk ends. */
  readonly stepsLeftMin: number;
}

/** Where a walk is: the items chosen so far. */
interface Position {
  readonly frame: Frame;
  readonly items: readonly ShownItem[];
  readonly passed: number;
}

/** Whether it came to the end. */
function walkItems([generator, ...rest]: readonly Generator[], walk: Walk, position: Position): boolean {
  if (generator === undefined) {
    addMatch(walk, position);
    return true;
  }
  const conjuncts = conjunctsOf(generator.where);
  for (const [index, item] of itemsIn(generator, position.frame).entries()) {
    if (isAtBound(walk, position.frame)) return false;
    const frame = withItem(position.frame, generator, item);
    const items = [...position.items, shownItem(item, index)];
    const failedAt = conjuncts.findIndex((conjunct) => evaluateIn(conjunct, frame) !== true);
    const failed = conjuncts[failedAt];
    if (failed !== undefined) addMiss(walk, { items, failed, frame, passed: position.passed + failedAt });
    else if (!walkItems(rest, walk, { frame, items, passed: position.passed + conjuncts.length })) return false;
  }
  return true;
}

function isAtBound({ findings: { matchCount, missCount }, stepsLeftMin }: Walk, { budget }: Frame): boolean {
  return matchCount + missCount >= explanationLimits.combinationsMax || budget.left < stepsLeftMin;
}

function shownItem(item: PqlValue, index: number): ShownItem {
  if (!isObject(item)) return { index };
  const { _id: id, timestamp } = item;
  return {
    index,
    ...(typeof id === 'string' && { id }),
    ...(typeof timestamp === 'number' && { timestamp: formatIsoTime(timestamp) }),
  };
}

function addMatch({ findings, value, itemsMax }: Walk, { frame, items }: Position): void {
  findings.matchCount++;
  if (findings.matches.length >= itemsMax) return;
  const shown: ShownValue = value === null ? null : shownValue(evaluateIn(value, frame), value.type);
  findings.matches.push({ items, value: shown });
}

/** Keeps the nearest misses; of equals, the first. */
function addMiss({ findings, itemsMax }: Walk, miss: Miss): void {
  const { misses } = findings;
  findings.missCount++;
  const at = misses.findIndex(({ passed }) => passed < miss.passed);
  if (at === -1) misses.push(miss);
  else misses.splice(at, 0, miss);
  if (misses.length > itemsMax) misses.pop();
}
