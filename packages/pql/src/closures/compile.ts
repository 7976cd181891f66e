/** Checked expressions as JavaScript functions: for one profile at a time. */
import { assertNever } from '../assert.ts';
import { referencesOf } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf, TimeReference, TimeTest } from '../check/expression.ts';
import { isArray } from '../functions/compare.ts';
import { functionRecord } from '../functions/registry.ts';
import { bindTime } from '../plan/bind-time.ts';
import { isPassable } from '../plan/sequence.ts';
import { instant, isWithin, timeWindow } from '../plan/time-window.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { RegexEngine } from './closure.ts';
import type { JsFragment } from './code.ts';
import { assembleProgram, bound, joinJs, js, memberName, variableName } from './code.ts';
import type { Generate } from './generate.ts';
import { generateCollect, generateReduce } from './generate-reduce.ts';

/** What an evaluation may depend on besides the profile. */
export interface Evaluation {
  /** `now`, epoch milliseconds. */
  readonly asOf: number;
  readonly regex: RegexEngine;
  /** Whether the profile is a member of another audience; without it nobody is. */
  readonly isMember?: (audienceId: string) => boolean;
}

/** The expression as a function of one decoded profile, whose `xEvent` holds its events in order of time. */
export function compileClosure(checked: CheckedExpression, evaluation: Evaluation): (profile: PqlObject) => PqlValue {
  const generate: Generate = (expression) => generateCode(expression, evaluation, generate);
  return assembleProgram(generate(bindTime(checked.root, evaluation.asOf)));
}

const nothing: readonly PqlValue[] = [];

function generateCode(expression: Expression, evaluation: Evaluation, generate: Generate): JsFragment {
  switch (expression.kind) {
    case 'constant':
      return bound(expression.value);
    case 'path':
      return generatePath(expression);
    case 'list': {
      const items = joinJs(expression.items.map(generate), js`, `);
      return js`[${items}].filter(${bound((item: PqlValue) => item !== null)})`;
    }
    case 'call':
      return generateCall(expression, evaluation.regex, generate);
    case 'if':
      return js`(${generate(expression.condition)} ? ${generate(expression.whenTrue)} : ${generate(expression.whenFalse)})`;
    case 'reduce':
      return generateReduce(expression, generate);
    case 'collect':
      return generateCollect(expression, generate);
    case 'and':
    case 'or': {
      const separator = expression.kind === 'and' ? js` && ` : js` || `;
      return js`(${joinJs(expression.operands.map(generate), separator)})`;
    }
    case 'not':
      return js`!${generate(expression.operand)}`;
    case 'truth':
      return generateTruth(expression.operand, generate);
    case 'within':
      return generateWithin(expression, generate);
    case 'occurs':
      return generateOccurs(expression, generate);
    case 'sequence':
      return generateSequence(expression, generate);
    case 'membership': {
      const { isMember } = evaluation;
      const { audienceId } = expression;
      return js`${bound(() => isMember?.(audienceId) ?? false)}()`;
    }
    case 'slot':
      throw new Error('a slot has a value in scans only');
    default:
      return assertNever(expression);
  }
}

/** A missing array is empty, anything else missing is null. */
function generatePath({ variable, steps, type }: ExpressionOf<'path'>): JsFragment {
  const root = variableName(variable.id);
  const isTyped = variable.type.kind === 'object' && type.kind !== 'any';
  const read = steps.reduce(
    (object, step) =>
      isTyped ? js`${object}?.[${memberName(step)}]` : js`${bound(untypedMember)}(${object}, ${memberName(step)})`,
    root,
  );
  return type.kind === 'array' ? js`(${read} ?? ${bound(nothing)})` : js`(${read} ?? null)`;
}

/** A member of a value that may be anything. Strings and arrays have members in JavaScript that are none here. */
function untypedMember(value: PqlValue | undefined, name: PqlValue): PqlValue {
  return isObject(value) && typeof name === 'string' ? (value[name] ?? null) : null;
}

