/** The leaf fields of a schema that get a column, and the shape of the column. */
import {
  type Column,
  type ColumnElement,
  mapEntryType,
  type ObjectType,
  type PqlType,
  type PqlValue,
} from '@muster/pql';
import { columnName } from './column-name.ts';

/** A leaf: its column and the way to its values. */
export interface FieldLeaf {
  readonly column: Column;
  /** Whether values repeat so much that a dictionary pays: the schema lists the known ones. */
  readonly isDictionary: boolean;
  /** Whether the innermost array, if any, holds plain values and not objects. */
  readonly isScalarArray: boolean;
  /** How many arrays of objects enclose the leaf. */
  readonly itemsDepth: number;
  /** What the names of the columns inside the innermost array of objects begin with; null outside arrays. */
  readonly itemsPrefix: string | null;
  /** What stands in for a missing value: `[]` inside arrays, else null. */
  readonly absent: PqlValue;
}

/** The fields of an object type as a tree that is walked along with a document. */
export type FieldNode =
  | { readonly kind: 'leaf'; readonly leaf: FieldLeaf }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, FieldNode> }
  | {
      /** Objects below `depth` arrays, or the entries of a map as objects, where the innermost of them is a map. */
      readonly kind: 'items';
      readonly depth: number;
      readonly isMap: boolean;
      readonly fields: ReadonlyMap<string, FieldNode>;
    };

/** Where the walk over the schema stands. */
interface Position {
  readonly segments: readonly string[];
  /** Segments up to the outermost array of objects; null outside. */
  readonly items: number | null;
  readonly arrayDepth: number;
  readonly itemsPrefix: string | null;
}

const elements: Readonly<Partial<Record<PqlType['kind'], ColumnElement>>> = {
  string: 'String',
  integer: 'Int64',
  timestamp: 'Int64',
  number: 'Float64',
  boolean: 'Bool',
};

/** The fields of `type` by name. Fields of type `any` have no column and are left out. */
export function fieldNodes(type: ObjectType): ReadonlyMap<string, FieldNode> {
  return nodesOf(type, { segments: [], items: null, arrayDepth: 0, itemsPrefix: null });
}

function nodesOf(type: ObjectType, at: Position): ReadonlyMap<string, FieldNode> {
  const nodes = new Map<string, FieldNode>();
  for (const [name, field] of type.fields) {
    const node = nodeOf(field.type, field.values !== undefined, { ...at, segments: [...at.segments, name] });
    if (node !== null) nodes.set(name, node);
  }
  return nodes;
}

function nodeOf(type: PqlType, isDictionary: boolean, at: Position): FieldNode | null {
  let element = type;
  let depth = 0;
  for (; element.kind === 'array'; element = element.element) depth++;
  const isMap = element.kind === 'map';
  if (element.kind === 'map') {
    element = mapEntryType(element.value);
    depth++;
  }
  const arrayDepth = at.arrayDepth + depth;
  if (element.kind === 'object') {
    const items = depth > 0 && at.items === null ? at.segments.length : at.items;
    const itemsPrefix = depth > 0 ? prefixOf(at.segments, items) : at.itemsPrefix;
    const fields = nodesOf(element, { segments: at.segments, items, arrayDepth, itemsPrefix });
    if (fields.size === 0) return null;
    return depth === 0 ? { kind: 'object', fields } : { kind: 'items', depth, isMap, fields };
  }
  const columnElement = elements[element.kind];
  if (columnElement === undefined) return null;
  const name = columnName(at.segments, at.items);
  return {
    kind: 'leaf',
    leaf: {
      column: { name, element: columnElement, arrayDepth, nullable: depth === 0 },
      isDictionary: isDictionary && columnElement === 'String',
      isScalarArray: depth > 0,
      itemsDepth: at.arrayDepth,
      itemsPrefix: at.itemsPrefix,
      absent: depth > 0 ? [] : null,
    },
  };
}

/** What the columns inside the array of objects at `segments` begin with. */
function prefixOf(segments: readonly string[], items: number | null): string {
  const inside = columnName([...segments, 'x'], items);
  return inside.slice(0, -1);
}
