/** Time rules: the functions `occurs…` and `timeReference`. */
import type { OccursForm, TimeReference } from '../syntax/ast.ts';
import { timeUnits } from '../syntax/ast.ts';
import { type TimeRule, timeRuleNames, timeRules } from './function-forms.ts';
import { type JsonReader, missingNode, noSpan } from './json-reader.ts';
import { fieldOf, isJsonObject, type JsonSpot, pointerOf } from './json-spot.ts';
import type { Reach } from './reach.ts';

const operators = ['=', '!=', '<', '<=', '>', '>='] as const;
const directions = ['before', 'after', 'from'] as const;
const momentNames = ['now', 'today', 'yesterday', 'tomorrow'] as const;
const calendarWords = ['this', 'last', 'next'] as const;

const missingReference: TimeReference = { kind: 'expression', expression: missingNode, span: noSpan };
const missingForm: OccursForm = { kind: 'on', reference: missingReference };

/** What follows `occurs`, from its name and its parameters without the subject. Their number is known to be right. */
export function readRule(rule: TimeRule, params: readonly JsonSpot[], reach: Reach, reader: JsonReader): OccursForm {
  const reference = (spot: JsonSpot | undefined): TimeReference =>
    spot === undefined ? missingReference : readReference(spot, reach, reader);
  const [first, second] = params;
  switch (rule) {
    case 'occurs':
      return { kind: 'on', reference: reference(first) };
    case 'occursBefore':
      return { kind: 'side', direction: 'before', reference: reference(first) };
    case 'occursAfter':
      return { kind: 'side', direction: 'after', reference: reference(first) };
    case 'occursBetween':
      return { kind: 'between', from: reference(first), to: reference(second) };
    default:
      return readDistance(params, reach, reader);
  }
}

function readDistance(params: readonly JsonSpot[], reach: Reach, reader: JsonReader): OccursForm {
  const [operatorAt, amountAt, unitAt, directionAt, referenceAt] = params;
  if (!operatorAt || !amountAt || !unitAt || !directionAt || !referenceAt) return missingForm;
  const operator = readWord(operatorAt, operators, reader);
  const amount = reader.read(amountAt, reach);
  const unit = readWord(unitAt, timeUnits, reader);
  const direction = readWord(directionAt, directions, reader);
  const reference = readReference(referenceAt, reach, reader);
  if (operator === null || unit === null || direction === null) return missingForm;
  return { kind: 'distance', operator, amount, unit, direction, reference };
}

/** The word in a literal of type String. */
function readWord<Word extends string>(spot: JsonSpot, words: readonly Word[], reader: JsonReader): Word | null {
  reader.count(1);
  const isLiteral = isJsonObject(spot.value) && spot.value['nodeType'] === 'literal';
  if (isLiteral) return reader.word(fieldOf(spot, 'value'), words);
  reader.reportType(spot, 'a literal of type String');
  return null;
}

function readReference(spot: JsonSpot, reach: Reach, reader: JsonReader): TimeReference {
  if (!isJsonObject(spot.value) || spot.value['nodeType'] !== 'timeReference') {
    return { kind: 'expression', expression: reader.read(spot, reach), span: noSpan };
  }
  reader.count(1);
  if (Object.hasOwn(spot.value, 'name')) {
    const name = reader.word(fieldOf(spot, 'name'), momentNames);
    return name === null ? missingReference : { kind: 'named', name, span: noSpan };
  }
  const which = reader.word(fieldOf(spot, 'which'), calendarWords);
  const unit = reader.word(fieldOf(spot, 'unit'), timeUnits);
  return which === null || unit === null ? missingReference : { kind: 'calendar', which, unit, span: noSpan };
}

/** The time rule of a chain's step: an `occurs…` without a subject. */
export function readStepRule(spot: JsonSpot, reach: Reach, reader: JsonReader): OccursForm {
  reader.count(1);
  const rule = reader.word(fieldOf(spot, 'fnName'), timeRuleNames);
  const params = reader.items(spot, 'params');
  if (rule === null) return missingForm;
  const count = timeRules[rule];
  if (params.length === count) return readRule(rule, params, reach, reader);
  const expected = `${count} parameter${count === 1 ? '' : 's'}`;
  reader.report('json/wrong-arity', { name: rule, expected, got: params.length, place: pointerOf(spot) });
  return missingForm;
}
