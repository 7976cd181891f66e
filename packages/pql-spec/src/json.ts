/** Reading the data files: JSON in, known shapes out, or an error that names the file. */
import { readdir, readFile } from 'node:fs/promises';

/** A JSON object of unknown members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A parsed file with the name that errors about it begin with. */
export interface DataFile {
  /** `cases/literals.json` */
  readonly name: string;
  readonly json: unknown;
}

/** The `.json` files of a folder of this package, by name. */
export async function loadFolder(folder: 'cases' | 'worlds'): Promise<readonly DataFile[]> {
  const directory = new URL(`../${folder}/`, import.meta.url);
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => ({ name: `${folder}/${name}`, json: await loadJson(new URL(name, directory)) })),
  );
}

/** The JSON in a file. */
export async function loadJson(file: URL): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file.pathname} is not JSON`, { cause });
  }
}

/** The value if it is an object with no members but `allowed`; `where` begins the error otherwise. */
export function decodeObject(json: unknown, where: string, allowed?: readonly string[]): JsonObject {
  if (!isJsonObject(json)) throw new Error(`${where}: expected an object`);
  const unknown = allowed === undefined ? undefined : Object.keys(json).find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw new Error(`${where}: unknown member \`${unknown}\``);
  return json;
}

/** The value if it is an array. */
export function decodeArray(json: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new Error(`${where}: expected an array`);
  return json;
}

/** The value if it is a string. */
export function decodeString(json: unknown, where: string): string {
  if (typeof json !== 'string') throw new Error(`${where}: expected a string`);
  return json;
}

function isJsonObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
