/**
 * The `property` parameter of lists: `attribute==value`, `attribute!=value`, `array~key==value`, or a bare `attribute`.
 *
 * Attributes are dotted paths into the resource. Text is compared exactly; numbers and booleans by their JSON text.
 */
import { Problem } from '@muster/audience';

/** One condition on a resource. */
export interface PropertyFilter {
  /** The path from the resource, then the path inside the elements of an array, if `~` was used. */
  readonly path: readonly string[];
  readonly elementPath: readonly string[] | null;
  readonly operator: 'equals' | 'differs' | 'present';
  /** Empty for `present`. */
  readonly value: string;
}

const attributePattern = /^[A-Za-z_$][A-Za-z0-9_$:-]*(?:\.[A-Za-z0-9_$:-]+)*$/;

function decodeAttribute(text: string): Pick<PropertyFilter, 'path' | 'elementPath'> | null {
  const [attribute = '', element, ...rest] = text.split('~');
  if (rest.length > 0 || !attributePattern.test(attribute)) return null;
  if (element !== undefined && !attributePattern.test(element)) return null;
  return { path: attribute.split('.'), elementPath: element?.split('.') ?? null };
}

/** The condition in `text`, or what is wrong with it. Splits at the first operator: values may contain more of them. */
export function decodePropertyFilter(text: string): PropertyFilter | Problem {
  const at = text.search(/==|!=/);
  const attribute = decodeAttribute((at < 0 ? text : text.slice(0, at)).trim());
  if (attribute === null) {
    return new Problem('invalidParameter', [
      {
        message: '`property` is not a condition on an attribute',
        field: 'property',
        expected: '`attribute==value`, `attribute!=value`, `array~key==value` or `attribute`',
        suggestion: 'write `property=audienceId==my-id`',
      },
    ]);
  }
  if (at < 0) return { ...attribute, operator: 'present', value: '' };
  return { ...attribute, operator: text[at] === '=' ? 'equals' : 'differs', value: text.slice(at + 2) };
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

/** Whether a resource, as it is sent, fulfils a condition. An array is equal to a value that one of its items is. */
export function matchesPropertyFilter(resource: object, filter: PropertyFilter): boolean {
  const found = valueAt(resource, filter.path);
  const { elementPath } = filter;
  const items: readonly unknown[] = Array.isArray(found) ? found : [found];
  const values = elementPath === null ? items : items.map((item) => valueAt(item, elementPath));
  if (filter.operator === 'present') return values.some((value) => value !== undefined);
  const hasEqual = values.some((value) => isEqual(value, filter.value));
  return filter.operator === 'equals' ? hasEqual : !hasEqual;
}
