/** Variables, filters, chains, `let` and functions. */
import type { Ast, ChainStep, VariableDeclaration } from '../syntax/ast.ts';
import { type JsonReader, missingNode, noSpan } from './json-reader.ts';
import { fieldOf, isGiven, type JsonSpot } from './json-spot.ts';
import { insideItem, type Reach, withNames } from './reach.ts';
import { readStepRule } from './read-time.ts';

const aggregateNames = ['sum', 'average', 'min', 'max'] as const;

/** `select`, and the older `set`. */
export function readSelect(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  return { kind: 'select', variables: readVariables(spot, reach, reader).variables, span: noSpan };
}

/** The declarations of a `select`, and the reach to the right of them. */
export function readVariables(
  spot: JsonSpot,
  outer: Reach,
  reader: JsonReader,
): { readonly variables: readonly VariableDeclaration[]; readonly inner: Reach } {
  const names = new Set(outer.names);
  const inner: Reach = { ...outer, names };
  const declarations = reader.items(spot, 'variables');
  if (declarations.length === 0) reader.reportType(fieldOf(spot, 'variables'), 'at least one variable');
  const variables = declarations.map((declaration): VariableDeclaration => {
    reader.count(1);
    const name = reader.name(declaration, 'varName');
    const array = reader.readField(
      declaration,
      isGiven(fieldOf(declaration, 'from')) ? 'from' : olderName(declaration),
      inner,
    );
    names.add(name.text);
    return { name, array, where: reader.readOptional(declaration, 'where', inner), span: noSpan };
  });
  return { variables, inner };
}

/** The older name of `from`, where it is used. */
function olderName(declaration: JsonSpot): 'range' | 'from' {
  return isGiven(fieldOf(declaration, 'range')) ? 'range' : 'from';
}

/** `aggregate`: the operator form of `sum` and its like. */
export function readAggregate(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const operator = reader.word(fieldOf(spot, 'fnName'), aggregateNames);
  const { variables, inner } = readVariables(spot, reach, reader);
  const expression = reader.readOptional(spot, 'body', inner);
  return operator === null ? missingNode : { kind: 'aggregate', operator, expression, variables, span: noSpan };
}

/** `filter`: `array[condition]`. */
export function readFilter(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const array = reader.readField(spot, 'from', reach);
  return { kind: 'filter', array, condition: reader.readField(spot, 'where', insideItem(reach)), span: noSpan };
}

/** `let`. */
export function readLet(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const name = reader.name(spot, 'varName');
  const value = reader.readField(spot, 'value', reach);
  return {
    kind: 'let',
    name,
    value,
    body: reader.readField(spot, 'body', withNames(reach, [name.text])),
    span: noSpan,
  };
}

/** `fnCreate`: a function written out. */
export function readFunction(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const parameters = reader.items(spot, 'params').map((parameter) => reader.name(parameter, 'varName'));
  const inner = withNames(
    reach,
    parameters.map(({ text }) => text),
  );
  return { kind: 'lambda', parameters, body: reader.readField(spot, 'body', inner), span: noSpan };
}

/** `chain`. */
export function readChain(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const inner = insideItem(reach);
  const array = reader.readField(spot, 'array', reach);
  const time = reader.readField(spot, 'time', inner);
  const steps = reader.items(spot, 'steps').map((step) => readStep(step, inner, reader));
  if (steps.length === 0) reader.reportType(fieldOf(spot, 'steps'), 'at least one step');
  return { kind: 'chain', array, time, steps, span: noSpan };
}

function readStep(spot: JsonSpot, reach: Reach, reader: JsonReader): ChainStep {
  reader.count(1);
  const when = fieldOf(spot, 'when');
  const count = isGiven(fieldOf(spot, 'count')) ? reader.integer(spot, 'count', { min: 0 }) : null;
  return {
    label: reader.name(spot, 'label'),
    what: reader.readField(spot, 'what', reach),
    where: reader.readOptional(spot, 'where', reach),
    when: isGiven(when) ? readStepRule(when, reach, reader) : null,
    count: count === null ? null : { value: count, span: noSpan },
    span: noSpan,
  };
}
