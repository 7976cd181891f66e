/** The shape of compiled expressions. */
import type { PqlValue } from '../types/value.ts';

/** The values of variables during one evaluation, by variable id. */
export type Frame = PqlValue[];

/** A compiled expression: its value for the variables in the frame. */
export type Closure = (frame: Frame) => PqlValue;

/** A compiled expression in boolean position. */
export type Condition = (frame: Frame) => boolean;

/** A compiled pattern. */
export interface CompiledPattern {
  /** Whether some part of the text matches. */
  test(text: string): boolean;
  /** Capture group `index` of the first match, null when nothing matches or the group took no part. */
  group(text: string, index: number): string | null;
}

/** Regular expressions in RE2 syntax, provided from outside so that the language depends on nothing. */
export interface RegexEngine {
  /** The compiled pattern, or why it is none. */
  compile(pattern: string): { readonly pattern: CompiledPattern } | { readonly error: string };
}

/** What closures may depend on besides data. */
export interface ClosureContext {
  readonly regex: RegexEngine;
  /** The values of arguments that are constants, by position. */
  readonly constants: readonly (PqlValue | undefined)[];
}
