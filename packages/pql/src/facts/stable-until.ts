/** How long a result stays as it is when no data arrives. */
import { referencesOf, walkExpression } from '../check/children.ts';
import type { CheckedExpression, Expression, TimeTest } from '../check/expression.ts';
import type { Evaluation } from '../closures/compile.ts';
import { momentOf } from '../functions/call-function.ts';
import { isArray } from '../functions/compare.ts';
import { isObject } from '../functions/maps.ts';
import { bindTime } from '../plan/bind-time.ts';
import { startOfNextUnit } from '../types/calendar.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import { endOfTime, movesWithNow, nextCrossing } from './next-crossing.ts';
import type { DataPath } from './origins.ts';
import { anyKey, originsOf, pathsIn } from './origins.ts';

/**
 * Until when the result for a profile stays the same if neither its data nor its memberships change: at every `asOf` from
 * that of `evaluation` on and before the moment given, epoch milliseconds, evaluating gives the same value. Null: for ever.
 *
 * A lower bound that costs no evaluation: it is the next moment at which some time in the data that some `occurs` looks
 * at enters or leaves a window, or a part of today's date changes, whether or not that changes the result. O(tests of
 * time × their times in the data).
 */
export function stableUntil(checked: CheckedExpression, profile: PqlObject, evaluation: Evaluation): number | null {
  const origins = originsOf(checked);
  const { asOf } = evaluation;
  const constants = timeConstants(bindTime(checked.root, asOf));
  let until = endOfTime;
  walkExpression(checked.root, (node) => {
    if (node.kind === 'call') until = Math.min(until, nextPart(node.name, asOf));
    if (node.kind === 'occurs' && dependsOnNow(node.test)) {
      const paths = pathsIn(node.subject, origins);
      until = Math.min(until, nextCrossing(node.test, momentsAt(profile, paths, constants), asOf));
    }
  });
  return until < endOfTime ? until : null;
}

/** When a part of today's date changes next. */
function nextPart(name: string, asOf: number): number {
  switch (name) {
    case 'currentYear':
      return startOfNextUnit(asOf, 'year');
    case 'currentMonth':
      return startOfNextUnit(asOf, 'month');
    case 'currentDayOfMonth':
      return startOfNextUnit(asOf, 'day');
    default:
      return endOfTime;
  }
}

/** References by name move with `now`; dates and times of the profile stay, and parts of today's date are calls. */
function dependsOnNow(test: TimeTest): boolean {
  return referencesOf(test).some(movesWithNow);
}

/** The times written in an expression: items of lists can be looked at, too. */
function timeConstants(root: Expression): readonly number[] {
  const constants: number[] = [];
  walkExpression(root, (node) => {
    if (node.kind !== 'constant') return;
    for (const value of isArray(node.value) ? node.value : [node.value]) {
      if (typeof value === 'number' && node.type.kind !== 'integer' && node.type.kind !== 'number')
        constants.push(value);
    }
  });
  return constants;
}

/** Every time that can be read at the paths, whichever items are looked at, and the constants, in order. */
function momentsAt(profile: PqlObject, paths: readonly DataPath[], constants: readonly number[]): readonly number[] {
  const moments = new Set<number>(constants);
  for (const path of paths) addMoments(profile, path, moments);
  return [...moments].sort((a, b) => a - b);
}

function addMoments(value: PqlValue, path: DataPath, moments: Set<number>): void {
  if (isArray(value)) {
    for (const item of value) addMoments(item, path, moments);
    return;
  }
  const [step, ...rest] = path;
  const moment = step === undefined ? momentOf(value) : null;
  if (typeof moment === 'number') moments.add(moment);
  if (!isObject(value)) return;
  // An untyped object at the end of a path may be looked into by key.
  const inside = step === undefined || step === anyKey ? Object.keys(value) : [step];
  for (const name of inside) addMoments(value[name] ?? null, rest, moments);
}
