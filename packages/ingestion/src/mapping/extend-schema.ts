/** The custom fields that a mapping brings into its sandbox. */
import type { Json, JsonObject, Scope } from '@muster/audience';
import { loadObjectType, mergeObjectTypes, type ObjectType, type Schema } from '@muster/pql';
import { type ControlStore, loadSandboxSchema } from '@muster/store';
import { Findings } from './findings.ts';
import type { Mapping } from './mapping.ts';

/**
 * The sandbox's schema with the mapping's fields added, and stored. Doing it again changes nothing. Throws
 * `mappingInvalid` when a field is there already with another type.
 */
export async function extendSchema(
  control: Pick<ControlStore, 'schemas'>,
  scope: Scope,
  added: Mapping['schema'],
): Promise<Schema> {
  const schema = await loadSandboxSchema(control, scope);
  if (added.profile === null && added.event === null) return schema;
  assertFits(schema, added);
  if (added.profile !== null) await addFields(control, scope, '_xdm.context.profile', added.profile);
  if (added.event !== null) await addFields(control, scope, '_xdm.context.experienceevent', added.event);
  return loadSandboxSchema(control, scope);
}

async function addFields(
  control: Pick<ControlStore, 'schemas'>,
  scope: Scope,
  schemaClass: '_xdm.context.profile' | '_xdm.context.experienceevent',
  added: JsonObject,
): Promise<void> {
  await control.schemas.update(scope, schemaClass, (stored) =>
    stored === null ? added : mergeDocuments(stored, added),
  );
}

function assertFits(schema: Schema, added: Mapping['schema']): void {
  const findings = new Findings();
  for (const part of ['profile', 'event'] as const) {
    if (added[part] === null) continue;
    addProblems(schema[part], added[part], `/schema/${part}`, findings);
  }
  findings.throwIfAny();
}

function addProblems(base: ObjectType, document: JsonObject, pointer: string, findings: Findings): void {
  const loaded = loadObjectType(document);
  const { problems } = mergeObjectTypes(base, loaded.type);
  for (const { path, message } of [...loaded.problems, ...problems]) findings.add(pointer, `\`${path}\`: ${message}`);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Both documents, object by object; where they differ in anything but objects, the added one counts. */
function mergeDocuments(stored: JsonObject, added: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(stored));
  for (const [name, value] of Object.entries(added)) {
    const known = merged.get(name);
    merged.set(name, isObject(known) && isObject(value) ? mergeDocuments(known, value) : value);
  }
  return Object.fromEntries(merged);
}
