/** Names, fields and roots of paths: from the node types of the JSON form to names of the language. */
import { nearestName } from '../diagnostics/suggest.ts';
import type { Ast, Identifier } from '../syntax/ast.ts';
import { type JsonReader, missingNode, noSpan } from './json-reader.ts';
import { fieldOf, isJsonObject, type JsonSpot, pointerOf } from './json-spot.ts';
import type { Reach } from './reach.ts';

/** Words that are never a name at the start of a path. */
const literalWords: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/** Words that are a name at the start of a path only before a dot or a comparison. Source: docs/pql.md#grammar. */
const operatorWords: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'in', 'notin', 'like', 'matches', 'occurs'],
  ...['from', 'where', 'over'],
]);

/** `fieldLookup`: a bare name where its object is what paths start at, else a member. */
export function readFieldLookup(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const field = reader.name(spot, 'fieldName');
  const root = rootAt(fieldOf(spot, 'object'), reach);
  if (root === null) {
    return { kind: 'member', object: reader.readField(spot, 'object', reach), member: field, span: noSpan };
  }
  return reader.count(1) ? nameUnder(root, field, reach, reader) : missingNode;
}

type Root = 'profile' | 'item';

/** What the node at a spot says that a path starts at; null when it is no such node. */
function rootAt({ value }: JsonSpot, reach: Reach): Root | null {
  if (!isJsonObject(value)) return null;
  if (value['nodeType'] === 'itemReference') return reach.isInItem ? 'item' : 'profile';
  const isRoot = value['nodeType'] === 'parameterReference' && value['position'] === 1 && value['written'] !== true;
  return isRoot ? 'profile' : null;
}

/** A field of the profile or the item. Where its bare name would mean something else, it is written as a member. */
function nameUnder(root: Root, field: Identifier, reach: Reach, reader: JsonReader): Ast {
  const name = field.text;
  const word = name.toLowerCase();
  const isHidden = reach.names.has(name) || (root === 'profile' && reach.isInItem);
  const isWord = literalWords.has(word) || (reader.names.qualifyWords && operatorWords.has(word));
  if (!isHidden && !isWord) return { kind: 'name', name, span: noSpan };
  const object: Ast = root === 'profile' ? profileNode : itemNode;
  if (root === 'item' && reach.names.has('this')) {
    reader.report('json/no-text', { why: 'a variable `this` hides the item' });
  }
  return { kind: 'member', object, member: field, span: noSpan };
}

// `profile` can be the name of a field or a variable, `$1` cannot.
const profileNode: Ast = { kind: 'parameter', position: 1, span: noSpan };
const itemNode: Ast = { kind: 'name', name: 'this', span: noSpan };

/** `literal` of the type `XDMObject`: the profile. */
export function readProfile(reach: Reach): Ast {
  return reach.names.has('profile') ? profileNode : { kind: 'name', name: 'profile', span: noSpan };
}

/** `varRef`: a variable that is declared around it, or `this`. */
export function readVariable(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  const { text: name } = reader.name(spot, 'varName');
  if (name !== '' && name !== 'this' && !reach.names.has(name)) {
    reader.report('json/unknown-variable', {
      name,
      nearest: nearestName(name, reach.names),
      place: pointerOf(fieldOf(spot, 'varName')),
    });
  }
  return { kind: 'name', name, span: noSpan };
}

/** `parameterReference` that is no root of a path. */
export function readParameter(spot: JsonSpot, _reach: Reach, reader: JsonReader): Ast {
  const position = reader.integer(spot, 'position', { min: 1 });
  return position === null ? missingNode : { kind: 'parameter', position, span: noSpan };
}

/** `itemReference` that is no root of a path. */
export function readItem(_spot: JsonSpot, reach: Reach): Ast {
  return reach.isInItem ? itemNode : profileNode;
}

/** `outerReference`: `^`, `^^`. */
export function readOuter(spot: JsonSpot, _reach: Reach, reader: JsonReader): Ast {
  const levels = reader.integer(spot, 'levels', { min: 1 });
  // Each level is a character of text.
  return levels === null || !reader.count(levels) ? missingNode : { kind: 'outer', levels, span: noSpan };
}

/** `context`: `@{…}`. */
export function readContext(spot: JsonSpot, _reach: Reach, reader: JsonReader): Ast {
  return { kind: 'context', schema: reader.text(spot, 'schema'), span: noSpan };
}
