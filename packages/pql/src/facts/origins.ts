/** Where in a profile the values of variables and paths lie. */
import { childrenOf, walkExpression } from '../check/children.ts';
import type { CheckedExpression, Expression } from '../check/expression.ts';

/** Member names from the profile on; arrays on the way are passed through. Events start with `xEvent`. */
export type DataPath = readonly string[];

/** Where each variable's values may lie, by id. A variable over constants has no paths. */
export type Origins = ReadonlyMap<number, readonly DataPath[]>;

/** The member of a profile that holds its events. */
export const eventMember = 'xEvent';

/** The origins of all variables of an expression. */
export function originsOf({ root, profile }: CheckedExpression): Origins {
  const origins = new Map<number, readonly DataPath[]>([[profile.id, [[]]]]);
  const visit = (node: Expression): void => {
    if (node.kind !== 'reduce' && node.kind !== 'collect') {
      childrenOf(node).forEach(visit);
      return;
    }
    for (const { variable, array, where } of node.generators) {
      visit(array);
      origins.set(variable.id, pathsIn(array, origins));
      if (where !== null) visit(where);
    }
    const value = node.kind === 'reduce' ? node.value : node.item;
    if (value !== null) visit(value);
  };
  visit(root);
  return origins;
}

/** Every place that an expression reads. */
export function pathsIn(expression: Expression, origins: Origins): readonly DataPath[] {
  const paths: DataPath[] = [];
  walkExpression(expression, (node) => {
    if (node.kind !== 'path') return;
    for (const origin of origins.get(node.variable.id) ?? []) paths.push([...origin, ...node.steps]);
  });
  return paths;
}

/** Whether an expression is the array of all events. */
export function isEventArray(expression: Expression, origins: Origins): boolean {
  if (expression.kind !== 'path') return false;
  return pathsIn(expression, origins).some((path) => path.length === 1 && path[0] === eventMember);
}
