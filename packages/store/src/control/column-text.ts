/** Text that users choose, made fit for a column. */

/** Characters of a sort key; more would not fit an index of PostgreSQL, whose entries end at 2,704 bytes. */
const sortKeyLength = 255;

/**
 * `text` as both engines can hold and compare it: PostgreSQL refuses U+0000 and neither can store half a surrogate pair,
 * so that each becomes U+FFFD. Use it for what is written to a column and for what is compared with one.
 */
export function columnText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

/** `text` for comparison without regard to case: in Unicode lower case, independent of locale and engine. */
export function foldedText(text: string): string {
  return columnText(text.toLowerCase());
}

/** What a list by name is sorted by: the start of the folded name. */
export function sortKeyText(text: string): string {
  return columnText(foldedText(text).slice(0, sortKeyLength));
}
