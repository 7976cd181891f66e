/**
 * Column names of field paths.
 *
 * Segments are joined by `/`, except that the step into the outermost array of objects is a dot:
 * `commerce/order/priceTotal`, `productListItems.SKU`, `productListItems.selectedOptions/attribute`. The engine takes
 * columns with the same text before the first dot for one nested structure and keeps their lengths equal; so the
 * columns of one array belong together, and two arrays never do.
 *
 * INVARIANT: `pathOfColumn` is the inverse of `columnName`, and no field is named like a column of ours.
 */

/** Columns that are ours in the tables of profiles, fragments and events. */
const reservedNames = new Set([
  'profile_id',
  'namespace',
  'identity',
  'dataset_id',
  'time',
  'position',
  'attributes',
  'statement',
]);

/** The column of the field at `segments`; `items` counts the segments up to the outermost array of objects, if any. */
export function columnName(segments: readonly string[], items: number | null): string {
  const encoded = segments.map(encodeSegment);
  const name =
    items === null ? encoded.join('/') : `${encoded.slice(0, items).join('/')}.${encoded.slice(items).join('/')}`;
  return reservedNames.has(name) ? encodeCharacter(name.slice(0, 1)) + name.slice(1) : name;
}

/** The dotted path of the field in column `name`; null for a column of ours. */
export function pathOfColumn(name: string): string | null {
  if (reservedNames.has(name)) return null;
  return name.split(/[./]/).map(decodeURIComponent).join('.');
}

/** Escapes what separates segments, the escape itself, and characters that make names hard to handle in the engine. */
function encodeSegment(segment: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in field names are what this is about
  return segment.toWellFormed().replace(/[./%\\`\u0000-\u001f\u007f]/g, encodeCharacter);
}

/** `%` and two hexadecimal digits; only for ASCII. */
function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
