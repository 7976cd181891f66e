/** Checked expressions as JavaScript functions: for one profile at a time. */
import { assertNever } from '../assert.ts';
import { referencesOf } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf, TimeReference, TimeTest } from '../check/expression.ts';
import { callFunction, momentOf, momentsOf } from '../functions/call-function.ts';
import { isArray } from '../functions/compare.ts';
import { makeObject, mapEntries, memberOrNull } from '../functions/maps.ts';
import { bindTime } from '../plan/bind-time.ts';
import { isPassable } from '../plan/sequence.ts';
import { instant, isWithin, timeWindow } from '../plan/time-window.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { RegexEngine } from './closure.ts';
import type { JsFragment } from './code.ts';
import { assembleProgram, bound, joinJs, js, memberName, variableName } from './code.ts';
import type { Generate } from './generate.ts';
import { generateCollect, generateMap, generateReduce, generateSlice } from './generate-reduce.ts';

/** What an evaluation may depend on besides the profile. */
export interface Evaluation {
  /** `now`, epoch milliseconds. */
  readonly asOf: number;
  readonly regex: RegexEngine;
  /** Whether the profile is a member of another audience; without it nobody is. */
  readonly isMember?: (audienceId: string) => boolean;
  /** What the request brought for `@{schema}`, decoded; without it there is nothing. */
  readonly contextOf?: (schema: string) => PqlValue;
}

/** The expression as a function of one decoded profile, whose `xEvent` holds its events in order of time. */
export function compileClosure(checked: CheckedExpression, evaluation: Evaluation): (profile: PqlObject) => PqlValue {
  return compilePart(bindTime(checked.root, evaluation.asOf), [checked.profile.id], evaluation);
}

/** A part of an expression, bound by `bindTime`, as a function of the values of the variables that it does not bring. */
export function compilePart(
  part: Expression,
  variables: readonly number[],
  evaluation: Evaluation,
): (...values: readonly PqlValue[]) => PqlValue {
  const generate: Generate = (expression) => generateCode(expression, evaluation, generate);
  return assembleProgram(generate(part), variables);
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
    case 'slice':
      return generateSlice(expression, generate);
    case 'map':
      return generateMap(expression, generate);
    case 'entries':
      return js`${bound(mapEntries)}(${generate(expression.map)})`;
    case 'object':
      return generateObject(expression, generate);
    case 'context':
      return bound(evaluation.contextOf?.(expression.schema) ?? null);
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
      isTyped ? js`${object}?.[${memberName(step)}]` : js`${bound(memberOrNull)}(${object}, ${memberName(step)})`,
    root,
  );
  return type.kind === 'array' ? js`(${read} ?? ${bound(nothing)})` : js`(${read} ?? null)`;
}

function generateObject({ members }: ExpressionOf<'object'>, generate: Generate): JsFragment {
  const names = members.map(({ name }) => name);
  const values = joinJs(
    members.map(({ value }) => generate(value)),
    js`, `,
  );
  return js`${bound((...given: readonly PqlValue[]) => makeObject(names, given))}(${values})`;
}

function generateCall(node: ExpressionOf<'call'>, regex: RegexEngine, generate: Generate): JsFragment {
  const comparison = generateComparison(node, generate);
  if (comparison !== null) return comparison;
  return js`${bound(callFunction(node, regex))}(${joinJs(node.arguments.map(generate), js`, `)})`;
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
  if ((left.kind !== 'path' || left.type.kind === 'any') && !isCount) return null;
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
  if (only === undefined || ranges.length > 1 || negated || subject.kind !== 'path' || subject.type.kind === 'any') {
    return js`${bound((value: PqlValue) => momentsOf(value).some((one) => isWithin(one, { ranges, negated })))}(${moment})`;
  }
  const { from, to } = only;
  return js`(typeof ${moment} === 'number' && ${moment} >= ${bound(from)} && ${moment} <= ${bound(to)})`;
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

function occursTest(test: TimeTest): (subject: PqlValue, first: PqlValue, second?: PqlValue) => boolean {
  return (subject, first, second = first) => {
    const [start, end] = [momentOf(first), momentOf(second)];
    if (typeof start !== 'number' || typeof end !== 'number') return false;
    const window = timeWindow(test, instant(start), instant(end));
    return momentsOf(subject).some((moment) => isWithin(moment, window));
  };
}
