/** Closures of one, two and three arguments with their null rule, without allocating per call. */
import type { PqlValue } from '../types/value.ts';
import type { Closure } from './closure.ts';

/** The closure at `index`; a bug when the checker let a call with too few arguments through. */
export function argument(args: readonly Closure[], index: number): Closure {
  const closure = args[index];
  if (closure === undefined) throw new Error(`argument ${index} is missing`);
  return closure;
}

/** A closure of one argument that gives `whenNull` for null. */
export function unary(args: readonly Closure[], whenNull: PqlValue, apply: (a: Present) => PqlValue): Closure {
  const first = argument(args, 0);
  return (frame) => {
    const a = first(frame);
    return a === null ? whenNull : apply(a);
  };
}

/** A closure of two arguments that gives `whenNull` when one is null. */
export function binary(
  args: readonly Closure[],
  whenNull: PqlValue,
  apply: (a: Present, b: Present) => PqlValue,
): Closure {
  const first = argument(args, 0);
  const second = argument(args, 1);
  return (frame) => {
    const a = first(frame);
    if (a === null) return whenNull;
    const b = second(frame);
    return b === null ? whenNull : apply(a, b);
  };
}

/** A value that is not null. */
export type Present = Exclude<PqlValue, null>;

/** A closure of two strings; false when one is null or no string (an untyped field may hold anything). */
export function textTest(args: readonly Closure[], test: (a: string, b: string) => boolean): Closure {
  return binary(args, false, (a, b) => typeof a === 'string' && typeof b === 'string' && test(a, b));
}

/** A closure of two numbers; null when one is null or no number, or when the result is not finite. */
export function arithmetic(args: readonly Closure[], apply: (a: number, b: number) => number): Closure {
  return binary(args, null, (a, b) => {
    if (typeof a !== 'number' || typeof b !== 'number') return null;
    const result = apply(a, b);
    return Number.isFinite(result) ? result : null;
  });
}
