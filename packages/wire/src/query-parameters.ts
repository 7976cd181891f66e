/** Query parameters of lists, read strictly: a value that makes no sense is refused, an unknown name is ignored. */
import { Problem } from '@muster/audience';

/** Parsed query parameters: a text, or several when a name was repeated. */
export type QueryParameters = Readonly<Record<string, unknown>>;

function invalid(field: string, message: string, expected: string): Problem {
  return new Problem('invalidParameter', [{ message, field, expected }]);
}

/** The texts of a parameter that may be repeated. */
export function decodeTexts(query: QueryParameters, name: string): readonly string[] {
  const value = query[name];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === 'string');
}

/** The text of a parameter that may be given once; undefined when it is not there. */
export function decodeText(query: QueryParameters, name: string, lengthMax: number): string | undefined | Problem {
  const texts = decodeTexts(query, name);
  const [text] = texts;
  if (texts.length > 1) return invalid(name, `\`${name}\` is given more than once`, 'one value');
  if (text !== undefined && text.length > lengthMax)
    return invalid(name, `\`${name}\` is too long`, `at most ${lengthMax} characters`);
  return text;
}

/** A whole number from `min` up; undefined when the parameter is not there. */
export function decodeWholeNumber(query: QueryParameters, name: string, min: number): number | undefined | Problem {
  const text = decodeText(query, name, 16);
  if (text === undefined || text instanceof Problem) return text;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min
    ? value
    : invalid(name, `\`${name}\` is not a whole number`, `a whole number from ${min} to 999999999`);
}

/** Which page of a list: a zero-based index and the greatest number of items. */
export interface PageRequest {
  readonly index: number;
  readonly limit: number;
}

/** The page asked for by `start` and `limit`; a limit beyond the greatest is read as the greatest. */
export function decodePageRequest(
  query: QueryParameters,
  limits: { limitDefault: number; limitMax: number },
): PageRequest | Problem {
  const index = decodeWholeNumber(query, 'start', 0);
  if (index instanceof Problem) return index;
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) return limit;
  return { index: index ?? 0, limit: Math.min(limit ?? limits.limitDefault, limits.limitMax) };
}
