/** Every code a diagnostic can have, with its severity, what it means, and its text for given parameters. */
import type { Span } from '../syntax/span.ts';
import type { Diagnostic, Fix } from './diagnostic.ts';

interface NameNotFound {
  readonly name: string;
  /** A known name that looks like it, if there is one. */
  readonly nearest?: string | null;
}

interface CodeEntry {
  readonly severity: Diagnostic['severity'];
  /** One sentence for the list of codes. */
  readonly doc: string;
  readonly text: (parameters: never) => string;
  readonly help?: (parameters: never) => string | null;
}

/** A place in the JSON form, which has no spans: a JSON pointer, empty for the whole. */
interface JsonPlace {
  readonly place: string;
}

const placed = ({ place }: JsonPlace): string => (place === '' ? 'at the top' : `at \`${place}\``);

const nearestHelp = ({ nearest }: NameNotFound): string | null =>
  nearest === undefined || nearest === null ? null : `did you mean ${quote(nearest)}?`;

/**
 * The registry of codes: to add a code is to add an entry here and a row in docs/pql-diagnostics.md.
 *
 * `text` is lower case, without a final stop or line break, the user's text in backticks (`quote`).
 */
export const diagnosticTexts = {
  'syntax/unexpected-character': {
    severity: 'error',
    doc: 'A character that is no part of the language.',
    text: (p: { readonly found: string }) => `unexpected character ${quote(p.found)}`,
  },
  'syntax/unexpected-token': {
    severity: 'error',
    doc: 'A word or symbol where the expression should go on differently or end.',
    text: (p: { readonly found: string }) => `unexpected ${quote(p.found)}`,
  },
  'syntax/expected-expression': {
    severity: 'error',
    doc: 'An operand, argument or condition is missing.',
    text: (p: { readonly after: string | null }) =>
      p.after === null ? 'expected an expression' : `expected an expression after ${quote(p.after)}`,
  },
  'syntax/expected': {
    severity: 'error',
    doc: 'A certain word, symbol or kind of token is missing at this place.',
    text: (p: { readonly what: string; readonly found: string | null }) =>
      p.found === null ? `expected ${p.what}` : `expected ${p.what}, found ${quote(p.found)}`,
  },
  'syntax/unclosed': {
    severity: 'error',
    doc: 'A bracket, a string or a context reference that is opened and not closed.',
    text: (p: { readonly open: string; readonly close: string }) => `${quote(p.open)} has no closing ${quote(p.close)}`,
  },
  'syntax/foreign-operator': {
    severity: 'error',
    doc: 'An operator of another language, such as `==` or `&&`.',
    text: (p: { readonly found: string; readonly instead: string }) => `${quote(p.found)} is not an operator`,
    help: (p: { readonly found: string; readonly instead: string }) => `write ${quote(p.instead)}`,
  },
  'syntax/foreign-form': {
    severity: 'error',
    doc: 'A phrase of another language, such as `is null`, `not in` or a postfix `exists`.',
    text: (p: { readonly found: string; readonly instead: string }) => `${quote(p.found)} is not in the language`,
    help: (p: { readonly found: string; readonly instead: string }) => `write ${quote(p.instead)}`,
  },
  'syntax/comment': {
    severity: 'error',
    doc: 'A comment of another language, `// …` or `/* … */`.',
    text: () => 'the language has no comments',
    help: () => 'leave it out; what a rule is for is told by its description',
  },
  'syntax/curly-quotes': {
    severity: 'error',
    doc: 'A string in typographic quotes.',
    text: () => 'a string is written with straight quotes',
  },
  'syntax/placeholder': {
    severity: 'error',
    doc: 'A placeholder such as `{tenantId}` that was copied from documentation and not replaced.',
    text: (p: { readonly found: string }) => `${quote(p.found)} is a placeholder`,
    help: () => 'replace the placeholder by a real name',
  },
  'syntax/parenthesised-list': {
    severity: 'error',
    doc: 'A list in round instead of square brackets.',
    text: () => 'a list is written in square brackets',
  },
  'syntax/chained-comparison': {
    severity: 'error',
    doc: 'A comparison of a comparison without parentheses, such as `1 < a < 5`.',
    text: (p: { readonly operator: string }) => `${quote(p.operator)} cannot follow another comparison`,
    help: () => 'join comparisons by `and`, or put one in parentheses',
  },
  'syntax/bad-number': {
    severity: 'error',
    doc: 'A number that is too large to be one.',
    text: (p: { readonly found: string }) => `${quote(p.found)} is out of range`,
  },
  'syntax/inexact-number': {
    severity: 'warning',
    doc: 'A whole number above 2^53, which numbers cannot hold exactly.',
    text: (p: { readonly found: string }) => `${quote(p.found)} is rounded`,
    help: () => 'compare long ids as strings',
  },
  'syntax/unknown-unit': {
    severity: 'error',
    doc: 'A word that is no unit of time.',
    text: (p: NameNotFound) => `unknown unit of time ${quote(p.name)}`,
    help: nearestHelp,
  },
  'syntax/bad-amount': {
    severity: 'error',
    doc: 'A number of time units, or of repetitions in a chain, that is not a whole number of at least 0.',
    text: (p: { readonly found: string }) => `expected a whole number of at least 0, found ${quote(p.found)}`,
  },
  'syntax/not-callable': {
    severity: 'error',
    doc: 'Arguments after something that is not the name of a function.',
    text: () => 'only a name can be called',
  },
  'syntax/duplicate-clause': {
    severity: 'error',
    doc: 'A clause that a chain step has already.',
    text: (p: { readonly clause: string }) => `${quote(p.clause)} is given twice`,
  },
  'limit/too-long': {
    severity: 'error',
    doc: 'The text is longer than the limit.',
    text: (p: { readonly limit: number }) => `the expression is longer than ${p.limit} characters`,
  },
  'limit/too-many-tokens': {
    severity: 'error',
    doc: 'The text has more words and symbols than the limit.',
    text: (p: { readonly limit: number }) => `the expression has more than ${p.limit} words and symbols`,
  },
  'limit/too-deep': {
    severity: 'error',
    doc: 'The expression is nested deeper than the limit.',
    text: (p: { readonly limit: number }) => `the expression is nested more than ${p.limit} deep`,
  },
  'limit/too-many-items': {
    severity: 'error',
    doc: 'A list, an object, an argument list or a chain has more items than the limit.',
    text: (p: { readonly limit: number }) => `more than ${p.limit} items`,
  },
  'limit/too-large': {
    severity: 'error',
    doc: 'The expression repeats itself, through `let`, `in` with a list, `occurs` or many variables, beyond the limit.',
    text: (p: { readonly limit: number }) => `with all repeated parts, the expression has more than ${p.limit} parts`,
  },
  'limit/too-many-loops': {
    severity: 'error',
    doc: 'More variables of queries, or steps of a chain, stand inside one another than the limit.',
    text: (p: { readonly limit: number }) => `more than ${p.limit} variables or steps stand inside one another`,
  },
  'check/unknown-field': {
    severity: 'error',
    doc: 'A field that the schema does not have at this place.',
    text: (p: NameNotFound) => `unknown field ${quote(p.name)}`,
    help: nearestHelp,
  },
  'check/unknown-function': {
    severity: 'error',
    doc: 'A function that does not exist.',
    text: (p: NameNotFound) => `unknown function ${quote(p.name)}`,
    help: nearestHelp,
  },
  'check/unknown-method': {
    severity: 'error',
    doc: 'A method that does not exist for a value of this type.',
    text: (p: NameNotFound) => `unknown method ${quote(p.name)}`,
    help: nearestHelp,
  },
  'check/wrong-arity': {
    severity: 'error',
    doc: 'Too few or too many arguments.',
    text: (p: { readonly name: string; readonly expected: string; readonly got: number }) =>
      `${quote(p.name)} takes ${p.expected}, got ${p.got}`,
  },
  'check/type-mismatch': {
    severity: 'error',
    doc: 'A value of one type where another is needed.',
    text: (p: { readonly expected: string; readonly got: string; readonly what: string }) =>
      `${p.what} must be ${p.expected}, not ${p.got}`,
  },
  'check/incomparable': {
    severity: 'error',
    doc: 'A comparison of two types that have no common type.',
    text: (p: { readonly left: string; readonly right: string }) => `cannot compare ${p.left} with ${p.right}`,
  },
  'check/not-an-array': {
    severity: 'error',
    doc: 'A value that is no array where one is needed.',
    text: (p: { readonly got: string }) => `expected an array, got ${p.got}`,
  },
  'check/not-an-object': {
    severity: 'error',
    doc: 'A field of a value that has no fields.',
    text: (p: { readonly got: string }) => `expected an object, got ${p.got}`,
  },
  'check/not-a-map': {
    severity: 'error',
    doc: 'A method of maps on a value that is none.',
    text: (p: { readonly got: string }) => `expected a map, got ${p.got}`,
  },
  'check/bad-literal': {
    severity: 'error',
    doc: 'A literal that cannot be converted to the type it is compared with.',
    text: (p: { readonly text: string; readonly type: string }) => `${quote(p.text)} is not ${p.type}`,
  },
  'check/unsupported': {
    severity: 'error',
    doc: 'A part of the language that this evaluation does not offer.',
    text: (p: { readonly what: string; readonly why: string }) => `${p.what} is not supported: ${p.why}`,
  },
  'check/duplicate-variable': {
    severity: 'error',
    doc: 'A variable name that is declared twice in one query.',
    text: (p: { readonly name: string }) => `variable ${quote(p.name)} is declared twice`,
  },
  'check/duplicate-member': {
    severity: 'error',
    doc: 'A member that an object literal has twice.',
    text: (p: { readonly name: string }) => `member ${quote(p.name)} is given twice`,
  },
  'check/bad-pattern': {
    severity: 'error',
    doc: 'A pattern that is not a valid regular expression (RE2).',
    text: (p: { readonly pattern: string; readonly why: string }) => `bad pattern ${quote(p.pattern)}: ${p.why}`,
  },
  'check/never-true': {
    severity: 'warning',
    doc: 'A condition that no profile can fulfil, by itself or together with those before it.',
    text: (p: { readonly why: string }) => `this is never true: ${p.why}`,
  },
  'check/impossible-time': {
    severity: 'error',
    doc: 'A time that does not exist or lies outside the supported range.',
    text: (p: { readonly why: string }) => `impossible time: ${p.why}`,
  },
  'json/malformed': {
    severity: 'error',
    doc: 'A text that should hold the JSON form and is not JSON.',
    text: () => 'the value is not JSON',
  },
  'json/wrong-type': {
    severity: 'error',
    doc: 'A value of the JSON form that is of another type, or another word, than its place asks.',
    text: (p: { readonly expected: string } & JsonPlace) => `expected ${p.expected} ${placed(p)}`,
  },
  'json/missing-field': {
    severity: 'error',
    doc: 'A node of the JSON form without a field that it needs.',
    text: (p: { readonly field: string } & JsonPlace) => `${quote(p.field)} is missing ${placed(p)}`,
  },
  'json/unknown-node': {
    severity: 'error',
    doc: 'A `nodeType` that the JSON form does not have.',
    text: (p: NameNotFound & JsonPlace) => `unknown \`nodeType\` ${quote(p.name)} ${placed(p)}`,
    help: nearestHelp,
  },
  'json/unknown-literal': {
    severity: 'error',
    doc: 'A `literalType` that the JSON form does not have.',
    text: (p: NameNotFound & JsonPlace) => `unknown \`literalType\` ${quote(p.name)} ${placed(p)}`,
    help: nearestHelp,
  },
  'json/unknown-variable': {
    severity: 'error',
    doc: 'A `varRef` to a variable that is not declared around it.',
    text: (p: NameNotFound & JsonPlace) => `variable ${quote(p.name)} ${placed(p)} is not declared`,
    help: nearestHelp,
  },
  'json/bad-name': {
    severity: 'error',
    doc: 'A name in the JSON form that no expression can be written with.',
    text: (p: { readonly name: string } & JsonPlace) => `${quote(p.name)} ${placed(p)} is not a name`,
  },
  'json/wrong-arity': {
    severity: 'error',
    doc: 'An operator or a method of the JSON form with too few or too many parameters.',
    text: (p: { readonly name: string; readonly expected: string; readonly got: number } & JsonPlace) =>
      `${quote(p.name)} ${placed(p)} takes ${p.expected}, got ${p.got}`,
  },
  'json/too-deep': {
    severity: 'error',
    doc: 'The nodes of the JSON form are nested deeper than the limit.',
    text: (p: { readonly limit: number }) => `nodes are nested more than ${p.limit} deep`,
  },
  'json/too-many-nodes': {
    severity: 'error',
    doc: 'The JSON form has more nodes than the limit.',
    text: (p: { readonly limit: number }) => `there are more than ${p.limit} nodes`,
  },
  'json/no-text': {
    severity: 'error',
    doc: 'The JSON form describes an expression that the text form cannot say.',
    text: (p: { readonly why: string }) => `this cannot be written as text: ${p.why}`,
  },
} as const satisfies Record<string, CodeEntry>;

