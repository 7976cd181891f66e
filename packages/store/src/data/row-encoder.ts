/** Documents to rows: finds the columns a batch needs, then writes each document into them. */
import { mapEntries, type PqlObject, type PqlValue } from '@muster/pql';
import type { FieldLeaf, FieldNode } from './field-leaf.ts';

/** Writes documents into the columns of `leaves`, in their order. */
export interface RowEncoder {
  readonly leaves: readonly FieldLeaf[];
  /** Appends the values of a document to `row`. */
  readonly encode: (document: PqlObject, row: unknown[]) => void;
}

type Fields = ReadonlyMap<string, FieldNode>;

/** A step of the walk over a document outside arrays. */
type Step =
  | { readonly kind: 'leaf'; readonly name: string; readonly slot: number; readonly leaf: FieldLeaf }
  | { readonly kind: 'object'; readonly name: string; readonly steps: readonly Step[] }
  | {
      readonly kind: 'items';
      readonly name: string;
      readonly levels: Levels;
      readonly columns: readonly (ItemColumn & { readonly slot: number })[];
    };

/** How the items of an array, or the entries of a map, lie in one another. */
interface Levels {
  readonly depth: number;
  readonly isMap: boolean;
}

/** A column of the items of an array: its value for one item. */
interface ItemColumn {
  readonly leaf: FieldLeaf;
  readonly absent: PqlValue;
  readonly valueOf: (item: PqlObject) => PqlValue;
}

/**
 * The encoder for a batch: its columns are those in which some document has a value.
 *
 * When one column of an array has a value, all its columns that are `stored` already take part, so that parallel
 * columns get arrays of the same shape.
 */
export function planRows(
  fields: Fields,
  documents: Iterable<PqlObject>,
  stored: { has(columnName: string): boolean },
): RowEncoder {
  const used = new Set<FieldLeaf>();
  for (const document of documents) discover(fields, document, used);
  completeArrays(fields, used, stored);
  const leaves: FieldLeaf[] = [];
  const steps = stepsOf(fields, used, leaves);
  const blank = leaves.map((leaf) => (leaf.column.arrayDepth > 0 ? [] : null));
  return {
    leaves,
    encode: (document, row) => {
      const offset = row.length;
      for (const value of blank) row.push(value);
      runSteps(steps, document, row, offset);
    },
  };
}

function isObject(value: PqlValue | undefined): value is PqlObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function discover(fields: Fields, object: PqlObject, used: Set<FieldLeaf>): void {
  for (const name of Object.keys(object)) {
    const node = fields.get(name);
    const value = object[name];
    if (node === undefined || value === undefined || value === null) continue;
    if (node.kind === 'leaf') used.add(node.leaf);
    else discoverInside(node.fields, value, node.kind === 'items' && node.isMap, used);
  }
}

function discoverInside(fields: Fields, value: PqlValue, isMap: boolean, used: Set<FieldLeaf>): void {
  if (Array.isArray(value)) for (const item of value) discoverInside(fields, item, isMap, used);
  else if (isObject(value)) for (const object of isMap ? mapEntries(value) : [value]) discover(fields, object, used);
}

function completeArrays(fields: Fields, used: Set<FieldLeaf>, stored: { has(columnName: string): boolean }): void {
  for (const node of fields.values()) {
    if (node.kind === 'leaf') continue;
    if (node.kind === 'object') {
      completeArrays(node.fields, used, stored);
      continue;
    }
    const leaves = leavesOf(node.fields);
    if (!leaves.some((leaf) => used.has(leaf))) continue;
    for (const leaf of leaves) if (stored.has(leaf.column.name)) used.add(leaf);
  }
}

function leavesOf(fields: Fields): readonly FieldLeaf[] {
  return [...fields.values()].flatMap((node) => (node.kind === 'leaf' ? [node.leaf] : leavesOf(node.fields)));
}

/** The walk that fills the used leaves; appends them to `leaves`, whose order is that of the slots. */
function stepsOf(fields: Fields, used: ReadonlySet<FieldLeaf>, leaves: FieldLeaf[]): readonly Step[] {
  const steps: Step[] = [];
  const slotFor = (leaf: FieldLeaf): number => leaves.push(leaf) - 1;
  for (const [name, node] of fields) {
    if (node.kind === 'leaf') {
      if (used.has(node.leaf)) steps.push({ kind: 'leaf', name, slot: slotFor(node.leaf), leaf: node.leaf });
    } else if (node.kind === 'object') {
      const inner = stepsOf(node.fields, used, leaves);
      if (inner.length > 0) steps.push({ kind: 'object', name, steps: inner });
    } else {
      const columns = itemColumns(node.fields, used).map((column) => ({ ...column, slot: slotFor(column.leaf) }));
      if (columns.length > 0) steps.push({ kind: 'items', name, levels: node, columns });
    }
  }
  return steps;
}

function itemColumns(fields: Fields, used: ReadonlySet<FieldLeaf>): readonly ItemColumn[] {
  return [...fields].flatMap(([name, node]): readonly ItemColumn[] => {
    if (node.kind === 'leaf') {
      const { leaf } = node;
      if (!used.has(leaf)) return [];
      return [{ leaf, absent: leaf.absent, valueOf: (item) => storable(item[name] ?? leaf.absent, leaf) }];
    }
    return itemColumns(node.fields, used).map((inner): ItemColumn => {
      if (node.kind === 'items') {
        return { leaf: inner.leaf, absent: [], valueOf: (item) => itemValues(item[name], node, inner) };
      }
      return { ...inner, valueOf: (item) => valueInside(item[name], inner) };
    });
  });
}

function valueInside(value: PqlValue | undefined, column: ItemColumn): PqlValue {
  return isObject(value) ? column.valueOf(value) : column.absent;
}

/** A column's values for the items of an array, or the entries of a map, by level. */
function itemValues(value: PqlValue | undefined, { depth, isMap }: Levels, column: ItemColumn): PqlValue {
  if (isMap && depth === 1) return mapEntries(value ?? null).map(column.valueOf);
  if (!Array.isArray(value)) return [];
  if (depth === 1) return value.map((item: PqlValue) => valueInside(item, column));
  return value.map((item: PqlValue) => itemValues(item, { depth: depth - 1, isMap }, column));
}

function runSteps(steps: readonly Step[], object: PqlObject, row: unknown[], offset: number): void {
  for (const step of steps) {
    const value = object[step.name];
    if (value === undefined || value === null) continue;
    if (step.kind === 'leaf') row[offset + step.slot] = storable(value, step.leaf);
    else if (step.kind === 'object') {
      if (isObject(value)) runSteps(step.steps, value, row, offset);
    } else {
      for (const column of step.columns) row[offset + column.slot] = itemValues(value, step.levels, column);
    }
  }
}

/** 2^63: the engine's integers lie below. */
const integerBound = 2 ** 63;

/** What the engine can hold of a value: text without half characters, integers of 64 bits. */
function storable(value: PqlValue, leaf: FieldLeaf): PqlValue {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value === 'number')
    return leaf.column.element === 'Int64' && Math.abs(value) >= integerBound ? null : value;
  if (Array.isArray(value)) {
    return value.map((item: PqlValue) => storable(item, leaf)).filter((item) => !leaf.isScalarArray || item !== null);
  }
  return value;
}
