/**
 * How a function name of the JSON form is read: as an operator, a function or a method.
 *
 * The published form has one node, `fnApply`, for all three. What its name and parameters do not tell is told by an
 * additional field `form`, which is only written where it is needed. Source: docs/pql-json.md#functions.
 */

/** Operators between two operands that give a boolean. */
export const comparisonNames = ['=', '!=', '<', '<=', '>', '>=', 'in', 'notIn', 'like', 'matches'] as const;
/** Operators between two operands that give a number. */
export const arithmeticNames = ['+', '-', '*', '/', '%'] as const;
/** Operators whose runs are one node. */
export const logicalNames = ['and', 'or'] as const;
/** Operators on a `select`. */
export const quantifierNames = ['exists', 'forall'] as const;

/** The names of the time rules, each with its number of parameters besides the subject. */
export const timeRules = {
  occurs: 1,
  occursBefore: 1,
  occursAfter: 1,
  occursBetween: 2,
  occursDistance: 5,
} as const;
/** The name of a time rule. */
export type TimeRule = keyof typeof timeRules;
/** The names of the time rules. */
export const timeRuleNames = ['occurs', 'occursBefore', 'occursAfter', 'occursBetween', 'occursDistance'] as const;

/** The ways a name is applied. */
export const functionForms = ['operator', 'function', 'method'] as const;
/** How a name is applied. */
export type FunctionForm = (typeof functionForms)[number];

interface Arity {
  readonly min: number;
  readonly max: number;
}

/** Names that are operators whatever they are applied to. */
const operatorArities: ReadonlyMap<string, Arity> = new Map<string, Arity>([
  ...['=', '!=', '<', '<=', '>', '>=', '+', '*', '/', '%'].map((name) => [name, { min: 2, max: 2 }] as const),
  ['-', { min: 1, max: 2 }],
  ...logicalNames.map((name) => [name, { min: 2, max: Number.POSITIVE_INFINITY }] as const),
  ['not', { min: 1, max: 1 }],
  ['if', { min: 3, max: 3 }],
  ...timeRuleNames.map((name) => [name, { min: timeRules[name] + 1, max: timeRules[name] + 1 }] as const),
]);

/** Names that are operators between two operands, and methods otherwise. */
const wordOperators: ReadonlySet<string> = new Set(['in', 'notIn', 'like', 'matches']);
const quantifiers: ReadonlySet<string> = new Set(quantifierNames);
/** Functions; what is called without parameters is one, too, and all else is a method of its first parameter. */
const functions: ReadonlySet<string> = new Set(['inSegment', 'date']);

/** What is known of parameters before they are read. */
export interface ParameterShape {
  readonly count: number;
  /** Whether the first one is a `select`. */
  readonly startsWithSelect: boolean;
}

/** How a name is read when nothing else is said. */
export function usualForm(name: string, { count, startsWithSelect }: ParameterShape): FunctionForm {
  if (operatorArities.has(name) || (wordOperators.has(name) && count === 2)) return 'operator';
  if (quantifiers.has(name) && count === 1 && startsWithSelect) return 'operator';
  return functions.has(name) || count === 0 ? 'function' : 'method';
}

/** How many parameters an operator takes, in words, when `count` is not a number it takes; else null. */
export function wrongArity(name: string, count: number): string | null {
  const { min, max } = operatorArities.get(name) ?? { min: 0, max: Number.POSITIVE_INFINITY };
  if (count >= min && count <= max) return null;
  if (max === Number.POSITIVE_INFINITY) return `at least ${min} parameters`;
  return min < max ? `${min} or ${max} parameters` : `${min} parameter${min === 1 ? '' : 's'}`;
}

/** The word of a list that `text` is; null when it is none of them. */
export function oneOf<Word extends string>(words: readonly Word[], text: string): Word | null {
  return words.find((word) => word === text) ?? null;
}
