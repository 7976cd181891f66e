/** Values and types of PQL as people and JSON know them. */
import type { PqlObject, PqlType, PqlValue } from '@muster/pql';
import { formatIsoTime } from '@muster/pql';

/** A value as JSON: times as ISO 8601, all else as it is. */
export function encodeValue(value: PqlValue, type: PqlType): unknown {
  if (value === null) return null;
  if (type.kind === 'timestamp' && typeof value === 'number') return formatIsoTime(value);
  if (isList(value)) {
    const element: PqlType = type.kind === 'array' ? type.element : { kind: 'any' };
    return value.map((item) => encodeValue(item, element));
  }
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, encodeValue(member, memberType(type, name))]),
  );
}

const isList = (value: PqlValue): value is readonly PqlValue[] => Array.isArray(value);

function memberType(type: PqlType, name: keyof PqlObject & string): PqlType {
  if (type.kind === 'map') return type.value;
  const field = type.kind === 'object' ? type.fields.get(name) : undefined;
  return field?.type ?? { kind: 'any' };
}

/** A type in short: `boolean`, `array of object`. */
export function renderType(type: PqlType): string {
  if (type.kind === 'array') return `array of ${renderType(type.element)}`;
  return type.kind === 'map' ? `map of ${renderType(type.value)}` : type.kind;
}
