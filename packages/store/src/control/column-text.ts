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

/** Where a code unit of UTF-16 stands in the order of code points: surrogates, of which the greatest are made, come last. */
const rankOf = (unit: number): number => (unit < 0xd8_00 ? unit : unit < 0xe0_00 ? unit + 0x20_00 : unit - 0x8_00);

/** The order of two texts as columns have them: that of code points, which is the order of the bytes of UTF-8. */
export function compareColumnTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at === length ? left.length - right.length : rankOf(left.charCodeAt(at)) - rankOf(right.charCodeAt(at));
}