function isObject(value: PqlValue | undefined): value is PqlObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function generateCall(node: ExpressionOf<'call'>, regex: RegexEngine, generate: Generate): JsFragment {
  const comparison = generateComparison(node, generate);
  if (comparison !== null) return comparison;
  const constants = node.arguments.map((argument) => (argument.kind === 'constant' ? argument.value : undefined));
  const apply = functionRecord(node.name).evaluate({ regex, constants });
  return js`${bound(apply)}(${joinJs(node.arguments.map(generate), js`, `)})`;
}

const comparisonSigns: ReadonlyMap<string, JsFragment> = new Map([
  ['<', js`<`],
  ['<=', js`<=`],
  ['>', js`>`],
  ['>=', js`>=`],
]);

/**
 * A comparison of a stored value or a count with a literal, written out: it is what most rules consist of, and several
 * times faster than a call. Null for any other. Reading a path twice costs nothing.
 */
function generateComparison(
  { name, arguments: [left, right] }: ExpressionOf<'call'>,
  generate: Generate,
): JsFragment | null {
  if (left === undefined || right?.kind !== 'constant' || right.value === null || typeof right.value === 'object')
    return null;
  const isCount = left.kind === 'reduce' && left.reducer === 'count';
  if (left.kind !== 'path' && !isCount) return null;
  const value = generate(left);
  const literal = generate(right);
  if (name === '=' && left.type.kind !== 'array') return js`(${value} === ${literal})`;
  const sign = comparisonSigns.get(name);
  if (sign === undefined || typeof right.value !== 'number') return null;
  return isCount
    ? js`(${value} ${sign} ${literal})`
    : js`(typeof ${value} === 'number' && ${value} ${sign} ${literal})`;
}

/** Whether a value counts as true. Source: docs/pql.md#truth. */
function generateTruth(operand: Expression, generate: Generate): JsFragment {
  const value = generate(operand);
  switch (operand.type.kind) {
    case 'boolean':
      return js`(${value} === true)`;
    case 'array':
      return js`(${value}.length > 0)`;
    case 'any':
      return js`${bound(isTrue)}(${value})`;
    default:
      return js`(${value} !== null)`;
  }
}

function isTrue(value: PqlValue): boolean {
  if (value === null || value === false) return false;
  return !isArray(value) || value.length > 0;
}

function generateWithin({ subject, ranges, negated }: ExpressionOf<'within'>, generate: Generate): JsFragment {
  const [only] = ranges;
  const moment = generate(subject);
  if (only === undefined || ranges.length > 1 || negated) {
    return js`${bound((value: PqlValue) => typeof value === 'number' && isWithin(value, { ranges, negated }))}(${moment})`;
  }
  const { from, to } = only;
  if (subject.kind === 'path') {
    return js`(typeof ${moment} === 'number' && ${moment} >= ${bound(from)} && ${moment} <= ${bound(to)})`;
  }
  return js`${bound((value: PqlValue) => typeof value === 'number' && value >= from && value <= to)}(${moment})`;
}

/** `occurs` against a time that only the profile knows. */
function generateOccurs({ subject, test }: ExpressionOf<'occurs'>, generate: Generate): JsFragment {
  const moments = [subject, ...referencesOf(test).map(instantOf)].map(generate);
  return js`${bound(occursTest(test))}(${joinJs(moments, js`, `)})`;
}

function generateSequence({ steps }: ExpressionOf<'sequence'>, generate: Generate): JsFragment {
  const counts = steps.map(({ count }) => count);
  const moments = joinJs(
    steps.map((step) => generate(step.moments)),
    js`, `,
  );
  return js`${bound((...given: readonly PqlValue[]) => isPassable(given, counts))}(${moments})`;
}

/** After binding, what is left of a reference is a moment. */
function instantOf(reference: TimeReference): Expression {
  if (reference.kind !== 'instant') throw new Error('only instants differ between profiles');
  return reference.expression;
}

function occursTest(test: TimeTest): (moment: PqlValue, first: PqlValue, second?: PqlValue) => boolean {
  return (moment, first, second = first) => {
    if (typeof moment !== 'number' || typeof first !== 'number' || typeof second !== 'number') return false;
    return isWithin(moment, timeWindow(test, instant(first), instant(second)));
  };
}
