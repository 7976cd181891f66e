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
  const type = loadObject(root, '', 0, loading);
  return { type, problems: loading.problems };
}

function loadObject(schema: JsonSchema, path: string, depth: number, loading: Loading): ObjectType {
  const fields = new Map<string, Field>();
  for (const part of partsOf(schema, loading)) {
    const { properties } = part;
    if (!isJsonObject(properties)) continue;
    for (const name of Object.keys(properties)) {
      const field = loadField(properties[name], path === '' ? name : `${path}.${name}`, depth + 1, loading);
      if (field !== null) fields.set(name, field);
    }
  }
  return { kind: 'object', fields };
}

/** The schema itself and the parts that `allOf` adds. */
function partsOf(schema: JsonSchema, loading: Loading): readonly JsonSchema[] {
  const { allOf } = schema;
  const added = Array.isArray(allOf) ? allOf.filter(isJsonObject).map((part) => resolve(part, loading)) : [];
  return [schema, ...added];
}

/** The definition a local `$ref` points to. */
function resolve(schema: JsonSchema, loading: Loading): JsonSchema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const name = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference);
  const definitions = name === null ? undefined : loading.root[name[1] ?? ''];
  const target = isJsonObject(definitions) ? definitions[name?.[2] ?? ''] : undefined;
  return isJsonObject(target) ? { ...target, ...schema, $ref: undefined } : schema;
}

function loadField(json: unknown, path: string, depth: number, loading: Loading): Field | null {
  if (!isJsonObject(json)) return refuse(path, 'a field must be an object', loading);
  if (depth > schemaLimits.depthMax) return refuse(path, `nested more than ${schemaLimits.depthMax} deep`, loading);
  if (++loading.fields > schemaLimits.fieldsMax) {
    return loading.fields === schemaLimits.fieldsMax + 1
      ? refuse(path, `more than ${schemaLimits.fieldsMax} fields`, loading)
      : null;
  }
  const schema = resolve(json, loading);
  const type = loadType(schema, path, depth, loading);
  if (type === null) return null;
  const values = knownValues(schema);
  return {
    type,
    ...(typeof schema['title'] === 'string' ? { title: schema['title'] } : {}),
    ...(typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
    ...(values === null ? {} : { values }),
  };
}

/** The values an enumeration names, open or closed. */
function knownValues(schema: JsonSchema): readonly string[] | null {
  const { enum: closed, 'meta:enum': open } = schema;
  if (Array.isArray(closed)) return closed.filter((value) => typeof value === 'string');
  return isJsonObject(open) ? Object.keys(open) : null;
}

function loadType(schema: JsonSchema, path: string, depth: number, loading: Loading): PqlType | null {
  const { items, additionalProperties } = schema;
  switch (typeName(schema)) {
    case 'string':
      return schema['format'] === 'date' || schema['format'] === 'date-time'
        ? scalarTypes.timestamp
        : scalarTypes.string;
    case 'date':
    case 'date-time':
      return scalarTypes.timestamp;
    case 'boolean':
      return scalarTypes.boolean;
    case 'integer':
    case 'int':
    case 'long':
    case 'short':
    case 'byte':
      return scalarTypes.integer;
    case 'number':
    case 'double':
      return scalarTypes.number;
    case 'array': {
      const element = loadField(items ?? {}, `${path}[]`, depth + 1, loading);
      return element === null ? null : { kind: 'array', element: element.type };
    }
    case 'map':
    case 'object': {
      if (isJsonObject(additionalProperties) && !isJsonObject(schema['properties'])) {
        const value = loadField(additionalProperties, `${path}.*`, depth + 1, loading);
        return value === null ? null : { kind: 'map', value: value.type };
      }
      return loadObject(schema, path, depth, loading);
    }
    default:
      return refuse(path, 'a field needs a `type` of string, number, integer, boolean, object or array', loading);
  }
}

/** XDM's own type name where it says more than JSON Schema's. */
function typeName(schema: JsonSchema): string | null {
  const xdmType = schema['meta:xdmType'];
  if (typeof xdmType === 'string') return xdmType;
  const { type, properties, additionalProperties } = schema;
  const single: unknown = Array.isArray(type) ? type.find((name) => name !== 'null') : type;
  if (typeof single === 'string') return single;
  return isJsonObject(properties) || isJsonObject(additionalProperties) ? 'object' : null;
}

function refuse(path: string, message: string, loading: Loading): null {
  loading.problems.push({ path, message });
  return null;
}

/** The fields of both; a field of both must have one type, and objects are merged. Reports the others, which keep `base`. */
export function mergeObjectTypes(base: ObjectType, added: ObjectType, path = ''): LoadedType {
  const fields = new Map(base.fields);
  const problems: SchemaProblem[] = [];
  for (const [name, field] of added.fields) {
    const known = fields.get(name);
    const at = path === '' ? name : `${path}.${name}`;
    if (known === undefined) fields.set(name, field);
    else if (known.type.kind === 'object' && field.type.kind === 'object') {
      const merged = mergeObjectTypes(known.type, field.type, at);
      fields.set(name, { ...known, ...field, type: merged.type });
      problems.push(...merged.problems);
    } else if (!sameType(known.type, field.type)) {
      problems.push({ path: at, message: 'the field exists already with another type' });
    }
  }
  return { type: { ...base, fields }, problems };
}

/** Whether two types are the same. */
function sameType(a: PqlType, b: PqlType): boolean {
  if (a.kind === 'array' && b.kind === 'array') return sameType(a.element, b.element);
  if (a.kind === 'map' && b.kind === 'map') return sameType(a.value, b.value);
  if (a.kind !== 'object' || b.kind !== 'object') return a.kind === b.kind;
  const { fields } = b;
  return (
    a.fields.size === fields.size &&
    [...a.fields].every(([name, { type }]) => {
      const other = fields.get(name);
      return other !== undefined && sameType(type, other.type);
    })
  );
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
