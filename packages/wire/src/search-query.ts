/**
 * The query language of the search: words, phrases and wildcards joined by AND, OR and NOT, as in Lucene.
 *
 * Words next to each other are alternatives; `+word` must be there, `-word` and `NOT word` must not. AND binds tighter
 * than OR. Everything is compared without regard to case. What Lucene has beyond this is refused by name.
 */
import { Problem } from '@muster/audience';

/** What is searched of an object, by field. Text is searched word by word, ids as a whole. */
export interface Searchable {
  readonly text: Readonly<Record<string, string>>;
  readonly ids: Readonly<Record<string, string>>;
}

/** A query, ready to be asked. */
export interface SearchQuery {
  /** What it was read from. */
  readonly text: string;
  readonly matches: (object: Searchable) => boolean;
}

/** Brackets and prefixes inside one another. */
const nestingMax = 32;

/** Fields that are searched word by word. */
const textFields: ReadonlySet<string> = new Set(['name', 'segmentName', 'segmentDescription']);
/** Fields that are compared as a whole. */
const idFields: ReadonlySet<string> = new Set(['segmentId', 'folderId', 'parentFolderId', 'folderLocation']);

type Matcher = (object: Searchable) => boolean;

/** A part of a query, and whether it may, must or must not be fulfilled. */
interface Clause {
  readonly matcher: Matcher;
  readonly occurs: 'may' | 'must' | 'must not';
}

interface Token {
  readonly kind: 'word' | 'phrase' | 'symbol';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Signals a refusal out of the depth of the parser. */
class QueryError extends Error {
  readonly problem: Problem;

  constructor(message: string, start: number, end: number, expected: string) {
    super(message);
    this.problem = new Problem('invalidParameter', [{ message, field: 's', position: { start, end }, expected }]);
  }
}

const supported = 'words, phrases, `*` and `?`, `field:`, brackets, AND, OR and NOT';

/** The forms of Lucene that are not there, by the character that begins them. */
const refusals: Readonly<Record<string, string>> = {
  '~': 'fuzzy words and proximity (`~`) are not supported',
  '^': 'boosts (`^`) are not supported',
  '/': 'regular expressions (`/…/`) are not supported',
  '[': 'ranges (`[…]`) are not supported',
  ']': 'ranges (`[…]`) are not supported',
  '{': 'ranges (`{…}`) are not supported',
  '}': 'ranges (`{…}`) are not supported',
};

/** The query in a text, or what is wrong with it. An empty text is fulfilled by everything. */
export function decodeSearchQuery(text: string): SearchQuery | Problem {
  try {
    const tokens = tokenize(text);
    return { text, matches: tokens.length === 0 ? () => true : new Parser(tokens, text.length).parse() };
  } catch (error) {
    if (error instanceof QueryError) return error.problem;
    throw error;
  }
}

/** A word keeps its escapes: they tell a wildcard from a star. */
const tokenPattern =
  /(?<space>\s+)|"(?<phrase>(?:[^"\\]|\\.)*)"|(?<symbol>&&|\|\||[():!+-])|(?<word>(?:[^\s"():~^/[\]{}\\]|\\.)+)/suy;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null) {
      const character = text[at] ?? '';
      const message = Object.hasOwn(refusals, character) ? refusals[character] : undefined;
      throw new QueryError(message ?? `\`${character}\` begins nothing that ends`, at, at + 1, supported);
    }
    const { phrase, symbol, word } = match.groups ?? {};
    const place = { start: at, end: tokenPattern.lastIndex };
    if (phrase !== undefined) tokens.push({ kind: 'phrase', text: phrase, ...place });
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, ...place });
    if (word !== undefined) tokens.push({ kind: 'word', text: word, ...place });
  }
  return tokens;
}

const isOperator = (token: Token | undefined, word: string, symbol: string): boolean =>
  (token?.kind === 'word' && token.text === word) || (token?.kind === 'symbol' && token.text === symbol);

