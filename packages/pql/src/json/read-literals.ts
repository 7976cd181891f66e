/** Literals, lists and object literals. */
import { nearestName } from '../diagnostics/suggest.ts';
import type { Ast } from '../syntax/ast.ts';
import { type JsonReader, noSpan } from './json-reader.ts';
import { fieldOf, isJsonObject, type JsonSpot, pointerOf } from './json-spot.ts';
import type { Reach } from './reach.ts';
import { readProfile } from './read-names.ts';

const literalTypes = ['String', 'Integer', 'Double', 'Boolean', 'List', 'XDMObject', 'Null'] as const;

/** `literal`; its type may be written in lower case. */
export function readLiteral(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const name = reader.text(spot, 'literalType');
  const type = literalTypes.find((known) => known === name || known.toLowerCase() === name);
  const value = fieldOf(spot, 'value');
  switch (type) {
    case 'String':
      return { kind: 'string', value: reader.text(spot, 'value'), span: noSpan };
    case 'Boolean':
      if (typeof value.value !== 'boolean') return reader.reportType(value, 'true or false');
      return { kind: 'boolean', value: value.value, span: noSpan };
    case 'Integer':
    case 'Double':
      return readNumber(value, reader, { isInteger: type === 'Integer' });
    case 'List': {
      const items = reader.items(spot, 'value').map((item) => readItem(item, reach, reader));
      return { kind: 'list', items, span: noSpan };
    }
    case 'Null':
      return { kind: 'null', span: noSpan };
    case 'XDMObject':
      return value.value === 'profile' ? readProfile(reach) : reader.reportType(value, '`profile`');
    default: {
      const place = pointerOf(spot);
      if (name !== '') {
        reader.report('json/unknown-literal', { name, nearest: nearestName(name, literalTypes), place });
      }
      return { kind: 'missing', span: noSpan };
    }
  }
}

/** A number; the language has no negative literals, so those are the negation of their opposite. */
function readNumber(spot: JsonSpot, reader: JsonReader, { isInteger }: { readonly isInteger: boolean }): Ast {
  const { value } = spot;
  const fits = typeof value === 'number' && (isInteger ? Number.isInteger(value) : Number.isFinite(value));
  if (!fits) return reader.reportType(spot, isInteger ? 'a whole number' : 'a number');
  const isNegative = value < 0 || Object.is(value, -0);
  const literal: Ast = { kind: 'number', value: Math.abs(value), isInteger, span: noSpan };
  return isNegative ? { kind: 'negate', operand: literal, span: noSpan } : literal;
}

/** An item of a list: a node, or a plain value. */
function readItem(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const { value } = spot;
  if (isJsonObject(value)) return reader.read(spot, reach);
  reader.count(1);
  if (typeof value === 'string') return { kind: 'string', value, span: noSpan };
  if (typeof value === 'boolean') return { kind: 'boolean', value, span: noSpan };
  if (value === null) return { kind: 'null', span: noSpan };
  if (typeof value === 'number') return readNumber(spot, reader, { isInteger: Number.isInteger(value) });
  return reader.reportType(spot, 'a node, a string, a number, true, false or null');
}

/** `objectCreate`: an object literal. */
export function readObjectCreate(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const entries = reader.items(spot, 'entries').map((entry) => ({
    key: reader.text(entry, 'key'),
    value: reader.readField(entry, 'value', reach),
    span: noSpan,
  }));
  return { kind: 'objectLiteral', entries, span: noSpan };
}
