/** Functions and methods as a person reads them: the records of the registry and the forms that have none. */

import { describeType } from '../types/describe.ts';
import type { FunctionRecord, Parameter } from './function-record.ts';
import { functionRegistry } from './registry.ts';

/** What a method may stand behind: a scalar type, an array of a kind, a map, either of them, or anything. */
export type Receiver =
  | ('any' | 'string' | 'timestamp' | 'number')
  | ('array' | 'scalars' | 'numbers' | 'ordered')
  | ('map' | 'container');

/** A parameter in a signature. */
export interface ParameterDescription {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly isVariadic: boolean;
}

/** What is shown of a function or method. */
export interface FunctionDescription {
  readonly name: string;
  /** What the method stands behind; null for a function. */
  readonly receiver: Receiver | null;
  /** Without the receiver. */
  readonly parameters: readonly ParameterDescription[];
  readonly result: string;
  readonly doc: string;
  readonly examples: readonly string[];
}

/** One line that says how a function is called: `text.startsWith(part: string, caseSensitive?: boolean): a boolean`. */
export function signatureOf(description: FunctionDescription): string {
  const { name, receiver, parameters, result } = description;
  const before = receiver === null ? '' : `${receiverNames[receiver]}.`;
  return `${before}${name}(${parameters.map(parameterLabel).join(', ')}): ${result}`;
}

/** A parameter as it stands in a signature. */
export function parameterLabel({ name, type, isOptional, isVariadic }: ParameterDescription): string {
  return `${isVariadic ? '…' : ''}${name}${isOptional ? '?' : ''}: ${type}`;
}

const receiverNames: Readonly<Record<Receiver, string>> = {
  any: 'value',
  string: 'text',
  timestamp: 'timestamp',
  number: 'number',
  array: 'array',
  scalars: 'array',
  numbers: 'array',
  ordered: 'array',
  map: 'map',
  container: 'array',
};

/** The description of a function that stands alone, or of a method; null when there is none of that name. */
export function describeFunction(name: string, form: 'function' | 'method'): FunctionDescription | null {
  return (form === 'function' ? functions : methods).get(name) ?? null;
}

/** All functions that stand alone. */
export function describedFunctions(): Iterable<FunctionDescription> {
  return functions.values();
}

/** All methods. */
export function describedMethods(): Iterable<FunctionDescription> {
  return methods.values();
}

function fromRecord(name: string, record: FunctionRecord): FunctionDescription {
  const [first, ...rest] = record.parameters;
  const isMethod = record.form === 'method';
  return {
    name,
    receiver: isMethod ? receiverOf(first) : null,
    parameters: (isMethod ? rest : record.parameters).map(({ name: label, type, optional, variadic }) => ({
      name: label,
      type: type === 'any' ? 'value' : type,
      isOptional: optional === true,
      isVariadic: variadic === true,
    })),
    result: describeType(record.result),
    doc: record.doc,
    examples: record.examples.map(({ pql }) => pql),
  };
}

function receiverOf(parameter: Parameter | undefined): Receiver {
  const type = parameter?.type;
  if (type === 'string' || type === 'timestamp') return type;
  return type === 'number' || type === 'integer' ? 'number' : 'any';
}

function recordsOf(form: 'function' | 'method'): readonly FunctionDescription[] {
  return [...functionRegistry].flatMap(([name, record]) => (record.form === form ? [fromRecord(name, record)] : []));
}

function special(
  name: string,
  receiver: Receiver | null,
  parameters: readonly (readonly [name: string, type: string])[],
  result: string,
  doc: string,
  example: string,
): FunctionDescription {
  const described = parameters.map(([label, type]) => ({
    name: label.replace('?', ''),
    type,
    isOptional: label.endsWith('?'),
    isVariadic: false,
  }));
  return { name, receiver, parameters: described, result, doc, examples: [example] };
}

const condition = ['condition', 'condition'] as const;
const value = ['value?', 'expression on the item'] as const;
const other = ['other', 'array'] as const;
const by = ['by', 'expression on the item'] as const;
const howMany = ['n', 'whole number'] as const;

const specialFunctions: readonly FunctionDescription[] = [
  special(
    'inSegment',
    null,
    [['id', 'audience id']],
    'a boolean',
    'True when the profile is a member of another audience.',
    'inSegment("f61f1b2c")',
  ),
  special(
    'if',
    null,
    [condition, ['then', 'value'], ['otherwise', 'value']],
    'a value',
    'The second argument when the condition holds, else the third.',
    'if(loyalty.points > 100, "many", "few")',
  ),
  special(
    'mapEntry',
    null,
    [
      ['key', 'scalar'],
      ['value', 'value'],
    ],
    'an entry',
    'An entry of the map that `map` makes: what its function gives as a whole.',
    'xEvent.map(mapEntry(eventType, timestamp))',
  ),
  special(
    'chain',
    null,
    [
      ['array', 'array'],
      ['time', 'timestamp of an item'],
      ['steps', 'steps'],
    ],
    'a boolean',
    'True when the steps can be passed in order, each by events strictly later than those of the step before.',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "buy") WHEN(<= 3 days before now)])',
  ),
];

