/** The leaves of an object type: what has a column of its own in storage. */
import type { Field, ObjectType, PqlType } from './type.ts';

/** A scalar somewhere inside an object type. */
export interface LeafPath {
  /** Member names from the root; arrays are passed through without a mark. */
  readonly path: readonly string[];
  readonly type: PqlType;
  /** Arrays on the way, an array of scalars at the end included. */
  readonly arrayDepth: number;
  /** How many steps lead to the outermost array, when there is one: `productListItems.SKU` has 1. */
  readonly outerArrayLength: number | null;
  readonly field: Field;
}

/** All leaves in schema order. Maps and untyped fields are not entered: they have no fixed leaves. */
export function* leafPaths(type: ObjectType): Iterable<LeafPath> {
  yield* leavesOf(type, [], 0, null);
}

function* leavesOf(
  type: ObjectType,
  prefix: readonly string[],
  arrayDepth: number,
  outerArrayLength: number | null,
): Iterable<LeafPath> {
  for (const [name, field] of type.fields) {
    const path = [...prefix, name];
    let inner = field.type;
    let depth = arrayDepth;
    while (inner.kind === 'array') {
      inner = inner.element;
      depth++;
    }
    const outer = outerArrayLength ?? (depth > 0 ? path.length : null);
    if (inner.kind === 'object') yield* leavesOf(inner, path, depth, outer);
    else if (inner.kind !== 'map' && inner.kind !== 'any' && inner.kind !== 'null') {
      yield { path, type: inner, arrayDepth: depth, outerArrayLength: outer, field };
    }
  }
}

/** The field at a path; arrays on the way are passed through. Null when there is none. */
export function fieldAt(type: ObjectType, path: readonly string[]): Field | null {
  const [name, ...rest] = path;
  const field = name === undefined ? undefined : type.fields.get(name);
  if (field === undefined) return null;
  if (rest.length === 0) return field;
  let inner = field.type;
  while (inner.kind === 'array') inner = inner.element;
  return inner.kind === 'object' ? fieldAt(inner, rest) : null;
}
