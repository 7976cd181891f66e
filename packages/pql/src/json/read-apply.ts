/** `fnApply`: operators, functions and methods. */
import type { Ast, Identifier } from '../syntax/ast.ts';
import {
  arithmeticNames,
  comparisonNames,
  functionForms,
  logicalNames,
  oneOf,
  quantifierNames,
  timeRuleNames,
  usualForm,
  wrongArity,
} from './function-forms.ts';
import { type JsonReader, missingNode, noSpan } from './json-reader.ts';
import { fieldOf, isGiven, isJsonObject, itemsOf, type JsonSpot, pointerOf } from './json-spot.ts';
import { methodReach, type Reach, withNames } from './reach.ts';
import { readVariables } from './read-queries.ts';
import { readRule } from './read-time.ts';

/** `fnApply`; the older form has the name, or the function itself, in `function`. */
export function readApply(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const nameField = nameFieldOf(spot);
  if (isJsonObject(fieldOf(spot, nameField).value)) return readApplication(spot, reach, reader);
  const params = reader.items(spot, 'params');
  const name = reader.text(spot, nameField);
  // Reported already: what else could be said would follow from it.
  if (name === '' || itemsOf(fieldOf(spot, 'params')) === null) return missingNode;
  const shape = { count: params.length, startsWithSelect: isSelect(params[0]) };
  const formAt = fieldOf(spot, 'form');
  const form = isGiven(formAt) ? reader.word(formAt, functionForms) : usualForm(name, shape);
  if (form === 'operator') return readOperator(spot, name, params, reach, reader);
  return readCall(spot, reader.name(spot, nameField), params, { isMethod: form === 'method' }, reach, reader);
}

function nameFieldOf(spot: JsonSpot): 'fnName' | 'function' {
  return !isGiven(fieldOf(spot, 'fnName')) && isGiven(fieldOf(spot, 'function')) ? 'function' : 'fnName';
}

function isSelect(spot: JsonSpot | undefined): boolean {
  const type = spot !== undefined && isJsonObject(spot.value) ? spot.value['nodeType'] : undefined;
  return type === 'select' || type === 'set';
}

function readCall(
  spot: JsonSpot,
  name: Identifier,
  params: readonly JsonSpot[],
  { isMethod }: { readonly isMethod: boolean },
  reach: Reach,
  reader: JsonReader,
): Ast {
  const [first, ...rest] = params;
  if (isMethod && first === undefined) {
    return reportArity(spot, name.text, 'at least 1 parameter', params, reader);
  }
  const receiver = isMethod && first !== undefined ? reader.read(first, reach) : null;
  const args = receiver === null ? params : rest;
  const inner = receiver === null ? reach : methodReach(reach, name.text);
  return { kind: 'call', name, receiver, arguments: args.map((each) => reader.read(each, inner)), span: noSpan };
}

function readOperator(
  spot: JsonSpot,
  name: string,
  params: readonly JsonSpot[],
  reach: Reach,
  reader: JsonReader,
): Ast {
  const expected = wrongArity(name, params.length);
  if (expected !== null) return reportArity(spot, name, expected, params, reader);
  const logical = oneOf(logicalNames, name);
  if (logical !== null) return readRun(spot, logical, reach, reader);
  const quantifier = oneOf(quantifierNames, name);
  const [first, ...rest] = params;
  if (first === undefined) return missingNode;
  if (quantifier !== null) {
    return { kind: 'quantifier', quantifier, variables: readVariables(first, reach, reader).variables, span: noSpan };
  }
  const rule = oneOf(timeRuleNames, name);
  const left = reader.read(first, reach);
  if (rule !== null) return { kind: 'occurs', subject: left, form: readRule(rule, rest, reach, reader), span: noSpan };
  const [right, third] = rest.map((each) => reader.read(each, reach));
  return applyOperator(name, left, right, third) ?? reportArity(spot, name, '2 parameters', params, reader);
}

/** The node of an operator on operands that were read; null when they are not as many as it takes. */
function applyOperator(name: string, left: Ast, right: Ast | undefined, otherwise: Ast | undefined): Ast | null {
  if (right === undefined) {
    if (name === 'not') return { kind: 'not', operand: left, span: noSpan };
    return name === '-' ? { kind: 'negate', operand: left, span: noSpan } : null;
  }
  if (otherwise !== undefined) {
    const then = right;
    return { kind: 'if', condition: left, then, otherwise, span: noSpan };
  }
  const comparison = oneOf(comparisonNames, name);
  if (comparison !== null) return { kind: 'comparison', operator: comparison, left, right, span: noSpan };
  const operator = oneOf(arithmeticNames, name);
  return operator === null ? null : { kind: 'arithmetic', operator, left, right, span: noSpan };
}

/** A run of `and` or `or`. It may be one node, or a node inside the first parameter of the next, thousands deep. */
function readRun(spot: JsonSpot, operator: 'and' | 'or', reach: Reach, reader: JsonReader): Ast {
  const reversed: JsonSpot[] = [];
  let run: JsonSpot | null = spot;
  while (run !== null) {
    const params: readonly JsonSpot[] = reader.items(run, 'params');
    reversed.push(...params.slice(1).toReversed());
    const first: JsonSpot | undefined = params[0];
    if (!reader.count(1) || first === undefined) return missingNode;
    run = isRunOf(first, operator) ? first : null;
    if (run === null) reversed.push(first);
  }
  const [first, ...rest] = reversed.reverse().map((each) => reader.read(each, reach));
  return rest.reduce<Ast>(
    (left, right) => ({ kind: 'logical', operator, left, right, span: noSpan }),
    first ?? missingNode,
  );
}

function isRunOf(spot: JsonSpot, operator: string): boolean {
  const isApply = isJsonObject(spot.value) && spot.value['nodeType'] === 'fnApply';
  const params = itemsOf(fieldOf(spot, 'params'));
  const form = fieldOf(spot, 'form');
  const isOperator =
    fieldOf(spot, nameFieldOf(spot)).value === operator && (!isGiven(form) || form.value === 'operator');
  return isApply && isOperator && params !== null && params.length >= 2;
}

/** The older application of a function that is written out: each parameter becomes a `let`. */
function readApplication(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const created = fieldOf(spot, 'function');
  const params = reader.items(spot, 'params');
  if (!isJsonObject(created.value) || created.value['nodeType'] !== 'fnCreate') {
    return reader.reportType(created, 'a name or a `fnCreate`');
  }
  const names = reader.items(created, 'params').map((parameter) => reader.name(parameter, 'varName'));
  const texts = names.map(({ text }) => text);
  if (names.length !== params.length) {
    const expected = `${names.length} parameter${names.length === 1 ? '' : 's'}`;
    return reportArity(spot, 'function', expected, params, reader);
  }
  if (names.length > 1 && texts.some((text) => reach.names.has(text))) {
    reader.report('json/no-text', { why: 'a parameter has the name of a variable around it' });
  }
  // In the values, too, the names are taken: a field of that name must not become the parameter before it.
  const values = params.map((each, index) => reader.read(each, withNames(reach, texts.slice(0, index))));
  const body = reader.readField(created, 'body', withNames(reach, texts));
  return names.reduceRight<Ast>((inner, name, index) => {
    return { kind: 'let', name, value: values[index] ?? missingNode, body: inner, span: noSpan };
  }, body);
}

function reportArity(
  spot: JsonSpot,
  name: string,
  expected: string,
  params: readonly JsonSpot[],
  reader: JsonReader,
): Ast {
  reader.report('json/wrong-arity', { name, expected, got: params.length, place: pointerOf(spot) });
  return missingNode;
}
