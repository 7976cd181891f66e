/** Going through arrays. */
import type { Expression, ExpressionOf, Generator } from '../check/expression.ts';
import { compareValues, isArray } from '../functions/compare.ts';
import type { PqlValue } from '../types/value.ts';
import type { Closure, Condition, Frame } from './closure.ts';
import type { Compilation } from './compile.ts';

/** Called for each combination of a generator chain, with the variables in the frame; true stops. */
type Visit = (frame: Frame) => boolean;
/** Goes through all combinations; true when a visit stopped it. */
type Traversal = (frame: Frame, visit: Visit) => boolean;

/** The closure of a reduction. */
export function compileReduce(node: ExpressionOf<'reduce'>, compilation: Compilation): Closure {
  const [only, ...more] = node.generators;
  if (more.length === 0 && node.reducer === 'exists') return compileSingle(only, compilation, existsIn);
  if (more.length === 0 && node.reducer === 'count') return compileSingle(only, compilation, countIn);
  const traverse = compileGenerators(node.generators, compilation);
  if (node.reducer === 'exists') return (frame) => traverse(frame, () => true);
  if (node.reducer === 'count') return (frame) => fold(traverse, frame, 0, (count) => count + 1);
  return compileAggregate(node.reducer, traverse, requiredValue(node.value, compilation));
}

/** The closure of a generated array; values that are null are left out. */
export function compileCollect(node: ExpressionOf<'collect'>, compilation: Compilation): Closure {
  const traverse = compileGenerators(node.generators, compilation);
  const item = compilation.compile(node.item, compilation);
  return (frame) => {
    const values: PqlValue[] = [];
    traverse(frame, (inner) => {
      const value = item(inner);
      if (value !== null) values.push(value);
      return false;
    });
    return values;
  };
}

type SingleReducer = (items: readonly PqlValue[], frame: Frame, slot: number, where: Condition | null) => PqlValue;

/** The usual case, one array: a plain loop. */
function compileSingle(
  { variable, array, where }: Generator,
  compilation: Compilation,
  reduce: SingleReducer,
): Closure {
  const source = compilation.compile(array, compilation);
  const condition = where === null ? null : compilation.compileCondition(where, compilation);
  const slot = variable.id;
  return (frame) => reduce(itemsIn(source(frame)), frame, slot, condition);
}

function existsIn(items: readonly PqlValue[], frame: Frame, slot: number, where: Condition | null): boolean {
  if (where === null) return items.length > 0;
  for (const item of items) {
    frame[slot] = item;
    if (where(frame)) return true;
  }
  return false;
}

function countIn(items: readonly PqlValue[], frame: Frame, slot: number, where: Condition | null): number {
  if (where === null) return items.length;
  let count = 0;
  for (const item of items) {
    frame[slot] = item;
    if (where(frame)) count++;
  }
  return count;
}

function itemsIn(value: PqlValue): readonly PqlValue[] {
  return isArray(value) ? value : [];
}

/** The nested loops of a generator chain. */
function compileGenerators(generators: readonly Generator[], compilation: Compilation): Traversal {
  let traverse: Traversal = (frame, visit) => visit(frame);
  for (const { variable, array, where } of [...generators].reverse()) {
    const source = compilation.compile(array, compilation);
    const condition = where === null ? null : compilation.compileCondition(where, compilation);
    const slot = variable.id;
    const inner = traverse;
    traverse = (frame, visit) => {
      for (const item of itemsIn(source(frame))) {
        frame[slot] = item;
        if ((condition === null || condition(frame)) && inner(frame, visit)) return true;
      }
      return false;
    };
  }
  return traverse;
}

function requiredValue(value: Expression | null, compilation: Compilation): Closure {
  if (value === null) throw new Error('an aggregate has no value');
  return compilation.compile(value, compilation);
}

/** The accumulator after all combinations. */
function fold<Accumulator>(
  traverse: Traversal,
  frame: Frame,
  start: Accumulator,
  step: (accumulator: Accumulator, frame: Frame) => Accumulator,
): Accumulator {
  let accumulator = start;
  traverse(frame, (inner) => {
    accumulator = step(accumulator, inner);
    return false;
  });
  return accumulator;
}

function compileAggregate(reducer: 'sum' | 'average' | 'min' | 'max', traverse: Traversal, value: Closure): Closure {
  if (reducer === 'min' || reducer === 'max') {
    const sign = reducer === 'min' ? 1 : -1;
    return (frame) =>
      fold<PqlValue>(traverse, frame, null, (best, inner) => {
        const next = value(inner);
        if (next === null) return best;
        return best === null || sign * compareValues(next, best) < 0 ? next : best;
      });
  }
  return (frame) => {
    let sum = 0;
    let count = 0;
    traverse(frame, (inner) => {
      const next = value(inner);
      if (typeof next === 'number') {
        sum += next;
        count++;
      }
      return false;
    });
    if (reducer === 'average' && count === 0) return null;
    const result = reducer === 'sum' ? sum : sum / count;
    return Number.isFinite(result) ? result : null;
  };
}
