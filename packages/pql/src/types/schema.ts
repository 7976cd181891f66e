/** Types from XDM schemas, which are JSON Schema documents. */
import type { Field, ObjectType, PqlType, Schema } from './type.ts';
import { scalarTypes } from './type.ts';

/** Bounds on schema documents. */
export const schemaLimits = {
  /** Objects and arrays inside one another. */
  depthMax: 32,
  /** Fields of one document, over all levels. */
  fieldsMax: 10_000,
} as const;

/** Something a schema document says that cannot be used. */
export interface SchemaProblem {
  /** Dotted path of the field. */
  readonly path: string;
  readonly message: string;
}

/** A loaded schema document. */
export interface LoadedType {
  readonly type: ObjectType;
  readonly problems: readonly SchemaProblem[];
}

type JsonSchema = Readonly<Record<string, unknown>>;

interface Loading {
  readonly root: JsonSchema;
  readonly problems: SchemaProblem[];
  fields: number;
}

/** The object type of a JSON Schema document. Parts that cannot be used are left out and reported. */
export function loadObjectType(document: unknown): LoadedType {
  const root = isJsonObject(document) ? document : {};
  const loading: Loading = { root, problems: [], fields: 0 };
  if (root !== document) loading.problems.push({ path: '', message: 'a schema must be an object' });
  const type = loadObject(partsOf(root, loading), '', 0, loading);
  return { type, problems: loading.problems };
}

function loadObject(parts: readonly JsonSchema[], path: string, depth: number, loading: Loading): ObjectType {
  let type: ObjectType = { kind: 'object', fields: new Map() };
  for (const { properties } of parts) {
    if (!isJsonObject(properties)) continue;
    const fields = new Map<string, Field>();
    for (const name of Object.keys(properties)) {
      const field = loadField(properties[name], path === '' ? name : `${path}.${name}`, depth + 1, loading);
      if (field !== null) fields.set(name, field);
    }
    const merged = mergeObjectTypes(type, { kind: 'object', fields }, path);
    loading.problems.push(...merged.problems);
    type = merged.type;
  }
  return type;
}

/** The schema itself, then what its `$ref` and its `allOf` add; each once, so that a schema may contain itself. */
function partsOf(schema: JsonSchema, { root }: Loading): readonly JsonSchema[] {
  const parts = new Set([schema]);
  // A set that grows while it is gone through gives the new members as well.
  for (const part of parts) {
    const target = definition(part['$ref'], root);
    if (target !== null) parts.add(target);
    const { allOf } = part;
    if (Array.isArray(allOf)) for (const added of allOf.filter(isJsonObject)) parts.add(added);
  }
  return [...parts];
}

