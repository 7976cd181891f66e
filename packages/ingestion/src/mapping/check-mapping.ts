/** Whether a mapping can be used, before any data comes. */
import { type ImportRun, type JsonObject, Problem } from '@muster/audience';
import { decodeMapping } from './decode-mapping.ts';
import type { Mapping } from './mapping.ts';

/** The mapping of an import of this kind. Throws `mappingInvalid`. */
export function decodeMappingFor(json: JsonObject, kind: ImportRun['kind']): Mapping {
  const mapping = decodeMapping(json);
  const part = kind === 'events' ? 'event' : 'profile';
  if (mapping[part] !== null) return mapping;
  throw new Problem('mappingInvalid', [
    { field: '', message: `an import of ${kind} needs the part \`${part}\` in its mapping` },
  ]);
}

/** What is wrong with a mapping by itself, or null. */
export function checkMapping(json: JsonObject, kind: ImportRun['kind']): Problem | null {
  try {
    decodeMappingFor(json, kind);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