const specialMethods: readonly FunctionDescription[] = [
  special(
    'filter',
    'container',
    [condition],
    'an array or a map',
    'The items, or the entries of a map, for which the condition holds.',
    'xEvent.filter(eventType = "buy")',
  ),
  special(
    'exists',
    'container',
    [['condition?', 'condition']],
    'a boolean',
    'True when there is an item for which the condition holds.',
    'xEvent.exists(eventType = "buy")',
  ),
  special(
    'count',
    'container',
    [],
    'a whole number',
    'The number of items or entries; 0 for a missing array or map.',
    'xEvent.count() > 3',
  ),
  special(
    'sum',
    'numbers',
    [value],
    'a number',
    'The sum of a value of the items; items without it are left out, and the sum of nothing is 0.',
    'xEvent.sum(commerce.order.priceTotal)',
  ),
  special(
    'average',
    'numbers',
    [value],
    'a number',
    'The mean of a value of the items; items without it are left out, null for none.',
    'xEvent.average(commerce.order.priceTotal)',
  ),
  special(
    'min',
    'ordered',
    [value],
    'a value',
    'The least value of the items; null for none.',
    'xEvent.min(timestamp)',
  ),
  special(
    'max',
    'ordered',
    [value],
    'a value',
    'The greatest value of the items; null for none.',
    'xEvent.max(timestamp)',
  ),
  special(
    'isNull',
    'any',
    [],
    'a boolean',
    'True when there is no value: null, an object without present members, an array or map without items.',
    'person.name.isNull()',
  ),
  special(
    'isNotNull',
    'any',
    [],
    'a boolean',
    'True when there is a value, also when it is false, 0 or empty text.',
    'person.name.isNotNull()',
  ),
  special(
    'intersects',
    'scalars',
    [other],
    'a boolean',
    'True when the arrays have an item in common.',
    'organizations.intersects(["a", "b"])',
  ),
  special(
    'intersection',
    'scalars',
    [other],
    'an array',
    'The items that are also in the other array.',
    'organizations.intersection(["a", "b"])',
  ),
  special(
    'subsetOf',
    'scalars',
    [other],
    'a boolean',
    'True when every item is in the other array.',
    'organizations.subsetOf(["a", "b"])',
  ),
  special(
    'supersetOf',
    'scalars',
    [other],
    'a boolean',
    'True when every item of the other array is in this one.',
    'organizations.supersetOf(["a"])',
  ),
  special(
    'includes',
    'scalars',
    [['item', 'value']],
    'a boolean',
    'True when the value is an item of the array.',
    'organizations.includes("a")',
  ),
  special(
    'distinct',
    'scalars',
    [],
    'an array',
    'The different items of an array, in the order of their first occurrence.',
    'organizations.distinct()',
  ),
];

const mapMethods: readonly FunctionDescription[] = [
  special(
    'get',
    'map',
    [['key', 'string']],
    'a value',
    'The value for a key; null when the key is not there.',
    'identityMap.get("ECID").id',
  ),
  special('keys', 'map', [], 'an array of strings', 'The keys, in order.', 'identityMap.keys()'),
  special('values', 'map', [], 'an array', 'The values, in order of their keys.', 'identityMap.values()'),
  special(
    'groupBy',
    'array',
    [['key', 'expression on the item']],
    'a map of arrays',
    'The items by a key; those without one are left out.',
    'xEvent.groupBy(eventType).keys()',
  ),
  special(
    'map',
    'container',
    [['function', 'expression on the item']],
    'an array or a map',
    'What the expression, or a function such as `(K, G) => …`, gives for each; a map where it gives a `mapEntry`.',
    'xEvent.groupBy(eventType).map((K, G) => mapEntry(K, G.count()))',
  ),
  special(
    'topN',
    'array',
    [by, howMany],
    'an array',
    'The items with the greatest values, the greatest first.',
    'xEvent.topN(commerce.order.priceTotal, 3)',
  ),
  special(
    'bottomN',
    'array',
    [by, howMany],
    'an array',
    'The items with the least values, the least first.',
    'xEvent.bottomN(commerce.order.priceTotal, 3)',
  ),
  special('head', 'array', [], 'a value', 'The first item; null when there is none.', 'xEvent.head().eventType'),
];

function byName(descriptions: readonly FunctionDescription[]): ReadonlyMap<string, FunctionDescription> {
  return new Map(descriptions.map((description) => [description.name, description]));
}

const functions = byName([...recordsOf('function'), ...specialFunctions]);
const methods = byName([...recordsOf('method'), ...specialMethods, ...mapMethods]);
