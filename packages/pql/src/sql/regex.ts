/** Patterns as the engine reads them. */

/**
 * The pattern with the meaning it has in the language. `.` matches no line break. Letters beyond ASCII are written by their
 * number: to search faster, the engine looks for a text that every match must hold, and of a letter of several bytes
 * that may be absent, as in `café?`, it leaves out the last byte only.
 */
export function renderRegex(pattern: string): string {
  const tokens = pattern.match(tokenPattern) ?? [];
  return `(?-s)${tokens.map(renderToken).join('')}`;
}

/** Quoted text, the start of a named group, an escape, or a character. */
const tokenPattern = /\\Q.*?(?:\\E|$)|\(\?P?<[\p{L}\p{N}_]+>|\\.|./gsu;

function renderToken(token: string): string {
  if (token.startsWith('(?')) return token;
  if (token.startsWith('\\Q')) return token.replaceAll(/\P{ASCII}/gu, (letter) => `\\E${numbered(letter)}\\Q`);
  return token.replace(/\\?\P{ASCII}/u, (letter) => numbered(letter.replace('\\', '')));
}

function numbered(letter: string): string {
  return `\\x{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
}