/** The definition a local `$ref` points to; null when there is none. */
function definition(reference: unknown, root: JsonSchema): JsonSchema | null {
  if (typeof reference !== 'string') return null;
  const [, folder = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = root[folder];
  if (!isJsonObject(definitions) || !Object.hasOwn(definitions, name)) return null;
  const target = definitions[name];
  return isJsonObject(target) ? target : null;
}

/** What the parts say together; the first to say something is right. */
function joined(parts: readonly JsonSchema[]): JsonSchema {
  return parts.length === 1 ? (parts[0] ?? {}) : Object.assign({}, ...parts.toReversed());
}

function loadField(json: unknown, path: string, depth: number, loading: Loading): Field | null {
  if (!isJsonObject(json)) return refuse(path, 'a field must be an object', loading);
  if (depth > schemaLimits.depthMax) return refuse(path, `nested more than ${schemaLimits.depthMax} deep`, loading);
  if (++loading.fields > schemaLimits.fieldsMax) {
    return loading.fields === schemaLimits.fieldsMax + 1
      ? refuse(path, `more than ${schemaLimits.fieldsMax} fields`, loading)
      : null;
  }
  const parts = partsOf(json, loading);
  const type = loadType(parts, path, depth, loading);
  if (type === null) return null;
  const schema = joined(parts);
  const { title, description } = schema;
  const values = knownValues(schema);
  return {
    type,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(values === null ? {} : { values }),
  };
}

/** The values an enumeration names, open or closed. */
function knownValues(schema: JsonSchema): readonly string[] | null {
  const { enum: closed, 'meta:enum': open } = schema;
  if (Array.isArray(closed)) return closed.filter((value) => typeof value === 'string');
  return isJsonObject(open) ? Object.keys(open) : null;
}

/** Scalar types by the names that JSON Schema, its formats and XDM have for them. */
const scalarNames: ReadonlyMap<unknown, PqlType> = new Map<unknown, PqlType>([
  ['string', scalarTypes.string],
  ['date', scalarTypes.timestamp],
  ['date-time', scalarTypes.timestamp],
  ['boolean', scalarTypes.boolean],
  ['integer', scalarTypes.integer],
  ['int', scalarTypes.integer],
  ['long', scalarTypes.integer],
  ['short', scalarTypes.integer],
  ['byte', scalarTypes.integer],
  ['number', scalarTypes.number],
  ['double', scalarTypes.number],
  ['float', scalarTypes.number],
]);

function loadType(parts: readonly JsonSchema[], path: string, depth: number, loading: Loading): PqlType | null {
  const schema = joined(parts);
  const name = typeName(schema);
  if (name === 'array') {
    const element = loadField(schema['items'] ?? {}, `${path}[]`, depth + 1, loading);
    return element === null ? null : { kind: 'array', element: element.type };
  }
  if (name === 'map' || name === 'object') {
    const { additionalProperties } = schema;
    const hasFields = parts.some(({ properties }) => isJsonObject(properties));
    if (hasFields || !isJsonObject(additionalProperties)) return loadObject(parts, path, depth, loading);
    const value = loadField(additionalProperties, `${path}.*`, depth + 1, loading);
    return value === null ? null : { kind: 'map', value: value.type };
  }
  const scalar = scalarNames.get(name === 'string' ? (schema['format'] ?? name) : name);
  if (scalar !== undefined) return scalar;
  if (name === 'string') return scalarTypes.string;
  return refuse(path, 'a field needs a `type` of string, number, integer, boolean, object or array', loading);
}

/** XDM's own type name where it says more than JSON Schema's. */
function typeName(schema: JsonSchema): unknown {
  const { 'meta:xdmType': xdmType, type, properties, additionalProperties } = schema;
  if (xdmType === 'array' || xdmType === 'map' || xdmType === 'object' || scalarNames.has(xdmType)) return xdmType;
  const single: unknown = Array.isArray(type) ? type.find((name) => name !== 'null') : type;
  if (single !== undefined) return single;
  return isJsonObject(properties) || isJsonObject(additionalProperties) ? 'object' : undefined;
}

function refuse(path: string, message: string, loading: Loading): null {
  loading.problems.push({ path, message });
  return null;
}

/**
 * The fields of both. A field of both must have one type, with objects merged, also inside arrays and maps; a field
 * with another type is reported and keeps the type of `base`.
 */
export function mergeObjectTypes(base: ObjectType, added: ObjectType, path = ''): LoadedType {
  const problems: SchemaProblem[] = [];
  return { type: mergeObjects(base, added, path, problems), problems };
}

function mergeObjects(base: ObjectType, added: ObjectType, path: string, problems: SchemaProblem[]): ObjectType {
  const fields = new Map(base.fields);
  for (const [name, field] of added.fields) {
    const known = fields.get(name);
    const at = path === '' ? name : `${path}.${name}`;
    fields.set(
      name,
      known === undefined ? field : { ...field, ...known, type: mergeTypes(known.type, field.type, at, problems) },
    );
  }
  return { ...base, fields };
}

function mergeTypes(base: PqlType, added: PqlType, path: string, problems: SchemaProblem[]): PqlType {
  if (base.kind === 'object' && added.kind === 'object') return mergeObjects(base, added, path, problems);
  if (base.kind === 'array' && added.kind === 'array') {
    return { kind: 'array', element: mergeTypes(base.element, added.element, `${path}[]`, problems) };
  }
  if (base.kind === 'map' && added.kind === 'map') {
    return { kind: 'map', value: mergeTypes(base.value, added.value, `${path}.*`, problems) };
  }
  if (base.kind !== added.kind) problems.push({ path, message: 'the field exists already with another type' });
  return base;
}

/** A schema that accepts every field, untyped. */
export const anySchema: Schema = {
  profile: { kind: 'object', fields: new Map(), open: true },
  event: {
    kind: 'object',
    fields: new Map([
      ['timestamp', { type: scalarTypes.timestamp }],
      ['_id', { type: scalarTypes.string }],
      ['eventType', { type: scalarTypes.string }],
    ]),
    open: true,
  },
};

function isJsonObject(json: unknown): json is JsonSchema {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
