/** Worlds and cases of `pql-spec` in the form both back ends take. */
import { builtInSchema, loadObjectType, mergeObjectTypes, type ObjectType, type Schema } from '@muster/pql';
import type { JsonObject, World } from '@muster/pql-spec';
import type { WorldPerson } from '../backends/world.ts';

/** The fields of a world: the built-in ones and its own. Throws when its own do not fit: a world must be flawless. */
export function worldSchema(world: World): Schema {
  return {
    profile: extended(builtInSchema.profile, world.schema.profile),
    event: extended(builtInSchema.event, world.schema.event),
  };
}

function extended(base: ObjectType, document: JsonObject): ObjectType {
  const added = loadObjectType(document);
  const merged = mergeObjectTypes(base, added.type);
  const problems = [...added.problems, ...merged.problems];
  if (problems.length > 0) throw new Error(`bad world schema: ${JSON.stringify(problems)}`);
  return merged.type;
}

/** The people of a world. */
export function worldPeople(world: World): readonly WorldPerson[] {
  return [...world.profiles].map(([key, document]) => {
    const { xEvent, ...attributes } = document;
    const events = Array.isArray(xEvent) ? xEvent.filter(isJsonObject) : [];
    return { key, attributes, events };
  });
}

function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A value as PQL text, to compare with in a condition. */
export function literalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalText).join(', ')}]`;
  return typeof value === 'number' && value < 0 ? `(${value})` : JSON.stringify(value);
}
