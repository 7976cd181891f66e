/**
 * What a bare name can mean at one place of an expression.
 *
 * The syntax tree has one kind of node for variables and for fields, the JSON form has several: writer and reader both
 * go through the tree with this scope, so that each name comes back as it was. Source: docs/pql-json.md#names.
 */

/** The names in reach at one place. */
export interface Reach {
  /** Variables, names of `let` and parameters of functions. */
  readonly names: ReadonlySet<string>;
  /** Whether paths start at an item: in a filter, in an array method or in the steps of a chain. */
  readonly isInItem: boolean;
}

/** The reach of a whole expression: no variables, paths start at the profile. */
export const wholeReach: Reach = { names: new Set(), isInItem: false };

/** The reach with more names. */
export function withNames(reach: Reach, names: Iterable<string>): Reach {
  return { ...reach, names: new Set([...reach.names, ...names]) };
}

/** The reach of a condition on an item. */
export function insideItem(reach: Reach): Reach {
  return { ...reach, isInItem: true };
}

const itemMethods: ReadonlySet<string> = new Set(['filter', 'exists', 'sum', 'average', 'min', 'max']);

/** The reach of the arguments of a method, which for some start at the items of the receiver. */
export function methodReach(reach: Reach, method: string): Reach {
  return itemMethods.has(method) ? insideItem(reach) : reach;
}
