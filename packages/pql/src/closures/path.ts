/** Reading a member of a variable. */
import type { ExpressionOf } from '../check/expression.ts';
import { isArray } from '../functions/compare.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { Closure } from './closure.ts';

const nothing: readonly PqlValue[] = [];

/** The closure of a path. A missing array is empty, anything else missing is null. */
export function compilePath({ variable, steps, type }: ExpressionOf<'path'>): Closure {
  const read = reader(variable.id, steps);
  return type.kind === 'array' ? (frame) => read(frame) ?? nothing : read;
}

/** Short paths are spelled out: a loop costs more than the reading itself. */
function reader(slot: number, steps: readonly string[]): Closure {
  const [first, second, third] = steps;
  if (first === undefined) return (frame) => frame[slot] ?? null;
  if (second === undefined) return (frame) => member(frame[slot], first);
  if (third === undefined) return (frame) => member(member(frame[slot], first), second);
  if (steps.length === 3) return (frame) => member(member(member(frame[slot], first), second), third);
  return (frame) => {
    let value: PqlValue = frame[slot] ?? null;
    for (const step of steps) value = member(value, step);
    return value;
  };
}

/** A member of an object that has no prototype; null for what is no object. */
function member(value: PqlValue | undefined, name: string): PqlValue {
  return isObject(value) ? (value[name] ?? null) : null;
}

function isObject(value: PqlValue | undefined): value is PqlObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}
