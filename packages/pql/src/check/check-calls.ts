/** Calls of functions and methods. */
import { diagnose } from '../diagnostics/codes.ts';
import type { FunctionRecord, Parameter } from '../functions/function-record.ts';
import { functionRegistry } from '../functions/registry.ts';
import type { AstOf } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import { call, constant, itemsOf, not, presence } from './build.ts';
import { argumentCount, hasArity } from './check-arity.ts';
import { someItem } from './check-comparisons.ts';
import { checkGroupBy, checkMap, isFunctionOfEntry } from './check-groups.ts';
import { checkEntryMethod, checkMapMethod, isMapMethod } from './check-maps.ts';
import { checkInSegment, checkMembershipEntry, isMembershipMap, refuseMembershipMap } from './check-memberships.ts';
import { isKnownInAdvance } from './check-occurs.ts';
import { asArray, checkReducingMethod, filterItems, isReducingMethod, reducingMethods } from './check-queries.ts';
import { checkSetMethod, isSetMethod } from './check-sets.ts';
import { checkSliceMethod, isSliceMethod, sliceMethodNames } from './check-slices.ts';
import type { CheckContext, NameScope } from './context.ts';
import { isReported, reported } from './context.ts';
import type { Expression } from './expression.ts';
import { commonType, convertLiteral } from './literals.ts';
import { unknownFunction, unknownMethod } from './unknown-names.ts';

