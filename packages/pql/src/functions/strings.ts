/** String tests. All take `caseSensitive`, true by default, as their last argument where the language has it. */
import type { FunctionContext, ValueFunction } from '../closures/closure.ts';
import type { SqlFragment } from '../sql/fragment.ts';
import { joinSql, parameter, sql } from '../sql/fragment.ts';
import { renderRegex } from '../sql/regex.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { FunctionRecord, SqlFunctionContext } from './function-record.ts';
import { likeMatcher } from './like.ts';

/** Whether the constant at `index` asks for a comparison that ignores case. */
function ignoresCase(constants: readonly (PqlValue | undefined)[], index: number): boolean {
  return constants[index] === false;
}

/** A test of a string against a string, with the case switch. */
function caseTest(
  doc: string,
  example: string,
  test: (text: string, part: string) => boolean,
  render: (text: SqlFragment, part: SqlFragment) => SqlFragment,
): FunctionRecord {
  return {
    form: 'method',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'part', type: 'string' },
      { name: 'caseSensitive', type: 'boolean', literal: true, optional: true },
    ],
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc,
    examples: [{ pql: example, value: true }],
    evaluate: ({ constants }) => caseFunction(ignoresCase(constants, 2), constants[1], test),
    sql: ([text = sql`NULL`, part = sql`NULL`], { constants }) =>
      ignoresCase(constants, 2) ? render(sql`lowerUTF8(${text})`, sql`lowerUTF8(${part})`) : render(text, part),
  };
}

/** The function of a case test; a constant second argument is folded once, not per profile. */
function caseFunction(
  fold: boolean,
  constant: PqlValue | undefined,
  test: (text: string, part: string) => boolean,
): ValueFunction {
  if (!fold) return (text, part) => typeof text === 'string' && typeof part === 'string' && test(text, part);
  const folded = typeof constant === 'string' ? constant.toLowerCase() : null;
  return (text, part) =>
    typeof text === 'string' && typeof part === 'string' && test(text.toLowerCase(), folded ?? part.toLowerCase());
}

/** `equals`: any of several strings; the last argument may be the case switch. */
const equals: FunctionRecord = {
  form: 'method',
  parameters: [
    { name: 'text', type: 'string' },
    { name: 'other', type: 'string', variadic: true },
    { name: 'caseSensitive', type: 'boolean', literal: true, optional: true },
  ],
  result: scalarTypes.boolean,
  nullRule: 'own',
  doc: 'True when the text equals the other one, or any of several.',
  examples: [
    { pql: '"US".equals("us", false)', value: true },
    { pql: '"VT".equals("VA", "VT")', value: true },
  ],
  evaluate: ({ constants }) => {
    const { fold } = splitEquals(constants, constants);
    const normalise = fold ? (text: PqlValue) => (typeof text === 'string' ? text.toLowerCase() : text) : identity;
    return (...args) => {
      const { others } = splitEquals(args, constants);
      const text = normalise(args[0] ?? null);
      return text !== null && others.some((other) => normalise(other) === text);
    };
  },
  sql: (args, { constants }) => {
    const { fold, others } = splitEquals(args, constants);
    const normalise = (text: SqlFragment) => (fold ? sql`lowerUTF8(${text})` : text);
    const text = normalise(args[0] ?? sql`NULL`);
    const [first = sql`NULL`, ...rest] = others.map(normalise);
    if (rest.length === 0) return sql`ifNull(${text} = ${first}, false)`;
    return sql`(isNotNull(${text}) AND has([${joinSql([first, ...rest])}], ${text}))`;
  },
};

const identity = (value: PqlValue): PqlValue => value;

/** The texts to compare with, and the case switch when the last argument is one. */
function splitEquals<Arg>(
  args: readonly Arg[],
  constants: readonly (PqlValue | undefined)[],
): { fold: boolean; others: readonly Arg[] } {
  const last = constants[args.length - 1];
  const hasSwitch = args.length > 2 && typeof last === 'boolean';
  return { fold: hasSwitch && last === false, others: args.slice(1, hasSwitch ? -1 : undefined) };
}

/** A pattern test whose pattern is a literal. */
function patternTest(
  doc: string,
  example: string,
  compile: (pattern: string, context: FunctionContext) => (text: string) => boolean,
  render: (text: SqlFragment, pattern: string) => SqlFragment,
): FunctionRecord {
  return {
    form: 'method',
    parameters: [
      { name: 'text', type: 'string' },
      { name: 'pattern', type: 'string', literal: true },
    ],
    result: scalarTypes.boolean,
    nullRule: 'false',
    doc,
    examples: [{ pql: example, value: true }],
    evaluate: (context) => {
      const test = compile(constantText(context.constants, 1), context);
      return (text) => typeof text === 'string' && test(text);
    },
    sql: ([text = sql`NULL`], context: SqlFunctionContext) => render(text, constantText(context.constants, 1)),
  };
}

