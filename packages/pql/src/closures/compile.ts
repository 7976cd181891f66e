/** Checked expressions as JavaScript functions: for one profile at a time. */
import { assertNever } from '../assert.ts';
import { referencesOf } from '../check/children.ts';
import type { CheckedExpression, Expression, ExpressionOf, TimeReference, TimeTest } from '../check/expression.ts';
import { callFunction, momentOf, momentsOf } from '../functions/call-function.ts';
import { isTrue } from '../functions/compare.ts';
import { makeObject, mapEntries, memberOrNull } from '../functions/maps.ts';
import { bindTime } from '../plan/bind-time.ts';
import { isPassable } from '../plan/sequence.ts';
import { instant, isWithin, timeWindow } from '../plan/time-window.ts';
import type { PqlObject, PqlValue } from '../types/value.ts';
import type { RegexEngine } from './closure.ts';
import type { JsFragment } from './code.ts';
import { assembleProgram, bound, joinJs, js, memberName, variableName } from './code.ts';
import { generateQuery } from './generate-query.ts';
import type { Generate, Place } from './place.ts';
import { StepBudget } from './step-budget.ts';

/** What an evaluation may depend on besides the profile. */
export interface Evaluation {
  /** `now`, epoch milliseconds. */
  readonly asOf: number;
  readonly regex: RegexEngine;
  /** Whether the profile is a member of another audience; without it nobody is. */
  readonly isMember?: (audienceId: string) => boolean;
  /** What the request brought for `@{schema}`, decoded; without it there is nothing. */
  readonly contextOf?: (schema: string) => PqlValue;
  /** Steps that one profile may take, `evaluationLimits.stepsMax` without it. */
  readonly stepsMax?: number;
}

/**
 * The expression as a function of one decoded profile, whose `xEvent` holds its events in order of time.
 * Throws `TooManyStepsError` when it takes more than `stepsMax` steps on a profile.
 */
export function compileClosure(checked: CheckedExpression, evaluation: Evaluation): (profile: PqlObject) => PqlValue {
  const budget = new StepBudget(evaluation.stepsMax);
  const given = [checked.profile.id];
  const root = bindTime(checked.root, evaluation.asOf);
  const run = assembleProgram(generatorsOf(evaluation, budget, given).here(root), given);
  return (profile) => {
    budget.refill();
    return run(profile);
  };
}

/**
 * A part of an expression, bound by `bindTime`, as a function of the values of the variables that it does not bring.
 * It may run any number of times: all its loops count their steps.
 */
export function compilePart(
  part: Expression,
  given: readonly number[],
  evaluation: Evaluation,
  budget: StepBudget,
): (...values: readonly PqlValue[]) => PqlValue {
  return assembleProgram(generatorsOf(evaluation, budget, given).inside(part), given);
}

/** The generators of code that runs once for a profile, and of code inside loops. Parts that are shared share their code. */
function generatorsOf(
  evaluation: Evaluation,
  budget: StepBudget,
  given: readonly number[],
): Pick<Place, 'here' | 'inside'> {
  const step = js`if (--${bound(budget)}.left < 0) ${bound(budget)}.giveUp();`;
  const countItems = bound((value: PqlValue) => budget.countItems(value));
  const inside: Generate = remembered((expression) =>
    generateCode(expression, evaluation, { here: inside, inside, isRepeated: true, given, step, countItems }),
  );
  const here: Generate = remembered((expression) =>
    generateCode(expression, evaluation, { here, inside, isRepeated: false, given, step, countItems }),
  );
  return { here, inside };
}

function remembered(generate: Generate): Generate {
  const known = new Map<Expression, JsFragment>();
  return (expression) => {
    const code = known.get(expression) ?? generate(expression);
    known.set(expression, code);
    return code;
  };
}

const nothing: readonly PqlValue[] = [];

function generateCode(expression: Expression, evaluation: Evaluation, place: Place): JsFragment {
  const generate = place.here;
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
      return generateCall(expression, evaluation.regex, place);
    case 'if':
      return js`(${generate(expression.condition)} ? ${generate(expression.whenTrue)} : ${generate(expression.whenFalse)})`;
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return generateQuery(expression, place);
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
      return generateWithin(expression, place);
    case 'occurs':
      return generateOccurs(expression, place);
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

function generateCall(node: ExpressionOf<'call'>, regex: RegexEngine, place: Place): JsFragment {
  const comparison = generateComparison(node, place.here);
  if (comparison !== null) return comparison;
  const values = node.arguments.map((argument) => generateSubject(argument, place));
  return js`${bound(callFunction(node, regex))}(${joinJs(values, js`, `)})`;
}

/** What a function may go through: in a loop, the items of an array are steps. */
function generateSubject(subject: Expression, { here, isRepeated, countItems }: Place): JsFragment {
  const isArray = subject.kind !== 'constant' && (subject.type.kind === 'array' || subject.type.kind === 'any');
  return isRepeated && isArray ? js`${countItems}(${here(subject)})` : here(subject);
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

function generateWithin({ subject, ranges, negated }: ExpressionOf<'within'>, place: Place): JsFragment {
  const [only] = ranges;
  if (only === undefined || ranges.length > 1 || negated || subject.kind !== 'path' || subject.type.kind === 'any') {
    return js`${bound((value: PqlValue) => momentsOf(value).some((one) => isWithin(one, { ranges, negated })))}(${generateSubject(subject, place)})`;
  }
  const moment = place.here(subject);
  const { from, to } = only;
  return js`(typeof ${moment} === 'number' && ${moment} >= ${bound(from)} && ${moment} <= ${bound(to)})`;
}

/** `occurs` against a time that only the profile knows. */
function generateOccurs({ subject, test }: ExpressionOf<'occurs'>, place: Place): JsFragment {
  const moments = [subject, ...referencesOf(test).map(instantOf)].map((moment) => generateSubject(moment, place));
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