/** A call. */
export function checkCall(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Expression {
  return node.receiver === null ? checkFunction(node, scope, context) : checkMethod(node, scope, context);
}

function checkFunction(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Expression {
  const name = node.name.text;
  if (name === 'inSegment') return checkInSegment(node, context);
  if (name === 'mapEntry') return refuseMapEntry(node, context);
  const record = functionRegistry.get(name);
  if (record?.form === 'function') {
    const result = applyRecord(node, record, [], scope, context);
    return name === 'date' ? constantDate(result, context) : result;
  }
  context.report(unknownFunction(node, scope, context));
  return reported(node.span);
}

/** Inside `map`, where it belongs, nobody asks for it by itself. */
function refuseMapEntry(node: AstOf<'call'>, context: CheckContext): Expression {
  const why = 'it is what the function of a `map` gives, as a whole';
  context.report(diagnose('check/unsupported', node.name.span, { what: '`mapEntry` at this place', why }));
  return reported(node.span);
}

/** `date` of values that differ between profiles, or depend on conditions, is not offered. */
function constantDate(date: Expression, context: CheckContext): Expression {
  if (date.kind !== 'call' || isKnownInAdvance(date)) return date;
  const why = 'its arguments must be numbers, or calculated from numbers and parts of now';
  context.report(diagnose('check/unsupported', date.span, { what: 'this `date`', why }));
  return reported(date.span);
}

function checkMethod(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Expression {
  const { receiver } = node;
  if (receiver === null) return reported(node.span);
  const name = node.name.text;
  if (name === 'isNull' || name === 'isNotNull') return checkNullTest(node, scope, context);
  const membership = checkMembershipEntry(node, scope, context);
  if (membership !== null) return membership;
  const value = context.check(receiver, scope);
  if (isMembershipMap(value)) return refuseMembershipMap(receiver.span, context);
  if (isMapMethod(name)) return checkMapMethod(node, name, value, scope, context);
  if (name === 'map') return checkMap(node, value, scope, context);
  if ((name === 'count' || name === 'exists' || name === 'filter') && isAskedAsMap(value, node)) {
    return checkEntryMethod(node, name, value, scope, context);
  }
  if (isSetMethod(name)) return checkSetMethod(node, name, value, scope, context);
  if (isArrayMethod(name)) {
    const array = asArray(value, context);
    return array === null ? reported(node.span) : checkArrayMethod(node, name, array, scope, context);
  }
  const record = functionRegistry.get(name);
  if (record?.form === 'method') return applyRecord(node, record, [value], scope, context);
  context.report(unknownMethod(node.name));
  return reported(node.span);
}

/** Whether a question is about the entries of a map: a function of key and value takes what is untyped for one. */
function isAskedAsMap({ type }: Expression, { arguments: [argument] }: AstOf<'call'>): boolean {
  return type.kind === 'map' || (type.kind === 'any' && isFunctionOfEntry(argument));
}

const arrayMethods = [...reducingMethods, ...sliceMethodNames, 'filter', 'groupBy'] as const;

function isArrayMethod(name: string): boolean {
  return arrayMethods.some((method) => method === name);
}

function checkArrayMethod(
  node: AstOf<'call'>,
  name: string,
  array: Expression,
  scope: NameScope,
  context: CheckContext,
): Expression {
  if (isReducingMethod(name)) return checkReducingMethod(node, name, array, scope, context);
  if (isSliceMethod(name)) return checkSliceMethod(node, name, array, scope, context);
  if (name === 'groupBy') return checkGroupBy(node, array, scope, context);
  const [condition] = node.arguments;
  if (!hasArity(node, 1, 1, context) || condition === undefined) return reported(node.span);
  return filterItems(array, condition, scope, node.span, context);
}

function checkNullTest(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Expression {
  const name = node.name.text;
  if (!hasArity(node, 0, 0, context) || node.receiver === null) return reported(node.span);
  const isPresent = presence(context.check(node.receiver, scope));
  return { ...(name === 'isNull' ? not(isPresent) : isPresent), span: node.span };
}

/** The call of a record: arity, literals, types, patterns; a receiver that is an array means some item. */
function applyRecord(
  node: AstOf<'call'>,
  record: FunctionRecord,
  receiver: readonly Expression[],
  scope: NameScope,
  context: CheckContext,
): Expression {
  const args = [...receiver, ...node.arguments.map((argument) => context.check(argument, scope))];
  const matched = matchArguments(node, record, args.length, receiver.length, args, context);
  if (matched === null) return reported(node.span);
  const [first, ...rest] = args;
  if (first !== undefined && receiver.length > 0 && first.type.kind === 'array') {
    if (record.result.kind === 'boolean') {
      return someItem(first, node.span, context, (item) => finishCall(node, record, [item, ...rest], matched, context));
    }
    const { generators, item } = itemsOf(first, context);
    const value = finishCall(node, record, [item, ...rest], matched, context);
    return { kind: 'collect', generators, item: value, type: { kind: 'array', element: value.type }, span: node.span };
  }
  return finishCall(node, record, args, matched, context);
}

/** The parameter of each argument; null, and reported, when their number is wrong. */
function matchArguments(
  node: AstOf<'call'>,
  { parameters }: FunctionRecord,
  got: number,
  hidden: number,
  args: readonly Expression[],
  context: CheckContext,
): readonly Parameter[] | null {
  const required = parameters.filter(({ optional }) => optional !== true).length;
  const variadic = parameters.find((parameter) => parameter.variadic === true);
  if (got >= required && variadic !== undefined) return variadicParameters(parameters, variadic, args);
  if (got >= required && got <= parameters.length) return parameters.slice(0, got);
  const least = required - hidden;
  const most = parameters.length - hidden;
  const expected = variadic
    ? `at least ${argumentCount(least)}`
    : least === most
      ? argumentCount(least)
      : `${least} to ${argumentCount(most)}`;
  context.report(diagnose('check/wrong-arity', node.name.span, { name: node.name.text, expected, got: got - hidden }));
  return null;
}

/** The receiver, then the repeated parameter, then the switch when the last argument is one. */
function variadicParameters(
  parameters: readonly Parameter[],
  variadic: Parameter,
  args: readonly Expression[],
): readonly Parameter[] {
  const at = parameters.indexOf(variadic);
  const last = parameters.at(-1) ?? variadic;
  return args.map((argument, index) => {
    const isSwitch = index === args.length - 1 && index > at && argument.type.kind === 'boolean';
    return index < at ? (parameters[index] ?? variadic) : isSwitch ? last : variadic;
  });
}

function finishCall(
  node: AstOf<'call'>,
  record: FunctionRecord,
  args: readonly Expression[],
  parameters: readonly Parameter[],
  context: CheckContext,
): Expression {
  const converted = args.map((argument, index) => fitArgument(argument, parameters[index], context));
  const fitting = converted.filter((argument) => argument !== null);
  if (fitting.length < args.length || !isPatternSound(node.name.text, fitting, context)) return reported(node.span);
  const prepared = fitting.filter((_, index) => parameters[index]?.literal === true);
  if (prepared.some(isReported)) return reported(node.span);
  // What must be known in advance is known to be nothing: there is nothing to prepare, and one answer.
  if (prepared.some(({ type }) => type.kind === 'null')) {
    return constant(record.nullRule === 'null' ? null : false, record.result, node.span);
  }
  return call(node.name.text, fitting, record.result, node.span);
}

/** The argument as its parameter wants it; null, and reported, when it does not fit. */
function fitArgument(argument: Expression, parameter: Parameter | undefined, context: CheckContext): Expression | null {
  if (parameter === undefined || parameter.type === 'any') return argument;
  const wanted: PqlType = scalarTypes[parameter.type];
  const converted = convertLiteral(argument, wanted);
  const isBroken = wanted.kind === 'integer' && converted?.kind === 'constant' && !isWhole(converted.value);
  const fits = converted !== null && !isBroken && commonType(converted.type, wanted) !== null;
  const what = `\`${parameter.name}\``;
  if (!fits) {
    const expected = describeType(wanted);
    context.report(
      diagnose('check/type-mismatch', argument.span, { what, expected, got: describeType(argument.type) }),
    );
    return null;
  }
  if (parameter.literal === true && converted.kind !== 'constant') {
    const expected = `${describeType(wanted)} written as a literal`;
    context.report(diagnose('check/type-mismatch', argument.span, { what, expected, got: 'an expression' }));
    return null;
  }
  return converted;
}

function isWhole(value: PqlValue): boolean {
  return typeof value !== 'number' || Number.isInteger(value);
}

/** Whether a literal pattern, and the group asked of it, can be used; reports when not. */
function isPatternSound(name: string, args: readonly Expression[], context: CheckContext): boolean {
  const [, pattern, group] = args;
  if (name !== 'matches' && name !== 'regexGroup') return true;
  if (context.regex === null || pattern?.kind !== 'constant' || typeof pattern.value !== 'string') return true;
  const compiled = context.regex.compile(pattern.value);
  if ('error' in compiled) {
    context.report(diagnose('check/bad-pattern', pattern.span, { pattern: pattern.value, why: compiled.error }));
    return false;
  }
  const { groupCount } = compiled.pattern;
  if (group?.kind !== 'constant' || typeof group.value !== 'number') return true;
  if (group.value >= 0 && group.value <= groupCount) return true;
  const why = `it has ${groupCount} capture groups, not ${group.value}`;
  context.report(diagnose('check/bad-pattern', group.span, { pattern: pattern.value, why }));
  return false;
}