/** The constant string at `index`; the checker demanded it. */
function constantText(constants: readonly (PqlValue | undefined)[], index: number): string {
  const value = constants[index];
  if (typeof value !== 'string') throw new Error(`argument ${index} is no constant string`);
  return value;
}

/** The compiled test of an RE2 pattern; the checker has compiled it before, so it is well formed. */
function compileRegex(pattern: string, { regex }: FunctionContext): (text: string) => boolean {
  const compiled = regex.compile(pattern);
  if ('error' in compiled) throw new Error(`the pattern was not checked: ${compiled.error}`);
  return (text) => compiled.pattern.test(text);
}

/** A capture group of the first match of an RE2 pattern. */
const regexGroup: FunctionRecord = {
  form: 'method',
  parameters: [
    { name: 'text', type: 'string' },
    { name: 'pattern', type: 'string', literal: true },
    { name: 'group', type: 'integer', literal: true },
  ],
  result: scalarTypes.string,
  nullRule: 'null',
  doc: 'The text of a capture group of the first match, group 0 the whole match; empty when the group took no part, null when nothing matches.',
  examples: [{ pql: '"ann@example.com".regexGroup("@(\\\\w+)", 1)', value: 'example' }],
  evaluate: (context) => {
    const compiled = context.regex.compile(constantText(context.constants, 1));
    if ('error' in compiled) throw new Error(`the pattern was not checked: ${compiled.error}`);
    const { pattern } = compiled;
    const index = Number(context.constants[2]);
    return (text) => (typeof text === 'string' && pattern.test(text) ? (pattern.group(text, index) ?? '') : null);
  },
  sql: ([text = sql`NULL`], { constants }) => {
    const pattern = parameter(renderRegex(constantText(constants, 1)), 'String');
    const group = parameter(Number(constants[2]), 'Int64');
    return sql`if(match(${text}, ${pattern}), regexpExtract(${text}, ${pattern}, ${group}), NULL)`;
  },
};

/** Records by name. */
export const strings: Readonly<Record<string, FunctionRecord>> = {
  startsWith: caseTest(
    'True when the text begins with the part.',
    '"Joe".startsWith("jo", false)',
    (text, part) => text.startsWith(part),
    (text, part) => sql`startsWith(${text}, ${part})`,
  ),
  doesNotStartWith: caseTest(
    'True when the text is present and does not begin with the part.',
    '"Joe".doesNotStartWith("jo")',
    (text, part) => !text.startsWith(part),
    (text, part) => sql`(NOT startsWith(${text}, ${part}))`,
  ),
  endsWith: caseTest(
    'True when the text ends with the part.',
    '"a@b.com".endsWith(".com")',
    (text, part) => text.endsWith(part),
    (text, part) => sql`endsWith(${text}, ${part})`,
  ),
  doesNotEndWith: caseTest(
    'True when the text is present and does not end with the part.',
    '"a@b.com".doesNotEndWith(".edu")',
    (text, part) => !text.endsWith(part),
    (text, part) => sql`(NOT endsWith(${text}, ${part}))`,
  ),
  contains: caseTest(
    'True when the part occurs in the text.',
    '"iPhone 15".contains("IPHONE", false)',
    (text, part) => text.includes(part),
    (text, part) => sql`(position(${text}, ${part}) > 0)`,
  ),
  doesNotContain: caseTest(
    'True when the text is present and the part does not occur in it.',
    '"iPhone 15".doesNotContain("IPHONE")',
    (text, part) => !text.includes(part),
    (text, part) => sql`(position(${text}, ${part}) = 0)`,
  ),
  equals,
  notEqualTo: caseTest(
    'True when both texts are present and differ.',
    '"John".notEqualTo("john")',
    (text, other) => text !== other,
    (text, other) => sql`(${text} != ${other})`,
  ),
  like: patternTest(
    'True when the whole text fits the pattern: `%` is any run of characters, `_` exactly one.',
    '"workEmail@x.edu" like "%.edu"',
    (pattern) => likeMatcher(pattern),
    (text, pattern) => sql`(${text} LIKE ${parameter(pattern.replaceAll('\\', '\\\\'), 'String')})`,
  ),
  regexGroup,
  matches: patternTest(
    'True when some part of the text matches the RE2 pattern.',
    '"Johnny".matches("(?i)^john")',
    compileRegex,
    (text, pattern) => sql`match(${text}, ${parameter(renderRegex(pattern), 'String')})`,
  ),
};
