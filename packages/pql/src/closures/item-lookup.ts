/**
 * Items of loops inside loops, found by a key: `exists A from xEvent, B from xEvent where A.eventType = B.eventType`, and the
 * items of groups. Each array is gone through once and its items are kept by what they are asked for, instead of going through
 * all of them for each item of the loop around.
 */
import { conjunctsOf, freeVariables } from '../check/children.ts';
import type { Expression, Generator } from '../check/expression.ts';
import { isArray } from '../functions/compare.ts';
import type { PqlType } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { JsFragment } from './code.ts';
import { bound, js, once, variableName } from './code.ts';
import type { Place } from './place.ts';

/** The items of a generator in a loop that can pass its condition; null when they are not asked for by a key. */
export function generateLookup(generator: Generator, { given, here, inside }: Place): JsFragment | null {
  const { variable, array } = generator;
  const isGiven = (id: number): boolean => given.includes(id);
  if (array.type.kind !== 'array' || !freeVariables(array).every(isGiven)) return null;
  const asked = askedKey(generator, isGiven);
  if (asked === null) return null;
  const keyOf = js`(${variableName(variable.id)}) => ${inside(asked.key)}`;
  const index = once(js`${bound(indexItems)}(${here(array)}, ${keyOf})`);
  return js`${bound(itemsAt)}(${index}, ${inside(asked.wanted)})`;
}

interface AskedKey {
  /** What an item has. */
  readonly key: Expression;
  /** What it must be equal to, the same for all items. */
  readonly wanted: Expression;
}

function askedKey({ variable, where }: Generator, isGiven: (id: number) => boolean): AskedKey | null {
  for (const condition of conjunctsOf(where)) {
    if (condition.kind !== 'call' || condition.name !== '=') continue;
    const [left, right] = condition.arguments;
    if (left === undefined || right === undefined || !isSameScalar(left.type, right.type)) continue;
    for (const [key, wanted] of [[left, right] as const, [right, left] as const]) {
      const ofKey = freeVariables(key);
      const ofWanted = freeVariables(wanted);
      const isOfItem = ofKey.includes(variable.id) && ofKey.every((id) => id === variable.id || isGiven(id));
      // One that is the same in all rounds is rarely worth an index.
      const isOfLoop = !ofWanted.includes(variable.id) && !ofWanted.every(isGiven);
      if (isOfItem && isOfLoop) return { key, wanted };
    }
  }
  return null;
}

const scalarKinds: ReadonlySet<PqlType['kind']> = new Set(['string', 'integer', 'number', 'boolean', 'timestamp']);

/** Whether values of two types are equal exactly when they are the same key of a map. */
function isSameScalar(left: PqlType, right: PqlType): boolean {
  return scalarKinds.has(left.kind) && scalarKinds.has(right.kind);
}

type ItemIndex = ReadonlyMap<PqlValue, readonly PqlValue[]>;

const noItems: readonly PqlValue[] = [];

/** Items by key, in their order; what has no key equals nothing. */
function indexItems(items: PqlValue, keyOf: (item: PqlValue) => PqlValue): ItemIndex {
  const index = new Map<PqlValue, PqlValue[]>();
  for (const item of isArray(items) ? items : noItems) {
    const key = keyOf(item);
    if (key === null) continue;
    const found = index.get(key);
    if (found === undefined) index.set(key, [item]);
    else found.push(item);
  }
  return index;
}

function itemsAt(index: ItemIndex, wanted: PqlValue): readonly PqlValue[] {
  return index.get(wanted) ?? noItems;
}
