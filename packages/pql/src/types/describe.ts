import { assertNever } from '../assert.ts';
import type { PqlType } from './type.ts';

/** A type as it stands in a message: `a string`, `an array of objects`. */
export function describeType(type: PqlType): string {
  switch (type.kind) {
    case 'null':
      return 'null';
    case 'any':
      return 'an untyped value';
    case 'integer':
      return 'a whole number';
    case 'object':
      return 'an object';
    case 'array':
      return `an array of ${plural(type.element)}`;
    case 'map':
      return `a map of ${plural(type.value)}`;
    case 'boolean':
    case 'number':
    case 'string':
    case 'timestamp':
      return `a ${type.kind}`;
    default:
      return assertNever(type);
  }
}

function plural(type: PqlType): string {
  switch (type.kind) {
    case 'any':
      return 'untyped values';
    case 'null':
      return 'nothing';
    case 'integer':
      return 'whole numbers';
    case 'array':
      return `arrays of ${plural(type.element)}`;
    case 'map':
      return `maps of ${plural(type.value)}`;
    default:
      return `${type.kind}s`;
  }
}
