/** What compiled expressions are made of. */
import type { PqlValue } from '../types/value.ts';

/** A function of the language on values; arguments that are not given are null. */
export type ValueFunction = (...args: readonly PqlValue[]) => PqlValue;

/** A compiled pattern. */
export interface CompiledPattern {
  /** Whether some part of the text matches. */
  test(text: string): boolean;
  /** Capture group `index` of the first match, null when nothing matches or the group took no part. */
  group(text: string, index: number): string | null;
  /** How many capture groups the pattern has. */
  readonly groupCount: number;
}

/** Regular expressions in RE2 syntax, provided from outside so that the language depends on nothing. */
export interface RegexEngine {
  /** The compiled pattern, or why it is none. */
  compile(pattern: string): { readonly pattern: CompiledPattern } | { readonly error: string };
}

/** What a function may depend on besides its arguments. */
export interface FunctionContext {
  readonly regex: RegexEngine;
  /** The values of arguments that are constants, by position. */
  readonly constants: readonly (PqlValue | undefined)[];
}