class Parser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  parse(): Matcher {
    const matcher = this.#alternatives(null);
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw this.#unexpected(rest);
    return matcher;
  }

  /** Clauses side by side, or with OR between them, up to a closing bracket or the end. */
  #alternatives(field: string | null): Matcher {
    const clauses: Clause[] = [];
    for (;;) {
      const token = this.#tokens[this.#next];
      if (token === undefined || (token.kind === 'symbol' && token.text === ')')) break;
      if (isOperator(token, 'OR', '||') && clauses.length > 0) {
        this.#next++;
        const { matcher, occurs } = this.#conjunction(field);
        clauses.push({ matcher: occurs === 'must not' ? negated(matcher) : matcher, occurs: 'may' });
        continue;
      }
      clauses.push(this.#conjunction(field));
    }
    if (clauses.length === 0) throw this.#unexpected(this.#tokens[this.#next]);
    return joined(clauses);
  }

  #conjunction(field: string | null): Clause {
    const first = this.#clause(field);
    const clauses = [first];
    while (isOperator(this.#tokens[this.#next], 'AND', '&&')) {
      this.#next++;
      clauses.push(this.#clause(field));
    }
    if (clauses.length === 1) return first;
    return { matcher: (object) => clauses.every((clause) => isFulfilled(clause, object)), occurs: 'may' };
  }

  #clause(field: string | null): Clause {
    const token = this.#tokens[this.#next];
    if (isOperator(token, 'NOT', '!') || isOperator(token, 'NOT', '-')) {
      const clause = this.#inside(() => this.#clause(field));
      return { matcher: (object) => isFulfilled(clause, object), occurs: 'must not' };
    }
    if (token?.kind === 'symbol' && token.text === '+') {
      const clause = this.#inside(() => this.#clause(field));
      return { matcher: (object) => isFulfilled(clause, object), occurs: 'must' };
    }
    return { matcher: this.#operand(field), occurs: 'may' };
  }

  #operand(field: string | null): Matcher {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#unexpected(token);
    const after = this.#tokens[this.#next + 1];
    if (token.kind === 'word' && field === null && after?.kind === 'symbol' && after.text === ':') {
      this.#next++;
      return this.#inside(() => this.#operand(fieldOf(token)));
    }
    if (token.kind === 'symbol') {
      if (token.text !== '(') throw this.#unexpected(token);
      const matcher = this.#inside(() => this.#alternatives(field));
      if (this.#tokens[this.#next]?.text !== ')') throw this.#unexpected(this.#tokens[this.#next]);
      this.#next++;
      return matcher;
    }
    if (token.kind === 'word' && ['AND', 'OR', 'NOT'].includes(token.text)) throw this.#unexpected(token);
    this.#next++;
    return compileTerm(token, field);
  }

  /** Takes a token and reads on, one level deeper. */
  #inside<Result>(read: () => Result): Result {
    const token = this.#tokens[this.#next];
    this.#next++;
    this.#depth++;
    if (this.#depth > nestingMax) {
      const [start, end] = [token?.start ?? 0, token?.end ?? 0];
      throw new QueryError('the query is nested too deeply', start, end, `at most ${nestingMax} levels`);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  #unexpected(token: Token | undefined): QueryError {
    if (token === undefined) return new QueryError('the query ends too early', this.#length, this.#length, supported);
    return new QueryError(`\`${token.text}\` is not expected here`, token.start, token.end, supported);
  }
}

const negated =
  (matcher: Matcher): Matcher =>
  (object) =>
    !matcher(object);

function isFulfilled({ matcher, occurs }: Clause, object: Searchable): boolean {
  return matcher(object) === (occurs !== 'must not');
}

/** As in Lucene, alternatives decide nothing beside something that is demanded. */
function joined(clauses: readonly Clause[]): Matcher {
  const alternatives = clauses.filter(({ occurs }) => occurs === 'may');
  const demands = clauses.filter(({ occurs }) => occurs !== 'may');
  const decides = alternatives.length > 0 && demands.every(({ occurs }) => occurs === 'must not');
  return (object) =>
    demands.every((clause) => isFulfilled(clause, object)) &&
    (!decides || alternatives.some((clause) => isFulfilled(clause, object)));
}

function fieldOf({ text, start, end }: Token): string {
  if (textFields.has(text) || idFields.has(text)) return text;
  const names = [...textFields, ...idFields].map((name) => `\`${name}\``).join(', ');
  throw new QueryError(`unknown field \`${text}\``, start, end, names);
}

/** The words of a text: runs of letters, digits and marks. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
}

const unescaped = (text: string): string => text.replace(/\\(.)/gsu, '$1');

function compileTerm(token: Token, field: string | null): Matcher {
  const inText = token.kind === 'phrase' ? phraseTest(unescaped(token.text)) : wordTest(token.text);
  const asId = wildcardTest(token.text, { isPattern: token.kind === 'word' });
  if (field === null) {
    return ({ text, ids }) => Object.values(text).some(inText) || asId(ids['segmentId'] ?? '');
  }
  if (idFields.has(field)) return ({ ids }) => asId(ids[field] ?? '');
  return ({ text }) => inText(text[field] ?? '');
}

/** Whether the words of a phrase follow each other somewhere. A phrase without words is nowhere. */
function phraseTest(phrase: string): (text: string) => boolean {
  const wanted = wordsOf(phrase);
  return (text) => {
    const words = wordsOf(text);
    return (
      wanted.length > 0 && words.some((_, start) => wanted.every((word, offset) => words[start + offset] === word))
    );
  };
}

function wordTest(pattern: string): (text: string) => boolean {
  if (!/(?<!\\)(?:\\\\)*[*?]/.test(pattern)) return phraseTest(unescaped(pattern));
  const test = wildcardTest(pattern, { isPattern: true });
  return pattern === '*' ? () => true : (text) => wordsOf(text).some(test);
}

/** Whether all of a text is like a pattern. Linear: a pattern is matched from the left, going back to the last star only. */
function wildcardTest(pattern: string, { isPattern }: { readonly isPattern: boolean }): (text: string) => boolean {
  const parts = [...pattern.toLowerCase().matchAll(/\\(?<escaped>.)|(?<plain>.)/gsu)].map(({ groups = {} }) => {
    const character = groups['escaped'] ?? groups['plain'] ?? '';
    const isWild = isPattern && groups['escaped'] === undefined && (character === '*' || character === '?');
    return { character, isWild };
  });
  return (text) => matchesParts(parts, [...text.toLowerCase()]);
}

interface PatternPart {
  readonly character: string;
  readonly isWild: boolean;
}

function matchesParts(parts: readonly PatternPart[], text: readonly string[]): boolean {
  let [at, part, starAt, starPart] = [0, 0, -1, -1];
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted?.isWild === true && wanted.character === '*') {
      [starAt, starPart] = [at, part];
      part++;
    } else if (wanted !== undefined && (wanted.isWild || wanted.character === text[at])) {
      at++;
      part++;
    } else if (starPart >= 0) {
      starAt++;
      [at, part] = [starAt, starPart + 1];
    } else {
      return false;
    }
  }
  return parts.slice(part).every(({ character, isWild }) => isWild && character === '*');
}
