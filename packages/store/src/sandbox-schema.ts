/** The fields of a sandbox: the built-in union schema and what the sandbox added. */
import type { JsonObject, Scope } from '@muster/audience';
import type { ObjectType, Schema } from '@muster/pql';
import { builtInSchema, loadObjectType, mergeObjectTypes } from '@muster/pql';
import type { ControlStore, SchemaClass } from './ports/control-store.ts';

/** The documents last loaded, so that sandboxes with the same fields share one schema object. */
const loadedSchemas = new Map<string, Schema>();
const loadedSchemasMax = 100;

/** The fields that expressions and data of a sandbox may use. */
export async function loadSandboxSchema(control: Pick<ControlStore, 'schemas'>, scope: Scope): Promise<Schema> {
  const documents = await control.schemas.find(scope);
  return schemaOf(documents);
}

/** The built-in schema with the fields of `documents` added; parts that cannot be used are left out. */
export function schemaOf(documents: Readonly<Record<SchemaClass, JsonObject | null>>): Schema {
  const profile = documents['_xdm.context.profile'];
  const event = documents['_xdm.context.experienceevent'];
  if (profile === null && event === null) return builtInSchema;
  const key = JSON.stringify([profile, event]);
  const known = loadedSchemas.get(key);
  if (known !== undefined) return known;
  const schema: Schema = {
    profile: withFields(builtInSchema.profile, profile),
    event: withFields(builtInSchema.event, event),
  };
  if (loadedSchemas.size >= loadedSchemasMax) loadedSchemas.clear();
  loadedSchemas.set(key, schema);
  return schema;
}

function withFields(base: ObjectType, document: JsonObject | null): ObjectType {
  return document === null ? base : mergeObjectTypes(base, loadObjectType(document).type).type;
}
