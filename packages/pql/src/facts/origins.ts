/** Where in a profile the values of variables and paths lie. */
import { bodyOf, childrenOf, isQuery, walkExpression } from '../check/children.ts';
import type { CheckedExpression, Expression } from '../check/expression.ts';
import { eventMember } from '../types/type.ts';

/**
 * Member names from the profile on; arrays on the way are passed through, `anyKey` stands for the keys of a map. Events
 * start with `xEvent`.
 */
export type DataPath = readonly string[];

/** The step from a map to its values. */
export const anyKey = '*';

/** Where the values of a variable may lie. */
interface Origin {
  /** None for a variable over constants. */
  readonly paths: readonly DataPath[];
  /** Whether it stands for the entries of the maps there, whose `value` is what lies there. */
  readonly isEntry: boolean;
}

/** Where each variable's values may lie, by id. */
export type Origins = ReadonlyMap<number, Origin>;

/** The origins of all variables of an expression. */
export function originsOf({ root, profile }: CheckedExpression): Origins {
  const origins = new Map<number, Origin>([[profile.id, { paths: [[]], isEntry: false }]]);
  const visit = (node: Expression): void => {
    if (!isQuery(node)) {
      childrenOf(node).forEach(visit);
      return;
    }
    for (const { variable, array, where } of node.generators) {
      visit(array);
      origins.set(variable.id, originOf(array, origins));
      if (where !== null) visit(where);
    }
    bodyOf(node).forEach(visit);
  };
  visit(root);
  return origins;
}

function originOf(array: Expression, origins: Origins): Origin {
  const isEntry = array.kind === 'entries';
  // What decides which items a slice has is not where they lie.
  return { paths: pathsIn(array.kind === 'slice' ? array.item : array, origins), isEntry };
}

/** Every place that an expression reads. */
export function pathsIn(expression: Expression, origins: Origins): readonly DataPath[] {
  const paths: DataPath[] = [];
  walkExpression(expression, (node) => {
    if (node.kind !== 'path') return;
    const origin = origins.get(node.variable.id);
    for (const path of origin?.paths ?? []) {
      paths.push([...path, ...(origin?.isEntry === true ? entrySteps(node.steps) : node.steps)]);
    }
  });
  return paths;
}

/** From an entry to where its parts lie: the keys are the map's own. */
function entrySteps([part, ...rest]: readonly string[]): DataPath {
  return part === 'value' ? [anyKey, ...rest] : [];
}

/** Whether an expression is the array of all events. */
export function isEventArray(expression: Expression, origins: Origins): boolean {
  if (expression.kind !== 'path') return false;
  return pathsIn(expression, origins).some((path) => path.length === 1 && path[0] === eventMember);
}
