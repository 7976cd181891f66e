/** How strings are written: reading and writing their escapes. */

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

const escapeSequence = /\\(?:u([0-9a-fA-F]{4})|([\\"'ntr]))/g;

/**
 * The value of the text between two quotes.
 *
 * A backslash that begins no known escape stays, with what follows it: published expressions write `"@(\w+)"`.
 */
export function decodeStringBody(body: string): string {
  return body.replaceAll(escapeSequence, (_, code: string | undefined, simple: string | undefined) =>
    code === undefined ? (simpleEscapes.get(simple ?? '') ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** A string as it is written in an expression, in double quotes. Every value can be written. */
export function renderString(value: string): string {
  return `"${value.replaceAll(/[\\"]|\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu, escapeCharacter)}"`;
}

/** Invisible characters and halves of pairs are written by number, so that what is there can be seen. */
function escapeCharacter(character: string): string {
  if (character === '\\' || character === '"') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** A number literal of at least 0; written so that it reads back as the same number and the same kind. */
export function renderNumber(value: number, { isInteger }: { readonly isInteger: boolean }): string {
  if (isInteger) return BigInt(value).toString();
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
