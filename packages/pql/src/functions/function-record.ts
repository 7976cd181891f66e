/** One record says all there is to say about a function or operator: its signature, its text, both back ends. */
import type { FunctionContext, ValueFunction } from '../closures/closure.ts';
import type { SqlFragment } from '../sql/fragment.ts';
import type { PqlType } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';

/** What a parameter accepts: a scalar type, or one that must be a constant in the text. */
export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'timestamp' | 'any';
  /** Written as a literal, so that it is known when the expression is checked. */
  readonly literal?: true;
  readonly optional?: true;
  /** The last parameter may be repeated. */
  readonly variadic?: true;
}

/** How a function is written. */
export type FunctionForm = 'operator' | 'function' | 'method';

/** An example that is also a case: the expression and its value, with no data at all. */
export interface FunctionExample {
  readonly pql: string;
  readonly value: PqlValue;
}

/** What both back ends and the documentation know of a function. */
export interface FunctionRecord {
  readonly form: FunctionForm;
  /** For methods, the first parameter is the receiver. */
  readonly parameters: readonly Parameter[];
  readonly result: PqlType;
  /** What a null argument leads to; functions with the rule `own` look at nulls themselves and never give null. */
  readonly nullRule: 'false' | 'null' | 'own';
  readonly doc: string;
  readonly examples: readonly FunctionExample[];
  /** The function on values; made once per call in a text, so that constant arguments can be prepared. */
  readonly evaluate: (context: FunctionContext) => ValueFunction;
  /**
   * Builds the SQL from the SQL of the arguments. With the null rules `false` and `null` the result is NULL when an
   * argument is; the renderer makes it false where the rule says so.
   */
  readonly sql: (args: readonly SqlFragment[], context: SqlFunctionContext) => SqlFragment;
}

/** What SQL functions may depend on besides their arguments. */
export interface SqlFunctionContext {
  /** The values of arguments that are constants, by position. */
  readonly constants: readonly (PqlValue | undefined)[];
}

/** The internal names of functions and operators. */
export type FunctionName = string;
