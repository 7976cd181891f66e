/** From a mapping file to a mapping. */
import type { Json, JsonObject } from '@muster/audience';
import type { FileFormat } from '../read/read-rows.ts';
import { rowTypeOf } from './column.ts';
import { decodeColumns } from './decode-columns.ts';
import { decodeEventOutput, decodeIdentity, decodeProfileOutput } from './decode-outputs.ts';
import { Findings, isObject, type UnknownObject } from './findings.ts';
import type { Mapping } from './mapping.ts';

const memberNames = [
  '$schema',
  'description',
  'format',
  'delimiter',
  'missing',
  'columns',
  'identity',
  'profile',
  'event',
  'schema',
] as const;

/**
 * The mapping in a JSON document.
 *
 * Throws `mappingInvalid` with everything that is wrong, each with a JSON pointer, and expressions with the place
 * underlined. Whether the fields it sets exist depends on the sandbox: `planMapping` says so.
 */
export function decodeMapping(json: unknown): Mapping {
  const findings = new Findings();
  const object = findings.object(json, '', memberNames);
  const mapping = object === null ? null : decodeMembers(object, findings);
  findings.throwIfAny();
  if (mapping === null) throw new Error('a mapping without findings is complete');
  return mapping;
}

function decodeMembers(object: UnknownObject, findings: Findings): Mapping | null {
  const file = decodeFile(object, findings);
  const missing = findings.texts(object['missing'], '/missing', []);
  const columns = decodeColumns(object['columns'], '/columns', missing, findings);
  for (const column of columns) {
    if (file.format === 'csv' && (column.type.kind === 'array' || column.type.kind === 'object')) {
      findings.add(`/columns/${column.name}`, `a CSV cell cannot hold a value of type ${column.type.kind}`);
    }
  }
  // Without columns every name in every expression would be reported: one finding says it.
  if (columns.length === 0) return null;
  const row = rowTypeOf(columns);
  const identity = decodeIdentity(object['identity'], row, findings);
  const profile = decodeProfileOutput(object['profile'], row, findings);
  const event = decodeEventOutput(object['event'], row, findings);
  if (object['profile'] === undefined && object['event'] === undefined) {
    findings.add('', 'the mapping has neither `profile` nor `event`, so nothing would come of the rows');
  }
  const schema = decodeSchema(object['schema'], findings);
  return identity === null ? null : { file, columns, identity, profile, event, schema };
}

function decodeFile(object: UnknownObject, findings: Findings): FileFormat {
  const { format, delimiter } = object;
  if (format !== undefined && format !== 'csv' && format !== 'jsonl') {
    findings.add('/format', 'is no known format', { expected: 'csv, jsonl' });
  }
  const isDelimiter = typeof delimiter === 'string' && /^[^"\r\n]$/.test(delimiter);
  if (delimiter !== undefined && !isDelimiter) {
    findings.add('/delimiter', 'must be one character, neither a quote nor a line break');
  }
  return {
    format: format === 'csv' || format === 'jsonl' ? format : null,
    delimiter: typeof delimiter === 'string' && isDelimiter ? delimiter : ',',
  };
}

function decodeSchema(value: unknown, findings: Findings): Mapping['schema'] {
  if (value === undefined) return { profile: null, event: null };
  const object = findings.object(value, '/schema', ['profile', 'event']);
  const part = (name: 'profile' | 'event'): JsonObject | null => {
    const schema = object?.[name];
    if (schema === undefined) return null;
    if (isObject(schema) && isJsonObject(schema)) return schema;
    findings.add(`/schema/${name}`, 'must be a JSON Schema', { expected: 'object' });
    return null;
  };
  return { profile: part('profile'), event: part('event') };
}

const isJsonObject = (value: UnknownObject): value is JsonObject => Object.values(value).every(isJson);

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return Array.isArray(value) ? value.every(isJson) : isObject(value) && isJsonObject(value);
}