/** The code of a diagnostic. */
export type DiagnosticCode = keyof typeof diagnosticTexts;
/** What the text of a code is made from. */
export type DiagnosticParameters<Code extends DiagnosticCode> =
  Parameters<(typeof diagnosticTexts)[Code]['text']> extends [infer Given] ? Given : Readonly<Record<never, never>>;

/** What a finding may carry beyond its text: advice (instead of the usual one of the code) and a repair. */
export interface DiagnosticExtra {
  readonly help?: string;
  readonly fix?: Fix;
}

const builders: {
  readonly [Code in DiagnosticCode]: {
    readonly severity: Diagnostic['severity'];
    readonly text: (parameters: DiagnosticParameters<Code>) => string;
    readonly help?: (parameters: DiagnosticParameters<Code>) => string | null;
  };
} = diagnosticTexts;

/** The diagnostic of `code` about the text in `span`. */
export function diagnose<Code extends DiagnosticCode>(
  code: Code,
  span: Span,
  parameters: DiagnosticParameters<Code>,
  extra: DiagnosticExtra = {},
): Diagnostic {
  const { severity, text, help } = builders[code];
  const usualHelp = help?.(parameters) ?? null;
  return {
    code,
    severity,
    span,
    message: text(parameters),
    ...(usualHelp === null ? {} : { help: usualHelp }),
    ...extra,
  };
}

const quotedLengthMax = 60;

/** The user's text as it stands in a message: in backticks, on one line, clipped when long. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
  const characters = [...line];
  return `\`${characters.length > quotedLengthMax ? `${characters.slice(0, quotedLengthMax).join('')}…` : line}\``;
}
