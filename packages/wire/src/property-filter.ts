/**
 * The `property` parameter of lists: `attribute==value` and the other operators, `array~key==value`, or a bare
 * `attribute`.
 *
 * Attributes are dotted paths into the resource. Text is compared exactly, but for `contains`, which ignores case;
 * booleans by their JSON text; numbers as numbers where an order is asked for, by their JSON text otherwise.
 */
import { Problem } from '@muster/audience';

/** How a value is compared with what stands at the path. */
export type PropertyOperator =
  | 'equals'
  | 'differs'
  | 'contains'
  | 'lacks'
  | 'atLeast'
  | 'atMost'
  | 'above'
  | 'below'
  | 'present';

/** One condition on a resource. */
export interface PropertyFilter {
  /** The path from the resource, then the path inside the elements of an array, if `~` was used. */
  readonly path: readonly string[];
  readonly elementPath: readonly string[] | null;
  readonly operator: PropertyOperator;
  /** Empty for `present`. */
  readonly value: string;
}

/** The operators as they are written; where one starts with another, the longer one stands first. */
const operators: readonly (readonly [text: string, operator: PropertyOperator])[] = [
  ['!=contains', 'lacks'],
  ['=contains', 'contains'],
  ['==', 'equals'],
  ['!=', 'differs'],
  ['>=', 'atLeast'],
  ['<=', 'atMost'],
  ['=', 'equals'],
  ['>', 'above'],
  ['<', 'below'],
];

const attributePattern = /^[A-Za-z_$][A-Za-z0-9_$:-]*(?:\.[A-Za-z0-9_$:-]+)*$/;

function decodeAttribute(text: string): Pick<PropertyFilter, 'path' | 'elementPath'> | null {
  const [attribute = '', element, ...rest] = text.split('~');
  if (rest.length > 0 || !attributePattern.test(attribute)) return null;
  if (element !== undefined && !attributePattern.test(element)) return null;
  return { path: attribute.split('.'), elementPath: element?.split('.') ?? null };
}

/** The value of a condition; `contains` is also written with parentheses. */
function comparedValue(operator: PropertyOperator, text: string): string {
  const isCall = (operator === 'contains' || operator === 'lacks') && /^\(.*\)$/s.test(text);
  return isCall ? text.slice(1, -1) : text;
}

/** The condition in `text`, or what is wrong with it. Splits at the first operator: values may contain more of them. */
export function decodePropertyFilter(text: string): PropertyFilter | Problem {
  const at = text.search(/[=!<>]/);
  const [written, operator] = operators.find(([candidate]) => at >= 0 && text.startsWith(candidate, at)) ?? ['', null];
  const attribute = decodeAttribute((at < 0 ? text : text.slice(0, at)).trim());
  if (attribute === null || (at >= 0 && operator === null)) {
    return new Problem('invalidParameter', [
      {
        message: '`property` is not a condition on an attribute',
        field: 'property',
        expected: `\`attribute\`, \`attribute==value\` or another of ${operators.map(([each]) => `\`${each}\``).join(', ')}; \`array~key==value\``,
        suggestion: 'write `property=audienceId==my-id`',
      },
    ]);
  }
  if (operator === null) return { ...attribute, operator: 'present', value: '' };
  return { ...attribute, operator, value: comparedValue(operator, text.slice(at + written.length)) };
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = new Map(Object.entries(current)).get(name);
  }
  return current;
}

const isEqual = (found: unknown, value: string): boolean =>
  found !== undefined && found !== null && typeof found !== 'object' && String(found) === value;

const contains = (found: unknown, value: string): boolean =>
  typeof found === 'string' && found.toLowerCase().includes(value.toLowerCase());

/** The order of code points, which is that of the bytes of UTF-8 that stores compare by. */
function compareTexts(left: string, right: string): number {
  const [lefts, rights] = [left[Symbol.iterator](), right[Symbol.iterator]()];
  for (;;) {
    const difference = (lefts.next().value?.codePointAt(0) ?? -1) - (rights.next().value?.codePointAt(0) ?? -1);
    if (difference !== 0 || left === right) return difference;
  }
}

/** Where a found value lies beside a wanted one: negative, zero, positive; null where the two have no order. */
function order(found: unknown, value: string): number | null {
  if (typeof found === 'string') return compareTexts(found, value);
  if (typeof found !== 'number' || value.trim() === '' || Number.isNaN(Number(value))) return null;
  return found - Number(value);
}

function isOrdered(found: unknown, value: string, isWanted: (difference: number) => boolean): boolean {
  const difference = order(found, value);
  return difference !== null && isWanted(difference);
}

/** Whether one value fulfils a condition; the negated ones are true of arrays whose every item fulfils them. */
const tests: Readonly<Record<PropertyOperator, (found: unknown, value: string) => boolean>> = {
  present: (found) => found !== undefined,
  equals: isEqual,
  differs: (found, value) => !isEqual(found, value),
  contains,
  lacks: (found, value) => !contains(found, value),
  atLeast: (found, value) => isOrdered(found, value, (difference) => difference >= 0),
  atMost: (found, value) => isOrdered(found, value, (difference) => difference <= 0),
  above: (found, value) => isOrdered(found, value, (difference) => difference > 0),
  below: (found, value) => isOrdered(found, value, (difference) => difference < 0),
};

const isNegated = (operator: PropertyOperator): boolean => operator === 'differs' || operator === 'lacks';

/** Whether a resource, as it is sent, fulfils a condition. An array fulfils what one of its items does. */
export function matchesPropertyFilter(resource: object, filter: PropertyFilter): boolean {
  const found = valueAt(resource, filter.path);
  const { elementPath, operator, value } = filter;
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  const values = elementPath === null ? items : items.map((item) => valueAt(item, elementPath));
  const holds = (item: unknown): boolean => tests[operator](item, value);
  return isNegated(operator) ? values.every(holds) : values.some(holds);
}
