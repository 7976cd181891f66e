/** Worlds: small sets of profiles, frozen at a moment, that cases are asked about. */
import type { JsonObject } from './json.ts';
import { decodeArray, decodeObject, decodeString, loadFolder } from './json.ts';

/** One world. */
export interface World {
  readonly name: string;
  /** The `now` of every evaluation: epoch milliseconds. */
  readonly asOf: number;
  /** JSON Schema documents of the fields beyond the built-in union schema. */
  readonly schema: { readonly profile: JsonObject; readonly event: JsonObject };
  /** The members of the audiences that `inSegment` may name: keys of `profiles`. */
  readonly audiences: ReadonlyMap<string, readonly string[]>;
  /** XDM documents by key; `xEvent` holds the profile's events, in no particular order. */
  readonly profiles: ReadonlyMap<string, JsonObject>;
}

/** All worlds by name. Throws when a file does not have the format of README.md. */
export async function loadWorlds(): Promise<ReadonlyMap<string, World>> {
  const files = await loadFolder('worlds');
  const worlds = new Map<string, World>();
  for (const { name, json } of files) {
    const world = decodeWorld(json, name);
    if (worlds.has(world.name)) throw new Error(`${name}: a world \`${world.name}\` exists already`);
    worlds.set(world.name, world);
  }
  return worlds;
}

function decodeWorld(json: unknown, file: string): World {
  const world = decodeObject(json, file, ['name', 'asOf', 'schema', 'audiences', 'profiles']);
  const schema = decodeObject(world['schema'] ?? {}, `${file} schema`, ['profile', 'event']);
  const profiles = new Map<string, JsonObject>();
  for (const [key, document] of Object.entries(decodeObject(world['profiles'], `${file} profiles`))) {
    profiles.set(key, decodeProfile(document, `${file} ${key}`));
  }
  return {
    name: decodeString(world['name'], `${file} name`),
    asOf: decodeTime(world['asOf'], `${file} asOf`),
    schema: {
      profile: { type: 'object', properties: decodeObject(schema['profile'] ?? {}, `${file} schema.profile`) },
      event: { type: 'object', properties: decodeObject(schema['event'] ?? {}, `${file} schema.event`) },
    },
    audiences: decodeAudiences(world['audiences'] ?? {}, profiles, file),
    profiles,
  };
}

function decodeProfile(json: unknown, where: string): JsonObject {
  const document = decodeObject(json, where);
  const events = document['xEvent'];
  if (events === undefined || events === null) return document;
  const ids = decodeArray(events, `${where} xEvent`).map((item, index) => {
    const event = decodeObject(item, `${where} xEvent[${index}]`);
    decodeTime(event['timestamp'], `${where} xEvent[${index}].timestamp`);
    return decodeString(event['_id'], `${where} xEvent[${index}]._id`);
  });
  if (new Set(ids).size < ids.length) throw new Error(`${where}: two events have one _id`);
  return document;
}

function decodeAudiences(
  json: unknown,
  profiles: ReadonlyMap<string, JsonObject>,
  file: string,
): ReadonlyMap<string, readonly string[]> {
  const audiences = new Map<string, readonly string[]>();
  for (const [id, members] of Object.entries(decodeObject(json, `${file} audiences`))) {
    const keys = decodeArray(members, `${file} audiences.${id}`).map((key) => decodeString(key, `${file} ${id}`));
    const stranger = keys.find((key) => !profiles.has(key));
    if (stranger !== undefined) throw new Error(`${file} audiences.${id}: no profile \`${stranger}\``);
    audiences.set(id, keys);
  }
  return audiences;
}

function decodeTime(json: unknown, where: string): number {
  const moment = Date.parse(decodeString(json, where));
  if (Number.isNaN(moment)) throw new Error(`${where}: expected an ISO 8601 time`);
  return moment;
}
